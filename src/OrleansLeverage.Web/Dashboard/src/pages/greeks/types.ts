import type { GreeksCell } from '../../data/types';

export type Greek = 'delta' | 'gamma' | 'vega' | 'theta';

export const GREEK_KEYS: readonly Greek[] = ['delta', 'gamma', 'vega', 'theta'];

/** The id of an option series: BTC-USD-20260327-80000-C. */
export const symbolOf = (underlying: string, { expiry, strike }: Pick<GreeksCell, 'expiry' | 'strike'>,
  kind: 'C' | 'P'): string => `${underlying}-USD-${expiry.replaceAll('-', '')}-${strike}-${kind}`;

/** One figure as a table of expiry by strike; null where no series has both. */
export function surface(cells: readonly GreeksCell[], of: Greek):
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
