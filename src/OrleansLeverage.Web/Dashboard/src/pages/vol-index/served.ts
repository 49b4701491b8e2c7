import type { Candle } from '../../charts';
import type { Listed } from '../../data/types';
import type { Volatilities } from './types';

/** A row of the endpoint: volatilities in points, 52.3 is 52.3 % a year. */
export interface ServedVolatility {
  index: string;
  points: number | null;
  reason: string | null;
  percentile: number | null;
  realisedEwma: number | null;
  regime: string | null;
  candles: Candle[];
  terms: { expiry: string; days: number; vol: number | null }[];
  history: { times: number[]; implied: (number | null)[]; realised: (number | null)[] } | null;
}

const DAYS = 365;

/** The answer as the page draws it: realised per 1.00, and a day of it. */
export function volatilitiesOf(answer: Listed<ServedVolatility>): Volatilities {
  return {
    ...answer, nextCursor: answer.nextCursor ?? null,
    items: answer.items.map((row) => {
      const realised = row.realisedEwma === null ? null : row.realisedEwma / 100;
      return {
        asset: row.index, realised, realisedDaily: realised === null ? null : realised / Math.sqrt(DAYS),
        index: row.points, reason: row.reason, percentile: row.percentile, regime: row.regime, candles: row.candles,
        terms: row.terms, history: row.history,
      };
    }),
  };
}
