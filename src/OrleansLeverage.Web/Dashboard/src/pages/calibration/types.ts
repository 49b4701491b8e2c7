import type { ReportEntry } from '../../data/types';

/** "BTC-USD, calibration", or the file's name where it does not say. */
export function titleOf(entry: ReportEntry): string {
  const word = /^leverage-([a-z-]+)\//.exec(entry.kind ?? '')?.[1];
  return entry.feed && word ? `${entry.feed}, ${word}` : entry.name;
}

export interface TestRow {
  test: string;
  statistic: number | null;
  pValue: number | null;
  rejected: boolean | null;
}

export interface ModelRow {
  model: string;
  observations: number;
  exceptions: number;
  expected: number;
  acceptedFrom: number;
  acceptedTo: number;
  zone: string | null;
  tests: TestRow[];
  z1: number | null;
  z2: number | null;
  meanQLike: number | null;
  meanQuantileLoss: number | null;
  meanJointLoss: number | null;
  dieboldMarianoPValue: number | null;
  alarms: { date: string; watch: string; statistic: number }[];
  /** A forecast probability and the share it came to, with the 95 % interval; reports of before have none. */
  reliability?: ReliabilityRow[];
  /** Probability integral transforms in bins of equal width. */
  transforms?: { from: number; to: number; count: number; share: number; low: number; high: number }[];
  weeks?: WeekRow[];
}

export interface ReliabilityRow {
  predicted: number;
  count: number;
  of: number;
  realised: number;
  low: number;
  high: number;
  reliable: boolean;
}

/** How the forecasts of a week fitted; scores are deviations of what a right law would give. */
export interface WeekRow {
  from: string;
  to: string;
  days: number;
  exceptions: number;
  expected: number;
  bias: number;
  biasScore: number;
  spread: number;
  spreadScore: number;
  alarms: string[];
}

/** Longs of a leverage, opened anew at every close: liquidations that were predicted and that were seen. */
export interface LiquidationRow {
  model: string;
  leverage: number;
  move: number;
  observations: number;
  expected: number;
  seen: number;
  acceptedFrom: number;
  acceptedTo: number;
}

export interface ParameterRow {
  model: string;
  date: string;
  parameter: string;
  value: number;
  change?: number | null;
  score?: number | null;
  alarm?: boolean;
}

/** The file of `leverage backtest --json`, and of `leverage calibrate --json`, which has more. */
export interface Report {
  schema: string;
  source: string;
  feed: string;
  from: string;
  to: string;
  returns: number;
  gaps: number;
  tail: number;
  models: ModelRow[];
  best?: string;
  nextVolatility?: number;
  nextVolatilityPerYear?: number;
  nextValueAtRisk?: number;
  nextExpectedShortfall?: number;
  parameters?: ParameterRow[];
  liquidations?: LiquidationRow[];
  reverseStress?: { leverage: number; move: number; sigmas: number | null; probability: number;
    timesInHistory: number }[];
}

export interface ParameterLine {
  model: string;
  parameter: string;
  times: number[];
  values: number[];
  /** Where it jumped. */
  alarms: number[];
}

/** Parameters as lines through time, by model and name, in their order in the file. */
export function parameterLines(report: Report): ParameterLine[] {
  const lines = new Map<string, ParameterLine>();
  for (const { model, date, parameter, value, alarm } of report.parameters ?? []) {
    const key = `${model} ${parameter}`;
    const line = lines.get(key) ?? { model, parameter, times: [], values: [], alarms: [] };
    lines.set(key, line);
    const at = dayOf(date);
    line.times.push(at);
    line.values.push(value);
    if (alarm) line.alarms.push(at);
  }
  return [...lines.values()];
}

/** Unix milliseconds of the day that a report writes. */
export const dayOf = (date: string): number => Date.parse(`${date.slice(0, 10)}T00:00:00Z`);

/** Where the count of exceptions stands against what a right model would give. */
export function verdictOf(model: ModelRow): 'ACCEPTED' | 'TOO MANY' | 'TOO FEW' {
  if (model.exceptions > model.acceptedTo) return 'TOO MANY';
  return model.exceptions < model.acceptedFrom ? 'TOO FEW' : 'ACCEPTED';
}
