import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Icon, type StateTone } from './badge';
import { bp, price, type Figure } from '../format/numbers';
import { copy } from '../app/copy';
import type { Problem } from '../data/problem';

/** A line that says what is wrong and what to do; it stays until its cause ends. */
export function Notice({ tone, title, children, actions, isAlert }: { tone: StateTone; title: string;
  children?: ComponentChildren; actions?: ComponentChildren; isAlert?: boolean }) {
  return (
    <div class={`notice ${tone}`} role={isAlert ? 'alert' : undefined}>
      <Icon tone={tone} />
      <div class="what"><strong>{title}</strong>{children ? <div>{children}</div> : null}</div>
      {actions ? <div class="actions">{actions}</div> : null}
    </div>
  );
}

/** Grey lines in the place of the true layout; after three seconds, what is waited for. */
export function Skeleton({ rows = 4, what }: { rows?: number; what: string }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 3_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" aria-busy="true">
      {Array.from({ length: rows }, (_, at) => <div key={at} class={`bar w${(at * 3) % 5}`} />)}
      <p class="waiting" role="status">{isSlow ? `Waiting for ${what}.` : ''}</p>
    </div>
  );
}

/** Nothing to show, why, and what fills it. */
export function Empty({ why, command, children }: { why: string; command?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{why}</p>
      {command ? (
        <p><code>{command}</code> <button type="button" class="small" onClick={() => copy(command)}>Copy</button></p>
      ) : null}
      {children}
    </div>
  );
}

/** A filter that leaves nothing, named. */
export function NoMatch({ filter, onClear }: { filter: string; onClear: () => void }) {
  return (
    <div class="empty">
      <p>Nothing matches <strong>{filter}</strong>.</p>
      <p><button type="button" onClick={onClear}>Clear filter</button></p>
    </div>
  );
}

/** Not zero: never measured, or not kept by who serves. */
export function NotMeasured({ why }: { why?: string | null }) {
  return (
    <div class="empty">
      <p class="not-measured">not measured</p>
      {why ? <p>{why}</p> : null}
    </div>
  );
}

export function ErrorNotice({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <Notice tone="crit" title={problem.title} actions={<button type="button" onClick={onRetry}>Retry</button>}>
      {problem.detail ? <p>{problem.detail}</p> : null}
      <p class="codes">
        code <code>{problem.code}</code>
        {problem.traceId ? (
          <> trace <code>{problem.traceId}</code>{' '}
            <button type="button" class="small" onClick={() => copy(problem.traceId!)}>Copy</button></>
        ) : null}
      </p>
    </Notice>
  );
}

export function Forbidden({ problem }: { problem?: Problem | null }) {
  return (
    <Notice tone="crit" title="FORBIDDEN">
      {problem?.title ?? 'This key may not read this.'}{problem ? <> (<code>{problem.code}</code>)</> : null}
    </Notice>
  );
}

/** "ADL inhibited: BTC-USD oracle 14 s old (limit 10 s)", one line a reason. */
export function Inhibited({ reasons, what = 'ADL' }: { reasons: string[]; what?: string }) {
  if (reasons.length === 0) return null;
  const [first, ...rest] = reasons.map((reason) => reason.replace(/^ADL inhibited: /, ''));
  return (
    <Notice tone="crit" title={`${what} inhibited: ${first}`}>
      {rest.length > 0 ? <ul>{rest.map((reason) => <li key={reason}>{reason}</li>)}</ul> : null}
    </Notice>
  );
}

/** Sources that disagree: both values and the gap. */
export function Drift({ low, high, gapBp }: { low: Figure; high: Figure; gapBp: Figure }) {
  return (
    <span class="drift"><Icon tone="warn" /> {price(low)} against {price(high)}, {bp(gapBp)} apart</span>
  );
}
