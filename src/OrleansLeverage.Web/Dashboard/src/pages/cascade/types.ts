import type { Figure } from '../../format/numbers';
import type { Stamped } from '../../data/types';

/** Everything the result rests on besides the accounts. */
export interface Assumptions {
  shock: number;
  ticks: number;
  rampTicks: number;
  recoveredShare: number;
  noisePerTick: number;
  seed: number | string;
  runs: number;
  depthInInterest: number;
  depthExponent: number;
  impact: string;
  oracle: string;
  liquidation: string;
  deleveraging: string;
  fund: Figure;
  feeRate: number;
  targetRatio: number;
  permanentShare: number;
  recoveryPerTick: number;
  feeds: string[];
}

export interface Totals {
  liquidatedAccounts: number;
  liquidatedNotional: Figure;
  rounds: number;
  deepestFall: number;
  deficit: Figure;
  fundPaid: Figure;
  fundAfter: Figure;
  deleveragedAmount: Figure;
  overshoot: Figure;
  badDebt: Figure;
  conservationError: number;
  isSettled: boolean;
  triggerHash: string;
}

export interface Tick {
  tick: number;
  rounds: number;
  liquidations: number;
  longsSold: number;
  shortsBought: number;
  bankruptcies: number;
  deficit: number;
  deleveraged: number;
  deleveragedAmount: number;
  fund: number;
  badDebt: number;
  ownPrices: number[];
  marks: number[];
}

export interface CascadeResult extends Stamped {
  accounts: number;
  /** Left out because a price that they depend on is unknown. */
  unknownAccounts: number;
  assumptions: Assumptions;
  totals: Totals;
  bands: { figure: string; p5: number; median: number; p95: number }[];
  branching: { feed: string; move: number; ratio: number }[];
  policies: { policy: string; totals: Totals }[];
  ticks: Tick[];
  leverageBefore: number | null;
  leverageAfter: number | null;
}

/** Ticks added up: a chart has room for so many columns. */
export interface TickGroup {
  from: number;
  to: number;
  rounds: number;
  liquidations: number;
  longsSold: number;
  shortsBought: number;
  bankruptcies: number;
  deficit: number;
  deleveragedAmount: number;
  badDebt: number;
  /** The last tick's prices. */
  ownPrices: number[];
}

/** From the first tick that liquidated somebody to the last, in at most so many equal groups. */
export function grouped(ticks: readonly Tick[], most: number): TickGroup[] {
  const first = ticks.findIndex((tick) => tick.rounds > 0);
  if (first < 0) return [];
  let last = ticks.length - 1;
  while (ticks[last].rounds === 0) last--;
  const size = Math.ceil((last - first + 1) / most);
  const groups: TickGroup[] = [];
  for (let at = first; at <= last; at += size) {
    const part = ticks.slice(at, Math.min(at + size, last + 1));
    const sum = (of: (tick: Tick) => number): number => part.reduce((total, tick) => total + of(tick), 0);
    const end = part[part.length - 1];
    groups.push({
      from: part[0].tick, to: end.tick, rounds: sum((t) => t.rounds), liquidations: sum((t) => t.liquidations),
      longsSold: sum((t) => t.longsSold), shortsBought: sum((t) => t.shortsBought),
      bankruptcies: sum((t) => t.bankruptcies), deficit: sum((t) => t.deficit),
      deleveragedAmount: sum((t) => t.deleveragedAmount), badDebt: end.badDebt, ownPrices: end.ownPrices,
    });
  }
  return groups;
}

/** Move of a feed's price against its first tick; null where it has none. */
export function moveOf(ticks: readonly Tick[], feed: number, prices: readonly number[]): number | null {
  const start = ticks[0]?.ownPrices[feed];
  const now = prices[feed];
  return start && now !== undefined ? now / start - 1 : null;
}
