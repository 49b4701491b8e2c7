import type { Candle } from '../../charts';
import type { Stamped } from '../../data/types';

/** One underlying. Points are percent a year. */
export interface Volatility {
  index: string;
  /** The newest value of its implied index; null where none is published. */
  points: number | null;
  complete: boolean | null;
  /** Why there is no index. */
  reason: string | null;
  /** Where it stands among the values of the last day, 0 to 1. */
  percentile: number | null;
  /** Exponentially weighted, a memory of about a hundred minutes. */
  realisedEwma: number | null;
  realised30d: number | null;
  regime: string | null;
  candles: Candle[];
  terms: { expiry: string; days: number; vol: number | null }[];
  history: { times: number[]; implied: (number | null)[]; realised: (number | null)[] };
}

export interface Volatilities extends Stamped {
  items: Volatility[];
  /** Why no index is among the items; null where one is. */
  reason: string | null;
}

/** What is shown first: an index, else what is estimated, else the first. */
export function firstOf(items: readonly Volatility[]): Volatility {
  return items.find((one) => one.points !== null) ?? items.find((one) => one.realisedEwma !== null) ?? items[0];
}
