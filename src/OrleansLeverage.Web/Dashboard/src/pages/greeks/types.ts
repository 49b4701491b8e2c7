import type { Stamped } from '../../data/types';

export type Greek = 'delta' | 'gamma' | 'vega' | 'theta';

/** One strike of one expiry: the net of market makers, and how much is open at all. */
export interface Cell {
  expiry: string;
  strike: string;
  callContracts: number;
  putContracts: number;
  delta: number | null;
  gamma: number | null;
  vega: number | null;
  theta: number | null;
}

export interface Underlying {
  underlying: string;
  spot: number;
  delta: number | null;
  gamma: number | null;
  vega: number | null;
  theta: number | null;
  /** Of all that is held long, whoever holds it. */
  openGamma: number | null;
  openVega: number | null;
  cells: Cell[];
  tenors: { expiry: string; days: number; vega: number | null; gamma: number | null }[];
  /** Everything valued anew, by volatility, then by spot; null where market makers hold nothing. */
  matrix: { spotPct: number[]; volPoints: number[]; pnl: (number | null)[][] } | null;
}

export interface GreeksView extends Stamped {
  /** Null while there are no options. */
  greeks: { underlyings: Underlying[]; unvalued: { symbol: string; reason: string }[] } | null;
  reason: string | null;
}

/** One figure as a table of expiry by strike; null where no series has both. */
export function surface(cells: readonly Cell[], of: Greek):
  { expiries: string[]; strikes: string[]; values: (number | null)[][] } {
  const expiries = [...new Set(cells.map((cell) => cell.expiry))].sort();
  const strikes = [...new Set(cells.map((cell) => cell.strike))].sort((a, b) => Number(a) - Number(b));
  const at = new Map(cells.map((cell) => [`${cell.expiry} ${cell.strike}`, cell[of]]));
  return {
    expiries, strikes,
    values: expiries.map((expiry) => strikes.map((strike) => at.get(`${expiry} ${strike}`) ?? null)),
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
