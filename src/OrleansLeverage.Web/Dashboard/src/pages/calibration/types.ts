import type { Listed } from '../../data/types';

export interface Entry {
  name: string;
  /** json, html or both. */
  forms: string[];
  hasHtml: boolean;
  /** The schema that the JSON names, such as leverage-calibration/1. */
  kind: string | null;
  source: string | null;
  feed: string | null;
  from: string | null;
  to: string | null;
  bytes: number;
  /** When it was last written. */
  datetime: string;
}

export interface Entries extends Listed<Entry> {
  /** no_folder where the server was given none. */
  reason: string | null;
}

/** "BTC-USD, calibration", or the file's name where it does not say. */
export function titleOf(entry: Entry): string {
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
  parameters?: { model: string; date: string; parameter: string; value: number }[];
  reverseStress?: { leverage: number; move: number; sigmas: number | null; probability: number;
    timesInHistory: number }[];
}

export interface ParameterLine {
  model: string;
  parameter: string;
  times: number[];
  values: number[];
}

/** Parameters as lines through time, by model and name, in their order in the file. */
export function parameterLines(report: Report): ParameterLine[] {
  const lines = new Map<string, ParameterLine>();
  for (const { model, date, parameter, value } of report.parameters ?? []) {
    const key = `${model} ${parameter}`;
    const line = lines.get(key) ?? { model, parameter, times: [], values: [] };
    lines.set(key, line);
    line.times.push(Date.parse(`${date.slice(0, 10)}T00:00:00Z`));
    line.values.push(value);
  }
  return [...lines.values()];
}

/** Where the count of exceptions stands against what a right model would give. */
export function verdictOf(model: ModelRow): 'ACCEPTED' | 'TOO MANY' | 'TOO FEW' {
  if (model.exceptions > model.acceptedTo) return 'TOO MANY';
  return model.exceptions < model.acceptedFrom ? 'TOO FEW' : 'ACCEPTED';
}
