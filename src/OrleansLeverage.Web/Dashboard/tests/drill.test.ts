import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { eventsOf } from '../src/pages/account/course';
import { exportOf, filtersOf, filterText, furtherText, queryOf } from '../src/pages/at-risk/filters';
import { parameterLines, type Report } from '../src/pages/calibration/types';
import { symbolOf } from '../src/pages/greeks/types';
import { account, accounts, AT_RISK, feed, feedOf, plainNumber } from '../src/figures/behind';
import { flash } from '../src/figures/flash';
import { thinned } from '../src/charts/spark';
import { basisPoints, dollars, timeLabels } from '../src/charts/text';
import { cardLines } from '../src/charts/VirtualTable';
import type { CommandList } from '../src/data/types';

const hrefOf = (behind: ReturnType<typeof accounts>): string => ('href' in behind ? behind.href : '');

test('a number leads to its accounts: every filter is in the address, and what is not asked for is not', () => {
  const url = hrefOf(accounts({ market: 'BTC-USD', side: 'long', moveFrom: -0.06, moveTo: -0.05, sort: 'risk' },
    'them'));
  const query = new URLSearchParams(url.slice(url.indexOf('?')));
  assert.equal(url.slice(0, url.indexOf('?')), '#/at-risk');
  assert.deepEqual(Object.fromEntries(query), { tier: 'all', market: 'BTC-USD', side: 'long', moveFrom: '-0.06',
    moveTo: '-0.05', sort: 'risk' });
  assert.equal(hrefOf(accounts({ minEquity: null, maxEquity: 1_000, side: '' }, 'them')),
    '#/at-risk?tier=all&maxEquity=1000');
  assert.equal(hrefOf(accounts({ tier: AT_RISK }, 'them')), `#/at-risk?tier=${encodeURIComponent(AT_RISK)}`);
});

test('the headline counts those who are called, in liquidation or without equity, and not the warned', () => {
  assert.deepEqual(AT_RISK.split(','), ['MARGIN_CALL', 'LIQUIDATION', 'BANKRUPT']);
});

test('numbers of an address have no exponent and no sign of zero', () => {
  assert.equal(plainNumber(1e-7), '0.0000001');
  assert.equal(plainNumber(10_000_000), '10000000');
  assert.equal(plainNumber(-0.07), '-0.07');
  assert.equal(plainNumber(-0), '0');
  assert.equal(plainNumber(12.25), '12.25');
});

test('an account and a feed are found whatever their names hold', () => {
  assert.deepEqual(account('desk/a 1', 'margin'),
    { href: '#/account/desk%2Fa%201?part=margin', to: 'margin of desk/a 1' });
  assert.equal(account('alice').href, '#/account/alice');
  const source = feed('BTC-USD');
  assert.ok('href' in source && source.href === '#/oracle?feed=BTC-USD');
  assert.deepEqual(['BTC-USD-PERP', 'BTC-USDI-PERP', 'ETH-USD-20261225-2000-P', 'BTC-USD'].map(feedOf),
    ['BTC-USD', 'BTC-USD', 'ETH-USD', 'BTC-USD']);
});

const filters = (text: string) => filtersOf(new URLSearchParams(text));

test('the list asks the server for what a number is made of', () => {
  const asked = queryOf(filters(`tier=${AT_RISK}&market=BTC-USD&moveFrom=-0.06&moveTo=-0.05&maxLeverage=20`), 500);
  const query = new URLSearchParams(asked.slice(asked.indexOf('?')));
  assert.ok(asked.startsWith('accounts?'));
  assert.deepEqual(Object.fromEntries(query), { sort: 'risk', tier: AT_RISK, market: 'BTC-USD', maxLeverage: '20',
    moveFrom: '-0.06', moveTo: '-0.05', limit: '500' });
  assert.equal(queryOf(filters(''), 500), 'at-risk?limit=500');
  assert.equal(queryOf(filters('tier=all&sort=leverage'), 100), 'accounts?sort=leverage&limit=100');
  assert.equal(queryOf(filters('sort=notional'), 100),
    'accounts?sort=notional&tier=WARNING%2CMARGIN_CALL%2CLIQUIDATION%2CBANKRUPT&limit=100');
});

test('a move without its market, or half of one, is not asked for', () => {
  for (const text of ['moveFrom=-0.06&moveTo=-0.05', 'market=BTC-USD&moveFrom=-0.06',
    'market=BTC-USD&moveFrom=x&moveTo=1']) {
    assert.deepEqual([filters(text).moveFrom, filters(text).moveTo], ['', ''], text);
  }
  assert.equal(filters('minEquity=1e3').minEquity, '');
});

test('filters are said in words, those of the toolbar and those of a number', () => {
  const of = filters('tier=LIQUIDATION,BANKRUPT&market=ETH-USD&minEquity=1000&maxEquity=10000'
    + '&moveFrom=-0.06&moveTo=-0.05');
  assert.equal(furtherText(of), 'equity $1.00K to $10.00K, liquidated where ETH-USD alone moves \u22126% to \u22125%');
  assert.equal(filterText(of), `past the line, ETH-USD, ${furtherText(of)}`);
  assert.equal(furtherText(filters('minEquity=10000000')), 'equity from $10.00M');
  assert.equal(furtherText(filters('maxEquity=1000&symbol=BTC-USD-PERP')), 'holds BTC-USD-PERP, equity below $1.00K');
  assert.equal(filterText(filters('tier=all')), '');
});

test('an export is of what is listed, and of a part of a name there is none', () => {
  assert.equal(exportOf(filters('')), 'export/accounts?format=csv&tier=WARNING%2CMARGIN_CALL%2CLIQUIDATION%2CBANKRUPT');
  assert.equal(exportOf(filters('tier=all&side=short&minEquity=5')),
    'export/accounts?format=csv&side=short&minEquity=5');
  assert.equal(exportOf(filters('filter=ali')), null);
});

test('what changed is marked for 600 ms; what goes on changing stays marked and is not marked again', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const calls: string[] = [];
  const element = { classList: { add: (name: string) => calls.push(`+${name}`), remove: (name: string) =>
    calls.push(`-${name}`) } } as unknown as Element;
  flash(element);
  mock.timers.tick(400);
  flash(element);
  mock.timers.tick(400);
  assert.deepEqual(calls, ['+changed']);
  mock.timers.tick(199);
  assert.deepEqual(calls, ['+changed']);
  mock.timers.tick(1);
  assert.deepEqual(calls, ['+changed', '-changed']);
  flash(element);
  mock.timers.tick(600);
  assert.deepEqual(calls, ['+changed', '-changed', '+changed', '-changed']);
  mock.timers.reset();
});

test('a thinned line keeps its peaks, its gaps and its newest value', () => {
  const values: (number | null)[] = Array.from({ length: 1_000 }, (_, at) => Math.sin(at / 50));
  values[340] = 9;
  values[700] = -9;
  values[500] = null;
  const places = thinned(values, 60);
  assert.ok(places.length <= 3 * 60 + 1);
  assert.ok([340, 700, 500, 999].every((at) => places.includes(at)));
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.equal(new Set(places).size, places.length);
  assert.deepEqual(thinned([1, null, 3], 60), [0, 1, 2]);
});

test('moments less than a second apart are told apart', () => {
  const at = Date.UTC(2026, 2, 2, 12, 0, 5);
  assert.deepEqual(timeLabels([at, at + 500, at + 1_000]), ['12:00:05.0', '12:00:05.5', '12:00:06.0']);
  assert.deepEqual(timeLabels([at, at + 20, at + 40]), ['12:00:05.00', '12:00:05.02', '12:00:05.04']);
  assert.deepEqual(timeLabels([at, at + 1_000]), ['12:00:05', '12:00:06']);
});

test('no dollars have no decimals, and funding is in basis points', () => {
  assert.deepEqual([dollars(0, 1), dollars(-0, 1), dollars(0.04, 1)], ['$0', '$0', '$0.0']);
  assert.equal(basisPoints(-12.5, 2), '\u221212.50 bp');
});

test('a card has a line for its name and for what is wide, and two figures on each other line', () => {
  assert.equal(cardLines([{}, {}, { isWide: true }, {}, {}]), 2 + 2);
  assert.equal(cardLines([{}]), 1);
});

test('what was applied while an account was watched is on its chart, each moment once', () => {
  const item = (timestamp: number | null, kind: string) => ({ timestamp, kind }) as CommandList['items'][number];
  const history = { items: [item(30, 'trade'), item(30, 'isolated_margin'), item(30, 'trade'), item(null, 'release'),
    item(10, 'deposit')] } as CommandList;
  assert.deepEqual(eventsOf(history, 20), [{ timeMs: 30, label: 'trade, isolated margin' }]);
  assert.deepEqual(eventsOf(null, 0), []);
});

test('an option series is named as the exchange names it', () => {
  assert.equal(symbolOf('BTC', { expiry: '2026-03-27', strike: '80000' }, 'C'), 'BTC-USD-20260327-80000-C');
});

test('parameters that jumped are told where they did', () => {
  const report = { parameters: [
    { model: 'm', date: '2026-01-01', parameter: 'decay', value: 0.9 },
    { model: 'm', date: '2026-01-08', parameter: 'decay', value: 0.2, alarm: true },
  ] } as unknown as Report;
  const [line] = parameterLines(report);
  assert.deepEqual(line.alarms, [Date.UTC(2026, 0, 8)]);
  assert.deepEqual(line.values, [0.9, 0.2]);
});
