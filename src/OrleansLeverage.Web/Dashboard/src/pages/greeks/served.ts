import type { Stamped } from '../../data/types';
import type { Expiry, GreeksRow, GreeksView, Underlying } from './types';

type Num = number | null;

interface Cell {
  expiry: string;
  strike: string;
  callContracts: number;
  putContracts: number;
  delta: Num;
  gamma: Num;
  vega: Num;
  theta: Num;
}

interface ServedUnderlying {
  underlying: string;
  spot: number;
  delta: Num;
  gamma: Num;
  vega: Num;
  theta: Num;
  openGamma: Num;
  openVega: Num;
  cells: Cell[];
  tenors: { expiry: string; days: number; vega: Num; gamma: Num }[];
}

/** The endpoint's answer: the net of market makers by expiry and strike; null while there are no options. */
export interface ServedGreeks extends Stamped {
  greeks: { underlyings: ServedUnderlying[]; unvalued: { symbol: string; reason: string }[] } | null;
  reason: string | null;
}

const unknown: GreeksRow = { delta: null, gamma: null, vega: null, theta: null, vanna: null, volga: null };

const sum = (cells: Cell[], of: 'delta' | 'gamma' | 'vega' | 'theta'): Num =>
  (cells.some((cell) => cell[of] === null) ? null : cells.reduce((all, cell) => all + cell[of]!, 0));

function expiryOf(name: string, cells: Cell[], days: number | null): Expiry {
  const makers = { ...unknown, delta: sum(cells, 'delta'), gamma: sum(cells, 'gamma'), vega: sum(cells, 'vega'),
    theta: sum(cells, 'theta') };
  return {
    expiry: name, days, makers, open: unknown,
    strikes: cells.map((cell) => ({
      strike: cell.strike, openContracts: cell.callContracts + cell.putContracts, makerContracts: 0, open: unknown,
      makers: { ...unknown, delta: cell.delta, gamma: cell.gamma, vega: cell.vega, theta: cell.theta },
    })),
  };
}

function underlyingOf(one: ServedUnderlying): Underlying {
  const names = [...new Set(one.cells.map((cell) => cell.expiry))];
  return {
    underlying: one.underlying, price: String(one.spot),
    open: { ...unknown, gamma: one.openGamma, vega: one.openVega },
    makers: { ...unknown, delta: one.delta, gamma: one.gamma, vega: one.vega, theta: one.theta },
    expiries: names.map((name) => expiryOf(name, one.cells.filter((cell) => cell.expiry === name),
      one.tenors.find((tenor) => tenor.expiry === name)?.days ?? null)),
  };
}

/** The answer as the page draws it. What is not served is unknown. */
export function bookOf(answer: ServedGreeks): GreeksView {
  const { asOf, seq, freshness, greeks } = answer;
  return { asOf, seq, freshness, underlyings: greeks?.underlyings.map(underlyingOf) ?? null,
    unvalued: greeks?.unvalued ?? [] };
}
