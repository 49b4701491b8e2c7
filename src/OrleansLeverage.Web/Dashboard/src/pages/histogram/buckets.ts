import type { HistogramView } from '../../data/types';

export type Weight = 'accounts' | 'notional';

/** Buckets up to the last that anybody is in, and one more; never fewer than a dozen. */
export function usedBuckets(long: HistogramView, short: HistogramView): number {
  const last = (side: HistogramView) => side.accounts.reduce((found, n, at) => (n > 0 ? at : found), 0);
  return Math.min(long.lowerBounds.length, Math.max(12, Math.max(last(long), last(short)) + 2));
}

/** The first buckets as they are; what lies above them is in the last. */
export function folded(values: readonly number[], size: number): number[] {
  const kept = values.slice(0, size);
  const rest = values.slice(size).reduce((sum, value) => sum + value, 0);
  return kept.map((value, at) => (at === size - 1 ? value + rest : value));
}

/** Sum of the buckets that begin at or above a leverage. */
export function above(side: HistogramView, weight: Weight, from: number): number {
  return side[weight].reduce((sum, value, at) => (side.lowerBounds[at] >= from ? sum + value : sum), 0);
}

/** The share of the notional that is at or above a leverage; null where there is none. */
export const part = (side: HistogramView, from: number): number | null => {
  const all = side.notional.reduce((sum, value) => sum + value, 0);
  return all > 0 ? above(side, 'notional', from) / all : null;
};
