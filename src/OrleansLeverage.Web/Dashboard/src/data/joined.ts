import type { HistoryView, SystemView } from './types';

export type Metric = 'marketLeverage' | 'longLeverage' | 'shortLeverage' | 'leverageSkew' | 'notionalSkew'
  | 'estimatedLeverageRatio' | 'longNotional' | 'shortNotional' | 'accountsAtRisk' | 'notionalAtRisk';

export const METRICS: Metric[] = ['marketLeverage', 'longLeverage', 'shortLeverage', 'leverageSkew', 'notionalSkew',
  'estimatedLeverageRatio', 'longNotional', 'shortNotional', 'accountsAtRisk', 'notionalAtRisk'];

export interface Moment {
  timeMs: number;
  system: Pick<SystemView, Metric | 'assets'>;
}

export interface Trail {
  times: number[];
  values: Record<Metric, (number | null)[]>;
  percentiles: Partial<Record<Metric, number | null>>;
}

/** A history and what was seen after its end, as one, of the last span. */
export function joined(history: HistoryView | null, moments: Moment[], fromMs: number, toMs: number): Trail {
  const kept = history?.times ?? [];
  const after = kept.length > 0 ? kept[kept.length - 1] : -Infinity;
  const before = kept.map((timeMs, at) => ({ timeMs, at })).filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  const later = moments.filter(({ timeMs }) => timeMs > after && timeMs >= fromMs && timeMs <= toMs);
  const values = Object.fromEntries(METRICS.map((metric) => {
    const column = (history?.[metric] ?? []) as (number | null)[];
    return [metric, [...before.map(({ at }) => column[at] ?? null),
      ...later.map(({ system }) => system[metric] as number | null)]];
  })) as Record<Metric, (number | null)[]>;
  return {
    times: [...before.map(({ timeMs }) => timeMs), ...later.map(({ timeMs }) => timeMs)], values,
    percentiles: (history?.percentile24h ?? {}) as Trail['percentiles'],
  };
}
