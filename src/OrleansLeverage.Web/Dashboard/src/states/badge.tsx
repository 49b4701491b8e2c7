import type { ComponentChildren } from 'preact';

// Every state has an icon, a word and a colour: none of them alone.
export type StateTone = 'ok' | 'warn' | 'crit' | 'stale' | 'muted';

const TONE_OF: Record<string, StateTone> = {
  LIVE: 'ok', FRESH: 'ok', READY: 'ok', HEALTHY: 'ok', DONE: 'ok', OPEN: 'ok', RECOVERED: 'ok',
  PARTIAL: 'warn', DEGRADED: 'warn', WARNING: 'warn', DRIFT: 'warn', ARMED: 'warn', RUNNING: 'warn', QUEUED: 'muted',
  MARGIN_CALL: 'warn', PAUSED: 'warn', REPLAY: 'warn', DEMO: 'warn', INHIBITED: 'crit', HALTED: 'crit',
  LIQUIDATION: 'crit', BANKRUPT: 'crit', ACTIVE: 'crit', DISCONNECTED: 'crit', FAILED: 'crit', FORBIDDEN: 'crit',
  STALE: 'stale', NOT_MEASURED: 'muted', UNKNOWN: 'muted', DISARMED: 'muted', CANCELLED: 'muted', CONNECTING: 'muted',
};

const SHAPE: Record<StateTone, string> = {
  ok: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm3.3 4.7-4 4.6-2.6-2.4.9-1 1.6 1.5 3.1-3.6Z',
  warn: 'M8 1.5 15 14H1Zm-.8 4.7v4h1.6v-4Zm0 5v1.5h1.6v-1.5Z',
  crit: 'M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5Zm2.2 3v4.4h1.6V4.500Zm0 5.600v1.600h1.600v-1.600Z',
  stale: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm-.7 2.700h1.400v3.300l2.300 1.800-.8 1.100-2.900-2.200Z',
  muted: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm-3 5.400h6v1.600H5Z',
};

export const toneOf = (state: string): StateTone => TONE_OF[state] ?? 'muted';

export function Icon({ tone }: { tone: StateTone }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path fill-rule="evenodd" d={SHAPE[tone]} />
    </svg>
  );
}

/** A state as icon and word: LIVE, STALE 12 s, MARGIN CALL. */
export function StateBadge({ state, detail, tone, quiet }:
  { state: string; detail?: ComponentChildren; tone?: StateTone; quiet?: boolean }) {
  const shown = tone ?? toneOf(state);
  return (
    <span class={`badge ${shown}${quiet ? ' quiet' : ''}`}>
      <Icon tone={shown} />
      <span class="word">{state.replaceAll('_', ' ')}</span>
      {detail ? <span class="detail">{detail}</span> : null}
    </span>
  );
}
