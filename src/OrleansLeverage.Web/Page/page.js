'use strict';
// One stream feeds the page: a snapshot, then the members that changed. Painted at most four times a second.
const unknown = '—';
const $ = (id) => document.getElementById(id);
let figures = null;
let lastEventAt = 0;
let isPaused = false;
let paintQueued = false;
const trail = [];

const isKnown = (value) => value !== null && value !== undefined;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const count = (value) => (isKnown(value) ? whole.format(value) : unknown);
const money = (value) => (isKnown(value) ? '$' + short.format(value) : unknown);
const times = (value) => (isKnown(value) ? value.toFixed(2) + '×' : unknown);
const share = (value) => (isKnown(value) ? (value * 100).toFixed(1) + ' %' : unknown);
const sign = (value) => (value >= 0.0005 ? '+' : value <= -0.0005 ? '−' : '');
const signed = (value) => (isKnown(value) ? sign(value) + Math.abs(value).toFixed(3) : unknown);
const ratio = (value) => (isKnown(value) ? value.toFixed(2) : unknown);
const seconds = (ms) => (isKnown(ms) ? (ms / 1000).toFixed(1) + ' s' : unknown);

const shown = {
  mode: (f) => f.mode, frame: (f) => f.asOf.frame, at: (f) => f.asOf.datetime.slice(11, 19) + ' UTC',
  coverage: (f) => share(f.coverage), priceAge: (f) => seconds(f.freshness.oldestPriceAgeMs),
  marketLeverage: (f) => times(f.marketLeverage), longLeverage: (f) => times(f.longLeverage),
  shortLeverage: (f) => times(f.shortLeverage), leverageSkew: (f) => signed(f.leverageSkew),
  notionalSkew: (f) => signed(f.notionalSkew), leverageSkewExMakers: (f) => signed(f.leverageSkewExMakers),
  longNotional: (f) => money(f.longNotional), shortNotional: (f) => money(f.shortNotional),
  accountsAtRisk: (f) => count(f.accountsAtRisk), notionalAtRisk: (f) => money(f.notionalAtRisk),
  bankrupt: (f) => count(f.bankrupt), deficit: (f) => money(f.deficit), accounts: (f) => count(f.accounts),
  accountsWithExposure: (f) => count(f.accountsWithExposure), equity: (f) => money(f.equity),
  notional: (f) => money(f.notional), borrowed: (f) => money(f.borrowed),
  estimatedLeverageRatio: (f) => ratio(f.estimatedLeverageRatio),
  top10: (f) => share(f.concentration.notionalTop10Share),
};

function setText(id, text) {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
}

function badge(id, text, kind) {
  setText(id, text);
  $(id).className = 'badge ' + kind;
}

function rows(id, list, cells) {
  const body = $(id);
  while (body.rows.length > list.length) body.deleteRow(-1);
  list.forEach((item, at) => {
    const row = body.rows[at] ?? body.insertRow();
    cells(item).forEach((text, column) => {
      const cell = row.cells[column] ?? row.insertCell();
      if (cell.textContent !== text) cell.textContent = text;
    });
  });
}

function bar(cell, side, part) {
  let rect = cell.querySelector('rect');
  if (!rect) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', side);
    svg.setAttribute('viewBox', '0 0 100 10');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    rect.setAttribute('height', '10');
    svg.append(rect);
    cell.append(svg);
  }
  rect.setAttribute('width', String(100 * part));
  rect.setAttribute('x', String(side === 'long' ? 100 - 100 * part : 0));
}

function histogram(long, shorts) {
  const used = (side) => side.accounts.reduce((last, n, at) => (n > 0 ? at : last), 0);
  const size = Math.max(used(long), used(shorts)) + 1;
  const most = Math.max(1, ...long.accounts, ...shorts.accounts);
  const body = $('histogram');
  while (body.rows.length > size) body.deleteRow(-1);
  for (let at = 0; at < size; at++) {
    const row = body.rows[at] ?? body.insertRow();
    while (row.cells.length < 5) row.insertCell();
    row.cells[0].textContent = count(long.accounts[at]);
    row.cells[2].textContent = long.lowerBounds[at] + '×';
    row.cells[4].textContent = count(shorts.accounts[at]);
    bar(row.cells[1], 'long', long.accounts[at] / most);
    bar(row.cells[3], 'short', shorts.accounts[at] / most);
  }
}

function paintTrail() {
  const known = trail.filter(isKnown);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const points = trail.map((value, at) => (isKnown(value)
    ? `${(240 * at / Math.max(1, trail.length - 1)).toFixed(1)},${(33 - 30 * (value - low) / span).toFixed(1)}` : ''));
  $('trailLine').setAttribute('points', points.filter(Boolean).join(' '));
}

function paint() {
  paintQueued = false;
  if (!figures || isPaused) return;
  for (const id in shown) setText(id, shown[id](figures));
  document.title = `${times(figures.marketLeverage)} · ${figures.mode} · OrleansLeverage`;
  const { state, notFresh } = figures.freshness;
  badge('freshness', state, { LIVE: 'ok', PARTIAL: 'warn' }[state] ?? 'stale');
  $('notFresh').hidden = notFresh.length === 0;
  setText('notFresh', `Not fresh, so nothing that depends on it is decided: ${notFresh.join(', ')}`);
  rows('tiers', figures.tiers, (t) => [t.tier.replace('_', ' '), count(t.accounts), money(t.notional)]);
  rows('assets', figures.assets, (a) => [a.asset, money(a.longNotional), money(a.shortNotional), times(a.leverage),
    times(a.longLeverage), times(a.shortLeverage), signed(a.leverageSkew), signed(a.notionalSkew)]);
  rows('mostAtRisk', figures.mostAtRisk, (a) => [a.account, a.tier.replace('_', ' '), ratio(a.marginRatio),
    money(a.notional)]);
  histogram(figures.longHistogram, figures.shortHistogram);
  paintTrail();
}

function take(event) {
  const message = JSON.parse(event.data);
  figures = message.type === 'snapshot' ? message.contents : { ...figures, ...message.contents };
  lastEventAt = performance.now();
  trail.push(figures.marketLeverage);
  if (trail.length > 240) trail.shift();
  if (!paintQueued) {
    paintQueued = true;
    setTimeout(paint, 250);
  }
}

function connect() {
  const stream = new EventSource('/v1/stream?channels=system');
  stream.addEventListener('open', () => badge('link', 'connected', 'ok'));
  stream.addEventListener('snapshot', take);
  stream.addEventListener('delta', take);
  stream.addEventListener('error', () => {
    badge('link', 'disconnected, trying again', 'crit');
    // refused for good, for instance after a restart: begin anew with a snapshot
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
}

$('pause').addEventListener('click', () => {
  isPaused = !isPaused;
  $('pause').textContent = isPaused ? 'Go on' : 'Pause';
  $('pause').setAttribute('aria-pressed', String(isPaused));
  paint();
});
setInterval(() => setText('age', figures ? seconds(performance.now() - lastEventAt) : unknown), 500);
connect();
