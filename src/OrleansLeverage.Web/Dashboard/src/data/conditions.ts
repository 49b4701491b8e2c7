import { duration } from '../format/numbers';
import type { Problem } from './problem';
import type { Link } from './store';
import type { AdlBoard, SystemView } from './types';

export type AdlWord = 'DISARMED' | 'ARMED' | 'ACTIVE';

/** The most advanced state of any market. */
export function adlState(list: AdlBoard | null): AdlWord | null {
  if (!list) return null;
  const order: AdlWord[] = ['ACTIVE', 'ARMED', 'DISARMED'];
  return order.find((state) => list.items.some((item) => item.state === state)) ?? 'DISARMED';
}

export interface Condition {
  tone: 'crit' | 'warn' | 'stale';
  text: string;
  href: string;
  /** Where it is to interrupt who listens. */
  isAlert?: boolean;
}

const seconds = (ms: number) => `${Math.max(0, Math.ceil(ms / 1_000))} s`;

function linkCondition(link: Link, nowMs: number, lastMs: number | null): Condition | null {
  if (link.state === 'forbidden') {
    return { tone: 'crit', text: refused(link.problem), href: '#/system' };
  }
  if (link.state !== 'lost') return null;
  const retry = link.retryAtMs === null ? 'trying now' : `trying again in ${seconds(link.retryAtMs - nowMs)}`;
  const shown = lastMs === null || nowMs - lastMs < 1_000 ? '' : ` Figures are ${duration(nowMs - lastMs)} old.`;
  return { tone: 'crit', text: `Disconnected from the server, ${retry}.${shown}`, href: '#/system' };
}

const refused = (problem: Problem | null) =>
  `Not allowed to see the figures${problem ? `: ${problem.title} (${problem.code})` : ''}.`;

/** What is wrong now, the most severe first; one of them is the banner. */
export function conditions(system: SystemView | null, adl: AdlBoard | null, link: Link, nowMs: number,
  lastMs: number | null): Condition[] {
  const found: (Condition | null)[] = [];
  const active = adl?.items.filter((item) => item.state === 'ACTIVE') ?? [];
  found.push(active.length === 0 ? null : { tone: 'crit', isAlert: true, href: '#/adl',
    text: `Deleveraging is ACTIVE in ${active.map((item) => item.market).join(', ')}.` });
  found.push(linkCondition(link, nowMs, lastMs));
  const notFresh = system?.freshness.notFresh ?? [];
  if (system && system.freshness.state !== 'LIVE') {
    const isAll = system.freshness.state === 'STALE' || system.freshness.state === 'NOT_MEASURED';
    const all = system.assets.length;
    found.push({ tone: isAll ? 'crit' : 'stale', href: '#/oracle', text: isAll
      ? 'No price is fresh: figures are kept, nothing is decided on them.'
      : `Prices that are not fresh: ${notFresh.join(', ')} (${notFresh.length} of ${Math.max(all, notFresh.length)}).`
        + ' Nothing that depends on them is decided.' });
  }
  const inhibited = adl?.items.filter((item) => item.inhibited) ?? [];
  found.push(inhibited.length === 0 ? null : { tone: 'stale', href: '#/adl',
    text: `${inhibited[0].market}: ${inhibited[0].inhibited}`
      + (inhibited.length > 1 ? ` and ${inhibited.length - 1} more` : '') });
  found.push(system && system.coverage !== null && system.coverage < 1 ? { tone: 'warn', href: '#/system',
    text: `Figures cover ${(system.coverage * 100).toFixed(1)}% of the accounts.` } : null);
  found.push(system && system.bankrupt > 0 ? { tone: 'warn', href: '#/at-risk?tier=BANKRUPT',
    text: `${system.bankrupt} ${system.bankrupt === 1 ? 'account has' : 'accounts have'} no equity left.` } : null);
  return found.filter((condition): condition is Condition => condition !== null);
}
