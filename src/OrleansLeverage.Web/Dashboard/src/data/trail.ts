import { computed, effect, signal } from '@preact/signals';
import { rangeOf } from '../app/range';
import { route } from '../app/router';
import { joined, METRICS, type Moment, type Trail } from './joined';
import { useResource } from './resource';
import { systemState } from './store';
import type { HistoryView } from './types';

// What this page has seen since it was opened, once a second and bounded; a server that keeps a history is asked for
// what was before.
const KEPT = 3_600;
const EVERY_MS = 1_000;

export type { Metric, Trail } from './joined';

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
