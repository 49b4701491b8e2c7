import type { Candle } from '../../charts';
import type { Listed } from '../../data/types';

/** One market. Where an implied index is measured, what is known of its course comes with it. */
export interface Volatility {
  asset: string;
  /** Annualised per 1.00, ACT/365, exponentially weighted; null until estimated. */
  realised: number | null;
  realisedDaily: number | null;
  /** Points of an implied index: 52.3 is 52.3 % a year; null where none is measured. */
  index: number | null;
  reason?: string | null;
  percentile?: number | null;
  regime?: string | null;
  candles?: Candle[];
  terms?: { expiry: string; days: number; vol: number | null }[];
  history?: { times: number[]; implied: (number | null)[]; realised: (number | null)[] } | null;
}

export type Volatilities = Listed<Volatility>;

export interface Point {
  at: number;
  realised: Record<string, number | null>;
  index: Record<string, number | null>;
}

/** What this page has seen, one point a frame, bounded. */
export function seenMore(points: readonly Point[], answer: Volatilities, most: number): Point[] {
  const at = answer.asOf?.timestamp;
  if (at === undefined || (points.at(-1)?.at ?? -Infinity) >= at) return [...points];
  const by = (of: (row: Volatility) => number | null): Record<string, number | null> =>
    Object.fromEntries(answer.items.map((row) => [row.asset, of(row)]));
  const point = { at, realised: by((row) => points100(row.realised)), index: by((row) => row.index) };
  return [...points, point].slice(-most);
}

/** Per 1.00 as points. */
export const points100 = (value: number | null): number | null => (value === null ? null : value * 100);
