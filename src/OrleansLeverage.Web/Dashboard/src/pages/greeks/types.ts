import type { Stamped } from '../../data/types';

export type Greek = 'delta' | 'gamma' | 'vega' | 'theta' | 'vanna' | 'volga';

export type GreeksRow = Record<Greek, number | null>;

/** Of all that is held long, or of market makers' net. */
export type Holder = 'makers' | 'open';

export interface Strike {
  strike: string;
  openContracts: number;
  makerContracts: number;
  open: GreeksRow;
  makers: GreeksRow;
}

export interface Expiry {
  expiry: string;
  days: number | null;
  open: GreeksRow;
  makers: GreeksRow;
  strikes: Strike[];
}

export interface Underlying {
  underlying: string;
  price: string | null;
  open: GreeksRow;
  makers: GreeksRow;
  expiries: Expiry[];
}

export interface GreeksView extends Stamped {
  /** Null while there are no options. */
  underlyings: Underlying[] | null;
  /** Series without sensitivities, and why. */
  unvalued: { symbol: string; reason: string }[];
}

/** One sensitivity as a table of expiry by strike; null where no series has both. */
export function surface(book: Underlying, of: Holder, greek: Greek): { strikes: string[]; cells: (number | null)[][] } {
  const strikes = [...new Set(book.expiries.flatMap((expiry) => expiry.strikes.map((one) => one.strike)))]
    .sort((a, b) => Number(a) - Number(b));
  return {
    strikes, cells: book.expiries.map((expiry) => strikes.map((strike) =>
      expiry.strikes.find((one) => one.strike === strike)?.[of][greek] ?? null)),
  };
}

/** Place of the value that is nearest; -1 of none. */
export function nearestTo(values: readonly number[], target: number): number {
  let best = -1;
  values.forEach((value, at) => {
    if (best < 0 || Math.abs(value - target) < Math.abs(values[best] - target)) best = at;
  });
  return best;
}
