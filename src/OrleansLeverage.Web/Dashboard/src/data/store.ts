import { computed, signal, type Signal } from '@preact/signals';
import { servedMode } from './server';
import type { Problem } from './problem';
import type { SystemView } from './types';

/** The clock of the page, once a second. */
export const now = signal(Date.now());

export interface Link {
  state: 'connecting' | 'open' | 'lost' | 'forbidden';
  sinceMs: number;
  /** When the next try is; null where none is planned. */
  retryAtMs: number | null;
  problem: Problem | null;
  /** States that the server left out because this page was slow. */
  coalesced: number;
}

export const link = signal<Link>({
  state: 'connecting', sinceMs: Date.now(), retryAtMs: null, problem: null, coalesced: 0,
});

export const isPaused = signal(false);

/** Events that arrived while the page was paused. */
export const buffered = signal(0);

/** Counts up whenever everything is to be read again. */
export const refreshes = signal(0);

export interface ChannelState<T> {
  value: T;
  receivedAtMs: number;
  seq: number;
}

const states = new Map<string, Signal<ChannelState<unknown> | null>>();

export function channel<T>(name: string): Signal<ChannelState<T> | null> {
  let state = states.get(name);
  if (!state) states.set(name, state = signal(null));
  return state as Signal<ChannelState<T> | null>;
}

export const systemState = channel<SystemView>('system');
export const system = computed(() => systemState.value?.value ?? null);
export const mode = computed(() => system.value?.mode ?? servedMode);

/** The newest contents of a channel of the stream, null while there are none. */
export function useChannel<T>(name: string): T | null {
  return channel<T>(name).value?.value ?? null;
}

/** What a page wants done on `e`. */
export const exporter = signal<(() => void) | null>(null);

export const age = (atMs: number): number => Math.max(0, now.value - atMs);
