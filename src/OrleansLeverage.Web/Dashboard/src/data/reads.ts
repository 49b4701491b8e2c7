import type { AsOf, HistogramView, Listed, Side, Stamped } from './types';

// Answers of the reads, in the shapes that the API has agreed on.
export interface AccountRow {
  account: string;
  tier: string;
  marginRatio: number | null;
  leverage: number | null;
  leverageReason?: string | null;
  equity: string | null;
  notional: string | null;
  netNotional: string | null;
  side: Side | 'flat' | null;
  positions?: number;
  worstSymbol: string | null;
  distanceToLiquidation: number | null;
  ageMs: number | null;
}

export interface AccountList extends Listed<AccountRow> {
  accounts?: number;
}

export interface SymbolRow {
  symbol: string;
  kind: string;
  markPrice: string | null;
  openInterestNotional: string | null;
  fundingIndex: string | null;
  maxLeverage: number;
  isOpen: boolean;
  longAccounts: number | null;
  shortAccounts: number | null;
}

export interface MarketRow {
  asset: string;
  symbols: SymbolRow[];
  price: string | null;
  state: string;
  reason: string;
  ageMs: number | null;
  longNotional: number | null;
  shortNotional: number | null;
  leverage: number | null;
  leverageSkew: number | null;
  notionalSkew: number | null;
  accountSkew: number | null;
  accounts: number | null;
}

export interface MarketSkew {
  asset: string;
  leverageSkew: number | null;
  notionalSkew: number | null;
  accountSkew: number | null;
  longLeverage: number | null;
  shortLeverage: number | null;
  longUsd: number | null;
  shortUsd: number | null;
  longAccounts: number | null;
  shortAccounts: number | null;
}

export interface CohortRow {
  group: string;
  accounts: number;
  longAccounts: number;
  shortAccounts: number;
  longUsd: number;
  shortUsd: number;
  bias: number | null;
}

export interface SkewView extends Stamped {
  system: {
    leverageSkew: number | null; notionalSkew: number | null; accountSkew: number | null;
    leverageSkewExMakers: number | null; notionalSkewExMakers: number | null; atRiskSkew: number | null;
  };
  markets: MarketSkew[];
  cohorts: CohortRow[] | null;
  cohortsAsOf?: AsOf | null;
}

export interface HistogramsView extends Stamped {
  long: HistogramView;
  short: HistogramView;
}

export interface MapBucket {
  fromPct: number;
  toPct: number;
  priceFrom: number | null;
  priceTo: number | null;
  side: Side;
  accounts: number;
  notional: number;
  byBand: number[];
}

export interface MapCount {
  accounts: number;
  notional: number;
}

export interface PainPoint {
  price: number | null;
  notional: number;
}

export interface LiquidationMap extends Stamped {
  asset: string;
  price: number | null;
  step: number;
  bands: number[];
  buckets: MapBucket[];
  past: MapCount;
  never: MapCount;
  beyond: MapCount;
  unknown: number;
  accounts: number;
  maxPain: { long: PainPoint | null; short: PainPoint | null };
  ageMs: number;
}

export interface LadderHistory extends Stamped {
  asset: string;
  times: number[];
  prices: (number | null)[];
  /** The end nearer to the price of each bucket, in percent. */
  fromPct: number[];
  notional: number[][];
}

/** Series of the market by name; histograms are arrays. */
export interface HistoryView extends Stamped {
  times: number[];
  percentile24h?: Record<string, number | null>;
  [metric: string]: unknown;
}

export interface EventRow {
  seq: number;
  timestamp: number;
  datetime: string;
  kind: string;
  severity: string;
  account: string | null;
  market: string | null;
  text: string;
}

export interface ReportView extends Stamped {
  atRiskSkew: number | null;
  atRiskShare: number | null;
  structure: { level: string; notionalGini: number | null; notionalHhi: number | null; sameSideOverlap: number | null;
    makerShare: number | null };
  runway: { fund: number; exhaustedDown: number | null; exhaustedUp: number | null };
}

export interface OrderRow {
  order: string;
  symbol: string;
  side: Side;
  contracts: string;
  price: string;
  datetime: string;
}

export interface ChangeJson {
  kind: string;
  asset: string | null;
  delta: string | null;
  symbol: string | null;
  contracts: string | null;
}

export interface CommandRow {
  commandId: string;
  accountSeq: number;
  timestamp: number | null;
  kind: string;
  changes: ChangeJson[];
}

export interface TriggerRow {
  sequence: number;
  kind: string;
  tier: string;
  timestamp: number;
  equity: string;
  notional: string;
}
