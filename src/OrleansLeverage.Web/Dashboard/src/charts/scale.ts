import { STEPS } from '../format/numbers';

/** A figure, or null where it is not measured. Never NaN: an unknown figure is drawn as a gap. */
export type Num = number | null;

/** Writes a value with so many digits after the point. */
export type Format = (value: number, digits: number) => string;

const DIGITS_MAX = 8;

/** Smallest and largest of what is known; null where nothing is. */
export function extent(...columns: readonly (readonly Num[])[]): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (const value of column) {
      if (value !== null && Number.isFinite(value)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return low <= high ? [low, high] : null;
}

/** A step of 1, 2 or 5 times a power of ten that divides the span into about so many parts. */
export function niceStep(span: number, parts: number): number {
  if (!(span > 0) || !(parts > 0)) return 1;
  const raw = span / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/** Multiples of a nice step from the first at or above low to the last at or below high. */
export function ticks(low: number, high: number, parts = 5): number[] {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, parts);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // a multiple, not a running sum: 0.1 + 0.2 is no tick
  const digits = Math.max(0, -Math.floor(Math.log10(step)) + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => +((first + at) * step).toFixed(digits));
}

const SUFFIXES = new Map(STEPS.map(([step, letter]) => [letter, step]));

/** The number that a label shows, whatever its unit; null where it shows none. */
function shown(label: string): number | null {
  const parts = /([-\u2212])?[^\d-\u2212]*(\d[\d,]*(?:\.\d+)?)([A-Z])?/.exec(label);
  if (!parts) return null;
  return (parts[1] ? -1 : 1) * Number(parts[2]!.replaceAll(',', '')) * (SUFFIXES.get(parts[3] ?? '') ?? 1);
}

/** True where equal steps look equal: 2.75 and 3.25 written as 2.8 and 3.3 are distinct and still wrong. */
function areEven(values: readonly number[], labels: readonly string[]): boolean {
  const numbers = labels.map(shown);
  const steps = values.slice(1).map((value, at) => {
    const [from, to] = [numbers[at], numbers[at + 1]];
    return from === null || to === null ? null : (to! - from!) / (value - values[at]!);
  });
  return steps.every((step) => step === null || steps[0] === null || Math.abs(step - steps[0]!) <= 0.02
    * Math.abs(steps[0]!));
}

/** True where two more digits would move no label by more than a tenth of a step: 0.5 is not written as 1. */
function areNear(labels: readonly string[], finer: readonly string[]): boolean {
  const numbers = finer.map(shown);
  const steps = numbers.slice(1).map((to, at) => Math.abs((to ?? 0) - (numbers[at] ?? 0)));
  const step = Math.min(...steps);
  return steps.length === 0
    || labels.every((label, at) => Math.abs((shown(label) ?? 0) - (numbers[at] ?? 0)) <= step / 10);
}

/** Labels with as many digits as it takes to tell neighbours apart and to show equal steps as equal. */
export function distinctLabels(values: readonly number[], format: Format): string[] {
  let labels: string[] = [];
  for (let digits = 0; digits <= DIGITS_MAX; digits++) {
    labels = values.map((value) => format(value, digits));
    if (new Set(labels).size === new Set(values).size && areEven(values, labels)
      && areNear(labels, values.map((value) => format(value, digits + 2)))) break;
  }
  return labels;
}

/** Height of a bar in [0, 1]: linear, or ln(1 + v) / ln(1 + max), under which a count of 1 is still seen. */
export function barShare(value: Num, max: number, logarithmic: boolean): number {
  if (value === null || !(value > 0) || !(max > 0)) return 0;
  return Math.min(1, logarithmic ? Math.log1p(value) / Math.log1p(max) : value / max);
}

/** Share of the whole at or below each bucket; null where there is nothing. */
export function cumulativeShares(values: readonly number[]): Num[] {
  const whole = values.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return whole > 0 ? sum / whole : null;
  });
}

/** Where a value lies among buckets given by their lower bounds, as a place in [0, n]; the last one is open. */
export function bucketPlace(lower: readonly number[], value: number): number {
  for (let at = 0; at < lower.length; at++) {
    const from = lower[at]!;
    const to = lower[at + 1];
    if (value < from) return at;
    if (to === undefined) return at + 0.5;
    if (value < to) return at + (value - from) / (to - from);
  }
  return lower.length;
}

/** The newest known value and the one so many places before it. */
export function latest(values: readonly Num[], back = 1): { now: Num; before: Num } {
  let at = values.length - 1;
  while (at >= 0 && values[at] === null) at--;
  if (at < 0) return { now: null, before: null };
  let from = Math.max(0, at - back);
  while (from > 0 && values[from] === null) from--;
  return { now: values[at]!, before: from < at ? values[from]! : null };
}

/** "rising", "falling" or "steady": a move below one part in a thousand of the value is no direction. */
export function direction(values: readonly Num[]): 'rising' | 'falling' | 'steady' {
  const { now, before } = latest(values, Math.max(1, Math.ceil(values.length / 10)));
  if (now === null || before === null) return 'steady';
  const move = now - before;
  if (Math.abs(move) <= Math.abs(before) * 1e-3) return 'steady';
  return move > 0 ? 'rising' : 'falling';
}

/** Running totals of steps, where each bar of a waterfall begins and ends. A total begins at zero. */
export function floating(steps: readonly { value: Num; total?: boolean }[]): { from: number; to: number }[] {
  let level = 0;
  return steps.map(({ value, total }) => {
    const from = total ? 0 : level;
    const to = total ? (value ?? 0) : level + (value ?? 0);
    level = to;
    return { from, to };
  });
}

/** Rows that are seen, and a few on either side, of a list of equal rows. */
export function visibleRows(count: number, rowHeight: number, top: number, height: number,
  around = 6): { from: number; to: number } {
  const first = Math.floor(Math.max(0, top) / rowHeight);
  const last = Math.ceil((Math.max(0, top) + height) / rowHeight);
  return { from: Math.max(0, Math.min(count, first) - around), to: Math.min(count, last + around) };
}
