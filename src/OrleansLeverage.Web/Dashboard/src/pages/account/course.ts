import { useRef } from 'preact/hooks';
import type { AccountJson } from '../../data/types';
import type { Tone } from '../../charts';

const KEPT = 1_800;

export interface Course {
  times: number[];
  leverage: (number | null)[];
  marginRatio: (number | null)[];
  marks: { value: number; label: string; tone: Tone }[];
}

/** What was seen of an account since its page was opened, a point a frame, bounded. */
export function useCourse(account: AccountJson | null): Course {
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
  };
}
