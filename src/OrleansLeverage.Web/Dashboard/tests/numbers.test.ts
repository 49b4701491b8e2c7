import assert from 'node:assert/strict';
import test from 'node:test';
import {
  bp, count, distinct, duration, exported, fixed, percent, price, ratio, share, signed, times, UNKNOWN, usd, usdExact,
  usdSigned,
} from '../src/format/numbers';

test('what is unknown is two dashes in every format, never zero', () => {
  for (const write of [times, percent, share, bp, count, signed, ratio, usd, usdSigned, usdExact, price, duration]) {
    for (const value of [null, undefined, '', Number.NaN, Number.POSITIVE_INFINITY, 'abc']) {
      assert.equal(write(value), UNKNOWN);
    }
    assert.notEqual(write(0), UNKNOWN);
  }
});

test('the examples of the specification', () => {
  assert.equal(times(3.21), '3.21x');
  assert.equal(percent(0.124), '+12.4%');
  assert.equal(bp(18.2), '18.2 bp');
  assert.equal(usd(1_240_000), '$1.24M');
});

test('minus is U+2212, and nothing that rounds to zero has a sign', () => {
  assert.equal(percent(-0.124), '\u221212.4%');
  assert.equal(usd(-1_240_000), '\u2212$1.24M');
  assert.equal(signed(-0.0004), '0.000');
  assert.equal(signed(0.0004), '0.000');
  assert.equal(percent(-0.0001), '0.0%');
  assert.equal(times(-0.001), '0.00x');
  assert.equal(signed(-0.5), '\u22120.500');
  assert.equal(usdSigned(5), '+$5.00');
});

test('amounts step up before they read as a thousand of the lower step', () => {
  assert.equal(usd(999), '$999');
  assert.equal(usd(999_960), '$1.00M');
  assert.equal(usd(12_345), '$12.35K');
  assert.equal(usd(123_456), '$123.5K');
  assert.equal(usd('98765432109.5'), '$98.77B');
  assert.equal(usd(0), '$0');
  assert.equal(usd(0.5), '$0.50');
  assert.equal(usd(3.2e12), '$3.20T');
});

test('the exact amount keeps every digit of a decimal string', () => {
  assert.equal(usdExact('12345678901234567890.123456789'), '$12,345,678,901,234,567,890.123456789');
  assert.equal(usdExact('-1000'), '\u2212$1,000');
  assert.equal(usdExact(1234.5), '$1,234.50');
});

test('prices have the digits that their size deserves', () => {
  assert.equal(price('95012.5'), '95,012.5');
  assert.equal(price(3120.456), '3,120.46');
  assert.equal(price(12.3456), '12.346');
  assert.equal(price('0.000012345'), '0.000012345');
  assert.equal(price(0), '0.00');
});

test('durations count in the unit a reader expects', () => {
  assert.equal(duration(340), '340 ms');
  assert.equal(duration(1_440), '1.4 s');
  assert.equal(duration(14_999), '14 s');
  assert.equal(duration(180_000), '3 min');
  assert.equal(duration(-5), '0 ms');
});

test('labels of an axis raise their precision until they differ', () => {
  const write = (value: number, digits: number) => fixed(value, digits);
  assert.deepEqual(distinct([3, 3.02, 3.04], write), ['3.00', '3.02', '3.04']);
  assert.deepEqual(distinct([1, 2, 3], write), ['1', '2', '3']);
});

test('an export has ASCII minus and nothing where it is unknown', () => {
  assert.equal(exported(-1.5), '-1.5');
  assert.equal(exported(null), '');
  assert.equal(exported('\u22121.5'), '-1.5');
  assert.equal(count(-12_345), '\u221212,345');
});
