import type { components } from './v1';

// From the committed description of the API: no shape of an answer is written down here a second time.
type Schemas = components['schemas'];
export type AsOf = Schemas['AsOfJson'];
export type MarketFreshness = Schemas['MarketFreshness'];
export type Reach = Schemas['ReachView'];
export type SystemView = Schemas['SystemView'];
export type AssetView = Schemas['AssetView'];
export type HistogramView = Schemas['HistogramView'];
export type HistogramsView = Schemas['HistogramsView'];
export type AccountJson = Schemas['AccountJson'];
export type PositionJson = Schemas['PositionJson'];
export type PortfolioJson = Schemas['PortfolioJson'];
export type AccountList = Schemas['AccountList'];
export type AccountRow = Schemas['AccountRow'];
export type OrderList = Schemas['ListedOfOrderRow'];
export type TriggerList = Schemas['ListedOfTriggerRow'];
export type CommandList = Schemas['HistoryList'];
export type CommandRow = Schemas['CommandRow'];
export type ChangeJson = Schemas['ChangeJson'];
export type MarketList = Schemas['MarketList'];
export type MarketRow = Schemas['MarketRow'];
export type SkewView = Schemas['SkewView'];
export type MarketSkew = Schemas['MarketSkew'];
export type LiquidationMap = Schemas['LiquidationMapView'];
export type MapBucket = Schemas['MapBucket'];
export type MapCount = Schemas['MapCount'];
export type LadderHistory = Schemas['LadderHistoryView'];
export type EventList = Schemas['EventList'];
export type ReportView = Schemas['ReportView'];
export type OracleBoard = Schemas['OracleBoard'];
export type Feed = Schemas['OracleRow'];
export type GreeksView = Schemas['GreeksView'];
export type Underlying = Schemas['UnderlyingRow'];
export type GreeksCell = Schemas['GreeksCell'];
export type Volatilities = Schemas['VolatilityView'];
export type Volatility = Schemas['VolatilityRow'];
export type AdlBoard = Schemas['BoardView'];
export type AdlMarket = Schemas['ConditionView'];
export type AdlQueue = Schemas['QueueView'];
export type Ranked = Schemas['QueueRow'];
export type PlanAnswer = Schemas['PlanAnswer'];
export type Preview = Schemas['PreviewView'];
export type KeptPlan = Schemas['PlanView'];
export type AdlLog = Schemas['LogView'];
export type LogRow = Schemas['LogRow'];
export type Job = Schemas['JobView'];
export type Library = Schemas['LibraryView'];
export type Scenario = Schemas['ScenarioView'];
export type Reports = Schemas['CalibrationsView'];
export type ReportEntry = Schemas['CalibrationView'];
export type Status = Schemas['StatusView'];
export type RouteStatus = Schemas['RouteStatus'];
export type Session = Schemas['PrincipalView'];

/** Series of the market by the names that were asked for; histograms are arrays. */
export type HistoryView = Schemas['FigureHistoryView'] & { [metric: string]: unknown };

/** What every answer carries beside its figures. */
export interface Stamped {
  asOf?: AsOf | null;
  seq?: number | null;
  freshness?: Partial<MarketFreshness & Schemas['FreshnessJson']> | null;
  reach?: Reach | null;
}

export type Side = 'long' | 'short';
