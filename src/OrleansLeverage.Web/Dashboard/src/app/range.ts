import { route, setQuery } from './router';

// The span of time that charts show lives in the address: range=1h, and end=ms where it does not end now.
export const RANGES: [string, number][] = [
  ['5m', 300_000], ['15m', 900_000], ['1h', 3_600_000], ['6h', 21_600_000], ['24h', 86_400_000],
];

export interface Range {
  name: string;
  spanMs: number;
  /** Null where it ends now. */
  endMs: number | null;
}

export function rangeOf(query: URLSearchParams, fallback = '15m'): Range {
  const [name, spanMs] = RANGES.find(([key]) => key === query.get('range'))
    ?? RANGES.find(([key]) => key === fallback) ?? RANGES[1];
  const end = Number(query.get('end'));
  return { name, spanMs, endMs: Number.isSafeInteger(end) && end > 0 ? end : null };
}

export function shiftRange(how: 'out' | 'earlier' | 'later'): void {
  const { name, spanMs, endMs } = rangeOf(route.value.query);
  const at = RANGES.findIndex(([key]) => key === name);
  const nowMs = Date.now();
  if (how === 'out') setQuery({ range: RANGES[Math.min(RANGES.length - 1, at + 1)][0] });
  else if (how === 'earlier') setQuery({ range: name, end: String((endMs ?? nowMs) - spanMs / 2) });
  else {
    const next = (endMs ?? nowMs) + spanMs / 2;
    setQuery({ range: name, end: next >= nowMs ? null : String(next) });
  }
}
