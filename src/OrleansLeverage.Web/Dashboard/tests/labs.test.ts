import assert from 'node:assert/strict';
import test from 'node:test';
import { quantity } from '../src/pages/adl/terms';
import { missing, nearestFirst, ulid, type AdlMarket } from '../src/pages/adl/types';
import { parameterLines, titleOf, verdictOf, type Entry, type ModelRow, type Report }
  from '../src/pages/calibration/types';
import { grouped, moveOf, type Tick } from '../src/pages/cascade/types';
import { nearestTo, surface, type Cell } from '../src/pages/greeks/types';
import { deviationOf, usedOf, worstFirst, type Feed, type FeedState } from '../src/pages/oracle/types';
import { fromLink, matrixOf, movesOf, movesText, type Outcome } from '../src/pages/stress/types';
import { isOption, shortened } from '../src/pages/parts/markets';
import { bytesText } from '../src/pages/system/types';
import { firstOf, type Volatility } from '../src/pages/vol-index/types';

const tick = (at: number, rounds: number, longsSold = 0): Tick => ({
  tick: at, rounds, liquidations: rounds, longsSold, shortsBought: 0, bankruptcies: 0, deficit: 1, deleveraged: 0,
  deleveragedAmount: 0, fund: 0, badDebt: at, ownPrices: [100 - at, 50], marks: [100 - at, 50],
});

test('ticks are grouped from the first liquidation to the last, and nothing is lost', () => {
  const ticks = [tick(0, 0), tick(1, 2, 10), tick(2, 0), tick(3, 1, 5), tick(4, 3, 1), tick(5, 0)];
  const groups = grouped(ticks, 2);
  assert.deepEqual(groups.map((g) => [g.from, g.to]), [[1, 2], [3, 4]]);
  assert.equal(groups.reduce((sum, g) => sum + g.longsSold, 0), 16);
  assert.equal(groups.reduce((sum, g) => sum + g.rounds, 0), 6);
  // what stands at the end of a group is not added up
  assert.deepEqual(groups.map((g) => g.badDebt), [2, 4]);
  assert.deepEqual(grouped([tick(0, 0)], 5), []);
  assert.equal(grouped(ticks, 100).length, 4);
});

test('a move is against the first tick, and unknown without one', () => {
  const ticks = [tick(0, 0), tick(10, 1)];
  assert.equal(moveOf(ticks, 0, ticks[1].ownPrices), 90 / 100 - 1);
  assert.equal(moveOf(ticks, 7, ticks[1].ownPrices), null);
  assert.equal(moveOf([], 0, [1]), null);
});

const feed = (name: string, state: FeedState, ageMs: number | null): Feed => ({
  feed: name, state, decides: 'FRESH', reason: '', price: '1', ageMs, cadenceMs: 1_000, limitMs: 10_000, sourcesLive: 0,
  sourcesConfigured: 0, sources: [], low: null, high: null, gapBp: null, inhibits: [], beats: [],
});

test('the worst feed comes first: by state, then by its age against its limit', () => {
  const feeds = [feed('A', 'LIVE', 9_000), feed('B', 'NOT_MEASURED', null), feed('C', 'STALE', 12_000),
    feed('D', 'STALE', 30_000), feed('E', 'HALTED', 10), feed('F', 'DRIFT', 10), feed('G', 'LIVE', 10)];
  assert.deepEqual(worstFirst(feeds).map((one) => one.feed), ['E', 'D', 'C', 'F', 'B', 'A', 'G']);
});

test('feeds that are equally well do not change places with every beat', () => {
  const names = (a: number, b: number) => worstFirst([feed('A', 'LIVE', a), feed('B', 'LIVE', b)]).map((f) => f.feed);
  assert.deepEqual(names(100, 900), ['A', 'B']);
  assert.deepEqual(names(900, 100), ['A', 'B']);
});

test('an age goes on while nothing is heard; without an age there is no share of the limit', () => {
  assert.equal(usedOf(feed('A', 'LIVE', 4_000), 1_000), 0.5);
  assert.equal(usedOf(feed('A', 'NOT_MEASURED', null), 1_000), null);
});

test('the deviation is the largest on either side; of sources that are not told it is unknown', () => {
  const one = { ...feed('A', 'PARTIAL', 1), sources: [
    { source: 'x', price: '1', ageMs: 1, deviationBp: 3, state: 'GOOD' },
    { source: 'y', price: '1', ageMs: 1, deviationBp: -40, state: 'DEVIATION' },
    { source: 'z', price: '1', ageMs: 9, deviationBp: null, state: 'SILENT' },
  ] };
  assert.equal(deviationOf(one), 40);
  assert.equal(deviationOf({ ...one, sources: null }), null);
  assert.equal(deviationOf(feed('A', 'LIVE', 1)), null);
});

const cell = (expiry: string, strike: string, vega: number): Cell => ({ expiry, strike, callContracts: 1,
  putContracts: 0, delta: 0, gamma: 0, vega, theta: 0 });

test('a surface has every strike of any expiry in the order of numbers, with holes where there is no series', () => {
  const cells = [cell('b', '9000', 3), cell('a', '10000', 1), cell('a', '9000', 2)];
  assert.deepEqual(surface(cells, 'vega'),
    { expiries: ['a', 'b'], strikes: ['9000', '10000'], values: [[2, 1], [3, null]] });
  assert.equal(nearestTo([9_000, 10_000], 9_600), 1);
  assert.equal(nearestTo([], 1), -1);
});

test('an index is shown before what is only estimated', () => {
  const row = (index: string, points: number | null, realisedEwma: number | null): Volatility => ({ index, points,
    complete: null, reason: null, percentile: null, realisedEwma, realised30d: null, regime: null, candles: [],
    terms: [], history: { times: [], implied: [], realised: [] } });
  assert.equal(firstOf([row('A', null, null), row('B', null, 40), row('C', 50, null)]).index, 'C');
  assert.equal(firstOf([row('A', null, null), row('B', null, 40)]).index, 'B');
  assert.equal(firstOf([row('A', null, null)]).index, 'A');
});

test('moves are read as percent and kept as fractions', () => {
  assert.deepEqual(movesOf('BTC-USD -30, eth-usd -40.5%; SOL-USD +10'),
    { moves: { 'BTC-USD': -0.3, 'ETH-USD': -0.405, 'SOL-USD': 0.1 }, wrong: null });
  assert.equal(movesOf('BTC-USD').wrong, 'BTC-USD');
  assert.equal(movesOf('BTC-USD -100').wrong, 'BTC-USD -100');
  assert.equal(movesOf('BTC-USD -1e9').wrong, 'BTC-USD -1e9');
  assert.deepEqual(movesOf(' ').moves, {});
  assert.deepEqual(movesOf(movesText({ 'BTC-USD': -0.3, 'ETH-USD': 0.1234 })).moves,
    { 'BTC-USD': -0.3, 'ETH-USD': 0.1234 });
});

const outcome = (scenario: string, kind = 'GRID'): Outcome => ({
  scenario, kind, equity: 1, notional: 1, leverage: 1, liquidatedAccounts: 0, liquidatedNotional: 0, longLiquidated: 0,
  shortLiquidated: 0, undetectedAccounts: 0, bankruptAccounts: 0, deficit: 0, fundCoverage: null, note: '',
});

test('scenarios of one feed become a table of feed by move, holes included', () => {
  const matrix = matrixOf([outcome('BTC-USD -30%'), outcome('ETH-USD +10%'), outcome('BTC-USD +10%'),
    outcome('correlation one -20%', 'CORRELATION_ONE')])!;
  assert.deepEqual(matrix.feeds, ['BTC-USD', 'ETH-USD']);
  assert.deepEqual(matrix.moves, ['\u221230%', '+10%']);
  assert.equal(matrix.cells[0][0]!.scenario, 'BTC-USD -30%');
  assert.equal(matrix.cells[1][0], null);
  assert.equal(matrixOf([outcome('x', 'HISTORICAL')]), null);
});

test('a link that is no list of scenarios adds none', () => {
  const gap = { name: 'gap', moves: { 'BTC-USD': -0.3 } };
  assert.deepEqual(fromLink(JSON.stringify([gap])), [gap]);
  for (const text of [null, '', '{', '{}', '[1]', '[{"name":1}]', '[{"name":"a","moves":{"b":"c"}}]', '[null]']) {
    assert.deepEqual(fromLink(text), []);
  }
});

// The specification's example: github.com/ulid/spec, time of 01ARZ3NDEKTSV4RRFFQ69G5FAV is 1469922850259.
test('a plan id is a ULID: its time first, then its random part', () => {
  assert.equal(ulid(1_469_922_850_259, new Uint8Array(10)), '01ARZ3NDEK0000000000000000');
  assert.equal(ulid(0, new Uint8Array(10).fill(255)), '0000000000ZZZZZZZZZZZZZZZZ');
  assert.equal(ulid(2 ** 48 - 1, new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 33])), '7ZZZZZZZZZ0000000000000011');
});

test('what an order lacks is named before it is sent', () => {
  assert.equal(missing('whale', ''), null);
  assert.equal(missing('whale', '1.5'), null);
  assert.match(missing('', '1')!, /account/);
  for (const contracts of ['-1', '1,5', '1e3', '.5', 'all', ' ']) {
    assert.match(missing('whale', contracts)!, /Contracts/);
  }
});

const market = (name: string, state: AdlMarket['state'], value: string, threshold = '100'): AdlMarket => ({
  market: name, state, inhibited: null, priceState: 'FRESH', priceAgeMs: 1, priceAgeMaxMs: 10,
  insuranceBalance: threshold,
  trigger: { value, threshold, distance: '0', met: Number(value) > Number(threshold) },
  stop: { value, threshold, distance: '0', met: false }, insolventAccounts: 0, insolventContracts: '0', insolvent: [],
  openPlan: null,
});

test('markets come by how near they are: plans, due, short, the others, series last', () => {
  const list = [market('BTC-USD-20261204-40000-C', 'DISARMED', '0'), market('A', 'DISARMED', '0'),
    market('B', 'DISARMED', '20'), market('C', 'DISARMED', '80'), market('D', 'DISARMED', '101'),
    market('E', 'ARMED', '0'), market('F', 'ACTIVE', '0'), market('G', 'DISARMED', '0')];
  assert.deepEqual(nearestFirst(list).map((one) => one.market),
    ['F', 'E', 'D', 'C', 'B', 'A', 'G', 'BTC-USD-20261204-40000-C']);
  assert.ok(isOption('BTC-USD-20261204-40000-C') && isOption('ETH-USD-20261204-0.5-P'));
  assert.ok(!isOption('BTC-USD-20261225') && !isOption('BTC-USD-PERP') && !isOption('BTC-USD'));
});

test('a long list is cut, what is wanted stays in it, and what is left out is counted', () => {
  assert.deepEqual(shortened([1, 2, 3, 4, 5], 2, (one) => one === 5), { shown: [1, 2, 5], left: 2 });
  assert.deepEqual(shortened([1, 2], 2), { shown: [1, 2], left: 0 });
});

test('a model is accepted within its region, on either side of it not', () => {
  const model = (exceptions: number) => ({ exceptions, acceptedFrom: 15, acceptedTo: 32 }) as ModelRow;
  assert.equal(verdictOf(model(15)), 'ACCEPTED');
  assert.equal(verdictOf(model(32)), 'ACCEPTED');
  assert.equal(verdictOf(model(33)), 'TOO MANY');
  assert.equal(verdictOf(model(14)), 'TOO FEW');
});

test('parameters become one line a name, dated in UTC', () => {
  const lines = parameterLines({ parameters: [
    { model: 'm', date: '2024-01-01', parameter: 'a', value: 1 },
    { model: 'm', date: '2024-01-01', parameter: 'b', value: 2 },
    { model: 'm', date: '2024-04-01', parameter: 'a', value: 3 },
  ] } as Report);
  assert.deepEqual(lines.map((line) => [line.parameter, line.values]), [['a', [1, 3]], ['b', [2]]]);
  assert.equal(lines[0].times[0], Date.UTC(2024, 0, 1));
  assert.deepEqual(parameterLines({} as Report), []);
});

test('bytes step up by 1024', () => {
  assert.equal(bytesText(0), '0 B');
  assert.equal(bytesText(1_023), '1023 B');
  assert.equal(bytesText(1_536), '1.50 KiB');
  assert.equal(bytesText(91_442_176), '87.2 MiB');
  assert.equal(bytesText(null), '--');
});

test('contracts keep every digit and have their thousands apart', () => {
  assert.equal(quantity('1234567.00010'), '1,234,567.00010');
  assert.equal(quantity('12'), '12');
  assert.equal(quantity('0.5'), '0.5');
});

test('a report is called by its feed and its kind, or by its file', () => {
  const entry = { name: 'btc', feed: 'BTC-USD', kind: 'leverage-backtest/1' } as Entry;
  assert.equal(titleOf(entry), 'BTC-USD, backtest');
  assert.equal(titleOf({ ...entry, kind: null }), 'btc');
  assert.equal(titleOf({ ...entry, kind: 'something else' }), 'btc');
});
