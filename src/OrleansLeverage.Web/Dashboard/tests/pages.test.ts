import assert from 'node:assert/strict';
import test from 'node:test';
import { joined } from '../src/data/joined';
import type { LadderHistory, MapBucket } from '../src/data/types';
import { filtersOf, filterText, queryOf } from '../src/pages/at-risk/filters';
import { above, folded, part, usedBuckets } from '../src/pages/histogram/buckets';
import { candlesOf, cumulated, ends, grid } from '../src/pages/liquidation-map/prices';
import { movers } from '../src/pages/overview/ranking';

const places = Array.from({ length: 100 }, (_, place) => (place < 50 ? place - 49 : place - 50));

const history = (prices: (number | null)[], notional: number[][]): LadderHistory => ({
  asset: 'BTC-USD', times: prices.map((_, at) => at * 5_000), prices, fromPct: places, notional,
});

test('buckets lie beside each other from -50 to +50 percent', () => {
  const all = places.map(ends);
  assert.deepEqual(all[0], [0.5, 0.51]);
  assert.deepEqual(all[49], [0.99, 1]);
  assert.deepEqual(all[50], [1, 1.01]);
  assert.deepEqual(all[99], [1.49, 1.5]);
});

test('rows of prices keep the sum of what lies within them, longs above zero and shorts below', () => {
  const notional = places.map((_, place) => (place < 25 || place >= 75 ? 0 : place + 1));
  const { values } = grid(history([100, 97], [notional, notional]), 30);
  const sums = (row: (number | null)[], sign: number) =>
    row.filter((value) => value! * sign > 0).reduce<number>((sum, value) => sum + Math.abs(value!), 0);
  const longs = notional.slice(0, 50).reduce((sum, value) => sum + value, 0);
  const shorts = notional.slice(50).reduce((sum, value) => sum + value, 0);
  for (const row of values) {
    // the row that holds the price nets the two; nothing else is lost
    assert.ok(Math.abs(sums(row, 1) - sums(row, -1) - (longs - shorts)) < 1e-6);
    assert.ok(sums(row, 1) <= longs + 1e-6 && sums(row, 1) > longs * 0.8);
  }
});

test('a moment without a price is unknown in every row', () => {
  const { values } = grid(history([100, null], [Array(100).fill(1), Array(100).fill(1)]), 10);
  assert.ok(values[1].every((value) => value === null));
  assert.deepEqual(grid(history([null], [Array(100).fill(1)]), 10), { bounds: [], values: [] });
});

test('candles have the first, highest, lowest and last price of their minute', () => {
  const times = [0, 5_000, 10_000, 60_000, 65_000];
  assert.deepEqual(candlesOf({ times, prices: [5, 9, null, 4, 6] }), [[0, 5, 9, 5, 9], [60_000, 4, 6, 4, 6]]);
});

test('sums run from the price outwards on either side', () => {
  const bucket = (toPct: number, notional: number) =>
    ({ toPct, notional, side: toPct < 0 ? 'long' : 'short' }) as MapBucket;
  assert.deepEqual(cumulated([bucket(-2, 5), bucket(-1, 3), bucket(1, 7), bucket(2, 11)]), [8, 3, 7, 18]);
});

const side = (accounts: number[]) => ({
  lowerBounds: accounts.map((_, at) => at), accounts, notional: accounts.map((n) => n * 10), p50: 1, p90: 2, p99: 3,
});

test('what lies above the last bucket that is shown is in it', () => {
  assert.deepEqual(folded([1, 2, 3, 4], 3), [1, 2, 7]);
  assert.equal(usedBuckets(side(Array(30).fill(0)), side(Array(30).fill(0))), 12);
  assert.equal(usedBuckets(side([...Array(20).fill(1), 0, 0, 0]), side(Array(23).fill(0))), 21);
  assert.equal(above(side([1, 2, 3]), 'accounts', 1), 5);
  assert.equal(part(side([1, 1, 2]), 2), 0.5);
  assert.equal(part(side([0, 0]), 1), null);
});

test('the address asks for what it says and for nothing else', () => {
  const ask = (query: string) => queryOf(filtersOf(new URLSearchParams(query)), 500);
  assert.equal(ask(''), 'at-risk?limit=500');
  assert.equal(ask('tier=all&sort=notional&side=short'), 'accounts?sort=notional&side=short&limit=500');
  assert.equal(ask('sort=leverage'),
    'accounts?sort=leverage&tier=WARNING%2CMARGIN_CALL%2CLIQUIDATION%2CBANKRUPT&limit=500');
  assert.equal(ask('tier=nonsense&minLeverage=-3'), 'at-risk?limit=500');
  assert.equal(filterText(filtersOf(new URLSearchParams('tier=MARGIN_CALL&minLeverage=10'))),
    'margin call, leverage from 10x');
});

test('movers are those whose notional changed most; unknown is no change', () => {
  const asset = (name: string, longNotional: number | null) =>
    ({ asset: name, longNotional, shortNotional: 0 }) as Parameters<typeof movers>[0][0];
  const found = movers([asset('a', 5), asset('b', 1), asset('c', null), asset('d', 9)],
    [asset('a', 4), asset('b', 9), asset('c', 3)]);
  assert.deepEqual(found.map(({ asset: { asset: name }, change }) => [name, change]),
    [['b', -8], ['a', 1], ['d', null], ['c', null]]);
});

test('a history and what was seen after it are one course, without doubles', () => {
  const moment = (timeMs: number, marketLeverage: number) =>
    ({ timeMs, system: { marketLeverage, assets: [] } }) as unknown as Parameters<typeof joined>[1][0];
  const course = joined({ times: [1, 2, 3], marketLeverage: [10, null, 30] }, [moment(3, 31), moment(4, 40)], 2, 9);
  assert.deepEqual(course.times, [2, 3, 4]);
  assert.deepEqual(course.values.marketLeverage, [null, 30, 40]);
  assert.deepEqual(course.values.longLeverage.slice(0, 2), [null, null]);
});
