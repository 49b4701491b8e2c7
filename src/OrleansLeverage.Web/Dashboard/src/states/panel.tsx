import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { age, isPaused, link } from '../data/store';
import type { Loaded } from '../data/resource';
import type { Reach, Stamped } from '../data/types';
import { duration } from '../format/numbers';
import { utcTime } from '../format/time';
import { StateBadge } from './badge';
import { Empty, ErrorNotice, Forbidden, NotMeasured, Skeleton } from './notices';

/** What a value's own freshness and its age here say of it. */
export interface Standing {
  state: 'LIVE' | 'PARTIAL' | 'STALE' | 'DISCONNECTED' | 'PAUSED' | 'NOT_MEASURED';
  detail: string;
}

const LATE = 2;

/** Older than twice its cadence is stale; so is what stands on no fresh price. */
export function standingOf<T>(of: Loaded<T>): Standing | null {
  if (of.value === null || of.receivedAtMs === null) return null;
  const { freshness } = of.value as Stamped;
  const ageMs = age(of.receivedAtMs);
  const isLate = of.everyMs > 0 && ageMs > LATE * Math.max(of.everyMs, 1_000) + 250;
  if (isPaused.value) return { state: 'PAUSED', detail: duration(ageMs) };
  if (isLate) return { state: link.value.state === 'lost' ? 'DISCONNECTED' : 'STALE', detail: duration(ageMs) };
  if (of.problem && of.everyMs > 0) return { state: 'STALE', detail: duration(ageMs) };
  const word = freshness?.state;
  if (word === 'STALE' || word === 'HALTED') {
    return { state: 'STALE', detail: duration(freshness?.oldestPriceAgeMs ?? freshness?.ageMs) };
  }
  if (word === 'NOT_MEASURED') return { state: 'NOT_MEASURED', detail: '' };
  const [without, short] = [freshness?.notFresh ?? [], shortOf((of.value as Stamped).reach)];
  if (word === 'PARTIAL' || word === 'DEGRADED' || short !== '') {
    const words = without.length > 0 ? [`without ${without.join(', ')}`] : [];
    return { state: 'PARTIAL', detail: [...words, ...(short === '' ? [] : [short])].join('; ') };
  }
  return { state: 'LIVE', detail: '' };
}

/** What figures do not stand for, in words; nothing where they stand for every account. */
function shortOf(reach: Reach | null | undefined): string {
  if (!reach) return '';
  const { accounts, listed, missing } = reach;
  const silos = missing.length > 0 ? `${missing.length} ${missing.length === 1 ? 'silo' : 'silos'} missing` : '';
  const of = reach.coverage === null ? listed === 0 ? '' : 'of an unknown part of the accounts'
    : reach.coverage < 1 ? `of ${share(reach.coverage)} of ${listed ?? accounts} accounts` : '';
  return [of, silos].filter((word) => word !== '').join(', ');
}

/** Rounded down: what is not whole is never shown as whole. */
const share = (part: number) => `${(Math.floor(part * 1_000) / 10).toFixed(1)}%`;

export interface PanelProps<T> {
  title: string;
  of: Loaded<T>;
  children: (value: T) => ComponentChildren;
  /** The question that the panel answers, in a line below its title. */
  question?: string;
  actions?: ComponentChildren;
  isEmpty?: (value: T) => boolean;
  empty?: { why: string; command?: string };
  /** The same figures as a table; a button shows it in the place of the picture. */
  table?: (value: T) => ComponentChildren;
  skeleton?: number;
  /** What is waited for, in words. */
  what?: string;
  class?: string;
  /** Where an address may lead. */
  id?: string;
}

/**
 * A card that draws every state around its content. What was known stays, dimmed and hatched where it is stale; an
 * error beside it says why nothing newer came.
 */
export function Panel<T>(props: PanelProps<T>) {
  const { title, of, question, actions, table } = props;
  const id = useId();
  const [isTable, setTable] = useState(false);
  const standing = standingOf(of);
  const asOf = (of.value as Stamped | null)?.asOf;
  const isDimmed = standing !== null && ['STALE', 'DISCONNECTED'].includes(standing.state);
  return (
    <section class={`panel ${props.class ?? ''}`} aria-labelledby={id} id={props.id}
      tabIndex={props.id ? -1 : undefined}>
      <header>
        <h2 id={id}>{title}</h2>
        {standing && standing.state !== 'LIVE'
          ? <StateBadge state={standing.state} detail={standing.detail} tone={toneOfStanding(standing)} /> : null}
        <span class="asof" title={asOf ? `frame ${asOf.frame}, ${asOf.datetime}` : undefined}>
          {asOf ? utcTime(asOf.timestamp) : ''}
        </span>
        <span class="actions">
          {actions}
          {table && of.value !== null ? (
            <button type="button" class="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
              {isTable ? 'Chart' : 'Table'}
            </button>
          ) : null}
        </span>
        {question ? <p class="question">{question}</p> : null}
      </header>
      <div class={`body${isDimmed ? ' stale' : ''}`}><Body {...props} isTable={isTable} /></div>
    </section>
  );
}

const toneOfStanding = ({ state }: Standing) =>
  state === 'PARTIAL' || state === 'PAUSED' ? 'warn' as const : state === 'NOT_MEASURED' ? 'muted' as const
    : 'stale' as const;

function Body<T>({ of, children, isEmpty, empty, table, isTable, skeleton, what, title }:
  PanelProps<T> & { isTable: boolean }) {
  const { value, phase, problem } = of;
  if (value === null) {
    switch (phase) {
      case 'forbidden': return <Forbidden problem={problem} />;
      case 'not_measured': return <NotMeasured why={problem?.detail ?? problem?.title} />;
      case 'not_offered': return <NotMeasured why="This server does not offer these figures." />;
      case 'error': return problem?.code === 'not_found'
        ? <Empty why={problem.title} />
        : <ErrorNotice problem={problem ?? noAnswer} onRetry={of.refresh} />;
      default: return <Skeleton rows={skeleton} what={what ?? title.toLowerCase()} />;
    }
  }
  return (
    <>
      {problem && phase === 'error' ? <ErrorNotice problem={problem} onRetry={of.refresh} /> : null}
      {isEmpty?.(value) && empty ? <Empty {...empty} /> : isTable && table ? table(value) : children(value)}
    </>
  );
}

const noAnswer = { title: 'No answer', status: 0, code: 'unreachable' };
