import type { components } from './v1';

// From the committed description of the API.
type Schemas = components['schemas'];
export type SystemView = Schemas['SystemView'];
export type AssetView = Schemas['AssetView'];
export type TierView = Schemas['TierView'];
export type AtRiskView = Schemas['AtRiskView'];
export type HistogramView = Schemas['HistogramView'];
export type AccountJson = Schemas['AccountJson'];
export type PositionJson = Schemas['PositionJson'];
export type AsOf = Schemas['AsOfJson'];
export type MarketFreshness = Schemas['MarketFreshness'];

/** What every answer carries beside its figures. */
export interface Stamped {
  asOf?: AsOf | null;
  seq?: number;
  freshness?: { state: string; oldestPriceAgeMs?: number | null; notFresh?: string[]; ageMs?: number | null;
    missingFeed?: string | null } | null;
}

export interface Listed<T> extends Stamped {
  items: T[];
  nextCursor: string | null;
}

export type Side = 'long' | 'short';
