import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Spark } from '../charts/spark';
import type { Tone } from '../app/theme';
import type { AsOf } from '../data/types';
import { count, known, UNKNOWN, usdExact, type Figure as Value } from '../format/numbers';
import type { Behind } from './behind';
import { definitions } from './definitions';
import { flash } from './flash';

export interface DrillProps {
  behind: Behind;
  /** What the number is called, for who hears it. */
  name: string;
  /** The number as it is written. */
  text: string;
  class?: string;
  /** Attributes of the tooltip. */
  data?: Record<string, string | undefined>;
  /** Drawn instead of the text. */
  children?: ComponentChildren;
}

/**
 * The one way from a number to its rows. A link says where it leads; a number without rows says why, to who hovers or
 * focuses it; one within a row or card that opens adds no stop of its own.
 */
export function Drill({ behind, name, text, class: more = '', data = {}, children }: DrillProps) {
  const inside = children ?? text;
  if ('href' in behind) {
    return (
      <a class={`figure ${more}`} href={behind.href} data-figure="rows" download={behind.download}
        aria-label={`${name} ${text}: show ${behind.to}`} {...data}>{inside}</a>
    );
  }
  if ('none' in behind) {
    return (
      <span class={`figure ${more}`} tabIndex={0} data-figure="none" data-why={behind.none} {...data}>{inside}</span>
    );
  }
  const [kind, why] = 'row' in behind ? ['row', behind.row] : ['leaf', behind.leaf];
  return <span class={`figure ${more}`} data-figure={kind} data-why={why} {...data}>{inside}</span>;
}

export interface FigureProps {
  /** Key of the definition that the tooltip shows. */
  of: string;
  value: Value;
  show?: (value: Value) => string;
  behind: Behind;
  asOf?: AsOf | null;
  /** Why it is unknown, where it is. */
  reason?: string | null;
  /** Where it is not what the definition is called. */
  name?: string;
  class?: string;
}

/**
 * A number: its text, in the tooltip its definition, formula, exact value and age, and behind a click its rows. A
 * change shows as an underline for 600 ms.
 */
export function Figure({ of, value, show = count, behind, asOf, reason, name, class: more }: FigureProps) {
  const text = show(value);
  const mark = useRef<HTMLSpanElement>(null);
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (last.current !== null && last.current !== text && mark.current) flash(mark.current);
    last.current = text;
  }, [text]);
  const data = {
    'data-tip': of, 'data-exact': exactly(of, value), 'data-asof': asOf?.datetime, 'data-frame': asOf?.frame,
    'data-reason': text === UNKNOWN ? reason ?? 'not measured' : undefined,
  };
  return (
    <Drill behind={behind} name={name ?? definitions[of]?.name ?? of} text={text} class={more} data={data}>
      <span ref={mark} class="value">{text}</span>
    </Drill>
  );
}

function exactly(of: string, value: Value): string | undefined {
  if (known(value) === null) return undefined;
  return definitions[of]?.unit === 'USD' ? usdExact(value) : String(value);
}

export interface TileProps extends FigureProps {
  title?: string;
  trail?: (number | null)[];
  tone?: Tone;
  /** Where the value stands among those of the last day, 0 to 1, and the page that shows those. */
  percentile?: { value: number | null | undefined; behind: Behind };
  children?: ComponentChildren;
}

/** A headline figure with its recent course. */
export function Tile({ title, trail, tone = 'text', percentile, children, ...figure }: TileProps) {
  const name = title ?? definitions[figure.of]?.name ?? figure.of;
  return (
    <section class={`tile ${tone}`} aria-label={name}>
      <h2>{name}</h2>
      <p class="big"><Figure {...figure} name={name} /></p>
      {trail ? <Spark values={trail} label={`${name}, recent`} tone={tone} /> : null}
      <p class="beside">
        {children}
        {percentile === undefined ? null : (
          <span class="percentile">24 h percentile{' '}
            <Figure of="percentile" value={percentile.value} show={percentileText} behind={percentile.behind}
              name={`${name}, 24 h percentile`} reason="the server has not kept enough minutes yet" />
          </span>
        )}
      </p>
    </section>
  );
}

const percentileText = (value: Value): string =>
  (known(value) === null ? UNKNOWN : String(Math.round(known(value)! * 100)));
