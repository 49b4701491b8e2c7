import { computed, effect, signal } from '@preact/signals';
import { rangeOf } from '../app/range';
import { route } from '../app/router';
import type { HistoryView } from './reads';
import { useResource } from './resource';
import { systemState } from './store';
import type { SystemView } from './types';

// What this page has seen since it was opened, once a second and bounded; a server that keeps a history is asked for
// what was before.
const KEPT = 3_600;
const EVERY_MS = 1_000;

export type Metric = 'marketLeverage' | 'longLeverage' | 'shortLeverage' | 'leverageSkew' | 'notionalSkew'
  | 'estimatedLeverageRatio' | 'longNotional' | 'shortNotional' | 'accountsAtRisk' | 'notionalAtRisk';

const METRICS: Metric[] = ['marketLeverage', 'longLeverage', 'shortLeverage', 'leverageSkew', 'notionalSkew',
  'estimatedLeverageRatio', 'longNotional', 'shortNotional', 'accountsAtRisk', 'notionalAtRisk'];

export interface Moment {
  timeMs: number;
  system: Pick<SystemView, Metric | 'assets'>;
}

export const seen = signal<Moment[]>([]);

export function startTrail(): void {
  effect(() => {
    const state = systemState.value;
    if (!state) return;
    const last = seen.peek().at(-1);
    const timeMs = state.value.asOf.timestamp;
    if (last && timeMs - last.timeMs < EVERY_MS) return;
    seen.value = [...seen.peek(), { timeMs, system: state.value }].slice(-KEPT);
  });
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

const POINTS = 900;
const HISTORY_MS = 10_000;
const newest = computed(() => systemState.value?.value.asOf.timestamp ?? Date.now());

/** The course of the market's figures over the span of time that the address names. */
export function useTrail(): Trail {
  const { spanMs, endMs } = rangeOf(route.value.query);
  const path = `history?metrics=${METRICS.join(',')}&points=${POINTS}`
    + (endMs === null ? `&from=${Math.floor((newest.peek() - spanMs) / 60_000) * 60_000}`
      : `&from=${endMs - spanMs}&to=${endMs}`);
  const history = useResource<HistoryView>(path, { everyMs: HISTORY_MS, keep: true });
  const toMs = endMs ?? Math.max(newest.value, seen.value.at(-1)?.timeMs ?? 0);
  return joined(history.value, seen.value, toMs - spanMs, toMs);
}
