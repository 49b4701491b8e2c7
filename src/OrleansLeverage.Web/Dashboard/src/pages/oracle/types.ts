import type { Feed } from '../../data/types';

const SEVERITY = ['HALTED', 'STALE', 'DRIFT', 'DEGRADED', 'PARTIAL', 'NOT_MEASURED', 'LIVE'];

/** How much of its limit a feed's age has used, the seconds since the answer included; null without an age. */
export const usedOf = (feed: Feed, sinceMs: number): number | null =>
  feed.ageMs === null || feed.limitMs <= 0 ? null : (feed.ageMs + sinceMs) / feed.limitMs;

/** Largest distance of a source that counts from the price, in basis points. */
export function deviationOf(feed: Feed): number | null {
  const known = (feed.sources ?? []).map((source) => source.deviationBp).filter((bp): bp is number => bp !== null);
  return known.length === 0 ? null : Math.max(...known.map(Math.abs));
}

/** Worst first: by state, then by the share of the limit that is used, then by name, so that equals stay in place. */
export function worstFirst(feeds: readonly Feed[]): Feed[] {
  return [...feeds].sort((a, b) => SEVERITY.indexOf(a.state) - SEVERITY.indexOf(b.state)
    || tenth(b) - tenth(a) || a.feed.localeCompare(b.feed));
}

// ages move all the time: a tenth of the limit is the least that moves a card
const tenth = (feed: Feed): number => Math.floor((usedOf(feed, 0) ?? 0) * 10);
