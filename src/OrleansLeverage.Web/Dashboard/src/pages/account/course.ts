import { useRef } from 'preact/hooks';
import type { AccountJson, CommandList } from '../../data/types';
import type { Tone } from '../../charts';

const KEPT = 1_800;
const EVENTS_MAX = 40;

export interface Course {
  times: number[];
  leverage: (number | null)[];
  marginRatio: (number | null)[];
  marks: { value: number; label: string; tone: Tone }[];
  /** What was applied to the account while it was watched. */
  events: { timeMs: number; label: string }[];
}

/** What was seen of an account since its page was opened, a point a frame, bounded, with what was applied to it. */
export function useCourse(history: CommandList | null, account: AccountJson | null): Course {
  const kept = useRef<{ timeMs: number; leverage: number | null; marginRatio: number | null }[]>([]);
  if (account && kept.current.at(-1)?.timeMs !== account.asOf.timestamp) {
    const { leverage, marginRatio, asOf } = account;
    kept.current = [...kept.current, { timeMs: asOf.timestamp, leverage, marginRatio }].slice(-KEPT);
  }
  const points = kept.current;
  return {
    times: points.map((point) => point.timeMs),
    leverage: points.map((point) => point.leverage),
    marginRatio: points.map((point) => point.marginRatio),
    marks: points.some((point) => (point.marginRatio ?? 0) > 0.5)
      ? [{ value: 1, label: 'liquidation', tone: 'crit' }] : [],
    events: eventsOf(history, points[0]?.timeMs ?? Infinity),
  };
}

/** Commands since a moment, of each moment one. */
export function eventsOf(history: CommandList | null, fromMs: number): { timeMs: number; label: string }[] {
  const events = new Map<number, string[]>();
  for (const { timestamp, kind } of history?.items ?? []) {
    if (timestamp !== null && timestamp >= fromMs) events.set(timestamp, [...events.get(timestamp) ?? [], kind]);
  }
  return [...events].slice(0, EVENTS_MAX).map(([timeMs, kinds]) =>
    ({ timeMs, label: [...new Set(kinds)].join(', ').replaceAll('_', ' ') }));
}
