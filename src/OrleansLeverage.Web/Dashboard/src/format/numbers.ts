// How figures are written. Unknown is "--", never 0; minus is U+2212; money comes as a decimal string or a number.
export type Figure = number | string | null | undefined;

export const UNKNOWN = '--';
export const MINUS = '\u2212';

/** The figure as a number, null where it is unknown or no number. */
export function known(value: Figure): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = typeof value === 'number' ? value : Number(value);
  return Number.isFinite(number) ? number : null;
}

function written(value: Figure, write: (value: number) => string): string {
  const number = known(value);
  return number === null ? UNKNOWN : write(number);
}

function minus(text: string): string {
  const isZero = !/[1-9]/.test(text);
  return text.startsWith('-') ? (isZero ? text.slice(1) : MINUS + text.slice(1)) : text;
}

function plus(text: string): string {
  const shown = minus(text);
  return /[1-9]/.test(shown) && !shown.startsWith(MINUS) ? '+' + shown : shown;
}

const grouped = (digits: number) => new Intl.NumberFormat('en-US',
  { minimumFractionDigits: digits, maximumFractionDigits: digits });
const byDigits = Array.from({ length: 13 }, (_, digits) => grouped(digits));

/** With thousands separators and a fixed number of decimals. */
export function fixed(value: number, digits: number): string {
  return byDigits[digits].format(value);
}

/** 3.21x */
export const times = (value: Figure): string => written(value, (v) => minus(fixed(v, 2)) + 'x');

/** +12.4%, of a share: 0.124. */
export const percent = (value: Figure, digits = 1): string =>
  written(value, (v) => plus(fixed(v * 100, digits)) + '%');

/** 12.4%, of a share that has no direction. */
export const share = (value: Figure, digits = 1): string =>
  written(value, (v) => minus(fixed(v * 100, digits)) + '%');

/** 18.2 bp, of basis points. */
export const bp = (value: Figure): string => written(value, (v) => minus(fixed(v, 1)) + ' bp');

/** 12,345 */
export const count = (value: Figure): string => written(value, (v) => minus(fixed(v, 0)));

/** +0.123, for skews in −1 to 1. */
export const signed = (value: Figure, digits = 3): string => written(value, (v) => plus(fixed(v, digits)));

/** 0.87: a ratio, 1.00 at the line. */
export const ratio = (value: Figure, digits = 2): string => written(value, (v) => minus(fixed(v, digits)));

/** Letters of large amounts, on charts too. */
export const STEPS: readonly [number, string][] = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']];

function compact(value: number): string {
  const size = Math.abs(value);
  for (const [step, letter] of STEPS) {
    // 999,950 is written as 1.00M, not as 1000K
    if (size >= step * 0.99995) {
      const shown = size / step;
      return fixed(shown, shown >= 99.995 ? 1 : 2) + letter;
    }
  }
  return fixed(size, size >= 100 || size === 0 ? 0 : 2);
}

/** $1.24M; the exact amount is in the tooltip and in what is copied. */
export const usd = (value: Figure): string =>
  written(value, (v) => (v < 0 && compact(v) !== '0' ? MINUS : '') + '$' + compact(v));

/** +$1.24M */
export const usdSigned = (value: Figure): string =>
  written(value, (v) => (v > 0 ? '+' : v < 0 ? MINUS : '') + '$' + compact(v));

/** The amount with every digit it has: of the decimal string where there is one. */
export function usdExact(value: Figure): string {
  if (typeof value !== 'string') return written(value, (v) => (v < 0 ? MINUS : '') + '$' + fixed(Math.abs(v), 2));
  if (known(value) === null) return UNKNOWN;
  const isBelow = value.startsWith('-');
  const [whole, decimals] = (isBelow ? value.slice(1) : value).split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return (isBelow ? MINUS : '') + '$' + spaced + (decimals ? '.' + decimals : '');
}

/** A price with the digits its size deserves: 95,012.5 and 0.000012345. */
export const price = (value: Figure): string => written(value, (v) => {
  const size = Math.abs(v);
  const digits = size === 0 ? 2 : Math.min(12, Math.max(size >= 10_000 ? 1 : 2, 4 - Math.floor(Math.log10(size))));
  return minus(fixed(v, size >= 1000 ? Math.min(digits, 2) : digits));
});

/** A price on an axis: no more digits than tell its labels apart. */
export const axisPrice = (value: number, digits: number): string => minus(fixed(value, Math.min(12, digits)));

/** 12 s, 1.4 s, 340 ms, 3 min: of milliseconds. */
export const duration = (ms: Figure): string => written(ms, (v) => {
  if (v < 1_000) return minus(fixed(Math.max(0, v), 0)) + ' ms';
  if (v < 10_000) return fixed(v / 1_000, 1) + ' s';
  if (v < 120_000) return fixed(Math.floor(v / 1_000), 0) + ' s';
  if (v < 7_200_000) return fixed(Math.floor(v / 60_000), 0) + ' min';
  return fixed(v / 3_600_000, 1) + ' h';
});

/** Labels of an axis: precision goes up until they differ. */
export function distinct(values: number[], write: (value: number, digits: number) => string): string[] {
  for (let digits = 0; digits <= 8; digits++) {
    const labels = values.map((value) => write(value, digits));
    if (new Set(labels).size === new Set(values).size) return labels;
  }
  return values.map((value) => write(value, 8));
}

/** As other programs read it: ASCII minus, no units, nothing where it is unknown. */
export const exported = (value: Figure): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? (Number.isFinite(value) ? String(value) : '') : value.replaceAll(MINUS, '-');
};
