import assert from 'node:assert/strict';
import test from 'node:test';
import {
  barShare, bucketPlace, cumulativeShares, direction, distinctLabels, extent, floating, latest, niceStep, ticks,
  visibleRows,
} from '../src/charts/scale';
import { dollars, drawn, figure, NOT_MEASURED, plain, short, signedPercent, span, timeLabels, times } from
  '../src/charts/text';

test('an extent is of what is known, over all columns', () => {
  assert.deepEqual(extent([null, 3, -1], [7, null]), [-1, 7]);
  assert.equal(extent([null], []), null);
  assert.deepEqual(extent([0]), [0, 0]);
});

test('steps are one, two or five times a power of ten', () => {
  assert.equal(niceStep(10, 5), 2);
  assert.equal(niceStep(1, 4), 0.5);
  assert.equal(niceStep(0.003, 3), 0.001);
  assert.equal(niceStep(7_000_000, 5), 2_000_000);
  assert.equal(niceStep(0, 5), 1);
});

test('ticks are multiples of the step and exact', () => {
  assert.deepEqual(ticks(0, 1, 10), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  assert.deepEqual(ticks(-3, 3, 3), [-2, 0, 2]);
  assert.deepEqual(ticks(66_100, 66_900, 4), [66_200, 66_400, 66_600, 66_800]);
  assert.deepEqual(ticks(5, 5), [5]);
});

test('labels take the digits that tell them apart', () => {
  assert.deepEqual(distinctLabels([1.01, 1.02, 1.03], plain), ['1.01', '1.02', '1.03']);
  assert.deepEqual(distinctLabels([1, 2, 3], plain), ['1', '2', '3']);
  assert.deepEqual(distinctLabels([0, 0.5], plain), ['0.0', '0.5']);
  assert.deepEqual(distinctLabels([1_200_000, 1_240_000, 1_280_000], dollars), ['$1.20M', '$1.24M', '$1.28M']);
});

test('equal steps look equal: distinct is not enough', () => {
  assert.deepEqual(distinctLabels([2.5, 2.75, 3, 3.25], times), ['2.50x', '2.75x', '3.00x', '3.25x']);
  assert.deepEqual(distinctLabels([-0.05, -0.025, 0, 0.025], signedPercent),
    ['\u22125.0%', '\u22122.5%', '0.0%', '+2.5%']);
  assert.deepEqual(distinctLabels([0, 500_000, 1_000_000], dollars), ['$0', '$500K', '$1M']);
});

test('a bar of a count of one is seen beside a million on the logarithmic scale, and zero never is', () => {
  assert.ok(barShare(1, 1e6, true) > 0.04);
  assert.ok(barShare(1, 1e6, false) < 1e-5);
  assert.equal(barShare(0, 1e6, true), 0);
  assert.equal(barShare(null, 1e6, true), 0);
  assert.equal(barShare(5, 0, false), 0);
  assert.equal(barShare(1e6, 1e6, true), 1);
});

test('cumulative shares end at one, and of nothing are unknown', () => {
  assert.deepEqual(cumulativeShares([1, 1, 2]), [0.25, 0.5, 1]);
  assert.deepEqual(cumulativeShares([0, 0]), [null, null]);
});

test('a percentile lies between the bounds of its bucket; the last bucket is open', () => {
  const lower = [0, 1, 2, 5, 10];
  assert.equal(bucketPlace(lower, 0.5), 0.5);
  assert.equal(bucketPlace(lower, 3.5), 2.5);
  assert.equal(bucketPlace(lower, 10), 4.5);
  assert.equal(bucketPlace(lower, 1e9), 4.5);
  assert.equal(bucketPlace(lower, -1), 0);
});

test('the latest value is the last known one; a direction needs a move of a thousandth', () => {
  assert.deepEqual(latest([1, 2, null]), { now: 2, before: 1 });
  assert.deepEqual(latest([null, null]), { now: null, before: null });
  assert.deepEqual(latest([4]), { now: 4, before: null });
  assert.equal(direction([1, 1.0005]), 'steady');
  assert.equal(direction([1, 1.01]), 'rising');
  assert.equal(direction([1, 0.9, null]), 'falling');
  assert.equal(direction([]), 'steady');
});

test('every bar of a waterfall begins where the one before it ended, and a total at zero', () => {
  assert.deepEqual(floating([
    { value: 10, total: true }, { value: -4 }, { value: 1 }, { value: null }, { value: 7, total: true },
  ]), [{ from: 0, to: 10 }, { from: 10, to: 6 }, { from: 6, to: 7 }, { from: 7, to: 7 }, { from: 0, to: 7 }]);
});

test('only rows in sight and six on either side are drawn', () => {
  assert.deepEqual(visibleRows(10_000, 30, 0, 300), { from: 0, to: 16 });
  assert.deepEqual(visibleRows(10_000, 30, 3_000, 300), { from: 94, to: 116 });
  assert.deepEqual(visibleRows(10_000, 30, 299_700, 300), { from: 9_984, to: 10_000 });
  assert.deepEqual(visibleRows(3, 30, 0, 300), { from: 0, to: 3 });
});

test('numbers of charts have a true minus, a unit, and two dashes where they are unknown', () => {
  assert.equal(plain(-1_234.5, 1), '\u22121,234.5');
  assert.equal(plain(-0.001, 2), '0.00');
  assert.equal(short(999_960, 0), '1M');
  assert.equal(short(600_000, 0), '600K');
  assert.equal(short(18_200, 1), '18.2K');
  assert.equal(dollars(-1_240_000, 2), '\u2212$1.24M');
  assert.equal(figure(null, plain, 2), NOT_MEASURED);
  assert.equal(figure(NaN, plain, 2), NOT_MEASURED);
  assert.equal(drawn(''), null);
  assert.equal(drawn('0'), 0);
  assert.equal(span(14_200), '14 s');
  assert.equal(span(200_000), '3 min 20 s');
});

test('a time axis says as much of the time as its step asks for', () => {
  const noon = Date.UTC(2026, 2, 27, 12);
  assert.deepEqual(timeLabels([noon, noon + 5_000]), ['12:00:00', '12:00:05']);
  assert.deepEqual(timeLabels([noon, noon + 60_000]), ['12:00', '12:01']);
  assert.deepEqual(timeLabels([noon, noon + 12 * 3_600_000]), ['12:00', '03-28']);
  assert.deepEqual(timeLabels([noon, noon + 86_400_000]), ['03-27', '03-28']);
  assert.deepEqual(timeLabels([noon, noon + 200 * 86_400_000]), ['2026-03', '2026-10']);
});
