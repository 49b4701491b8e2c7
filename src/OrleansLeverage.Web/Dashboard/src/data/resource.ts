import { useEffect, useRef, useState } from 'preact/hooks';
import { preferences } from '../app/preferences';
import { ProblemError, type Problem } from './problem';
import { get, isOffered } from './server';
import { channel, isPaused, link, refreshes, systemState } from './store';
import type { SystemView } from './types';

export type Phase = 'loading' | 'ready' | 'error' | 'forbidden' | 'not_measured' | 'not_offered';

/** Something that was asked of the server, with what is known of it. A value stays when a later try fails. */
export interface Loaded<T> {
  value: T | null;
  phase: Phase;
  problem: Problem | null;
  receivedAtMs: number | null;
  /** How often it is to change; twice that without a new one is stale. */
  everyMs: number;
  refresh: () => void;
}

const NOT_MEASURED = ['not_measured', 'not_kept'];

export function phaseOf(problem: Problem): Phase {
  if (problem.status === 401 || problem.status === 403) return 'forbidden';
  return NOT_MEASURED.includes(problem.code) || problem.status === 501 ? 'not_measured' : 'error';
}

interface State<T> {
  path: string | null;
  value: T | null;
  phase: Phase;
  problem: Problem | null;
  receivedAtMs: number | null;
}

const blank = <T>(path: string | null): State<T> => ({
  path, value: null, problem: null, receivedAtMs: null,
  phase: path !== null && !isOffered(path) ? 'not_offered' : 'loading',
});

/**
 * GET of a path below /v1, again and again; null asks for nothing. everyMs 0 asks once. A pause, a hidden page and a
 * lost link leave the last value where it is. With `keep`, another path shows the old value until the new one is there.
 */
export function useResource<T>(path: string | null, { everyMs, keep = false }: { everyMs: number; keep?: boolean }):
  Loaded<T> {
  const [state, setState] = useState<State<T>>(() => blank(path));
  const again = useRef<() => void>(() => undefined);
  const refreshed = refreshes.value;
  const cadence = everyMs === 0 ? 0 : Math.max(everyMs, preferences.value.refreshS * 1_000);
  useEffect(() => {
    setState((old) => (old.path === path ? old : keep && old.value ? { ...old, path } : blank(path)));
    if (path === null || !isOffered(path)) return;
    const ends = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = () => {
      clearTimeout(timer);
      if (cadence > 0 && !ends.signal.aborted) timer = setTimeout(look, cadence);
    };
    const look = async () => {
      if (isPaused.peek() || document.hidden) return next();
      try {
        const value = await get<T>(path, ends.signal);
        setState({ path, value, phase: 'ready', problem: null, receivedAtMs: Date.now() });
      } catch (fault) {
        if (ends.signal.aborted) return;
        if (!(fault instanceof ProblemError)) throw fault;
        const { problem } = fault;
        setState((old) => ({ ...old, path, phase: phaseOf(problem), problem,
          value: problem.code === 'not_found' ? null : old.value }));
      }
      next();
    };
    again.current = () => void look();
    void look();
    return () => {
      ends.abort();
      clearTimeout(timer);
    };
  }, [path, cadence, refreshed]);
  const shown = state.path === path || keep ? state : blank<T>(path);
  return { ...shown, everyMs: cadence, refresh: () => again.current() };
}

/**
 * What a channel of the stream shows, and until it does the answer of its endpoint. A channel is silent while nothing
 * changes, so its contents age only while the stream is not open.
 */
export function useLive<T>(name: string, path: string, everyMs: number): Loaded<T> {
  const state = channel<T>(name).value;
  const asked = useResource<T>(state ? null : path, { everyMs });
  if (!state) return asked;
  const isOpen = link.value.state === 'open';
  return {
    value: state.value, phase: 'ready', problem: null, everyMs: isOpen ? 0 : everyMs, refresh: asked.refresh,
    receivedAtMs: state.receivedAtMs,
  };
}

/** The whole market's figures, from the stream. */
export function useSystem(): Loaded<SystemView> {
  const state = systemState.value;
  const line = link.value;
  return {
    value: state?.value ?? null,
    phase: state ? 'ready' : line.state === 'forbidden' ? 'forbidden' : line.state === 'lost' ? 'error' : 'loading',
    problem: state ? null : line.problem,
    receivedAtMs: state?.receivedAtMs ?? null,
    everyMs: 1_000,
    refresh: () => { refreshes.value++; },
  };
}
