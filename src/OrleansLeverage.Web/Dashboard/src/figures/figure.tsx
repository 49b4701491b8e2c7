import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Spark } from '../charts/spark';
import type { Tone } from '../app/theme';
import type { AsOf } from '../data/types';
import { count, known, UNKNOWN, usdExact, type Figure as Value } from '../format/numbers';
import { definitions } from './definitions';

export interface FigureProps {
  /** Key of the definition that the tooltip shows. */
  of: string;
  value: Value;
  show?: (value: Value) => string;
  /** Rows behind the number. */
  href?: string;
  asOf?: AsOf | null;
  /** Why it is unknown, where it is. */
  reason?: string | null;
  class?: string;
}

/**
 * A number: its text, in the tooltip its definition, formula, exact value and age, and behind a click its rows. A
 * change shows as an underline for 600 ms.
 */
export function Figure({ of, value, show = count, href, asOf, reason, class: more = '' }: FigureProps) {
  const text = show(value);
  const mark = useRef<HTMLSpanElement>(null);
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (last.current !== null && last.current !== text) {
      mark.current?.classList.remove('changed');
      requestAnimationFrame(() => mark.current?.classList.add('changed'));
    }
    last.current = text;
  }, [text]);
  const data = {
    'data-tip': of, 'data-exact': exactly(of, value), 'data-asof': asOf?.datetime, 'data-frame': asOf?.frame,
    'data-reason': text === UNKNOWN ? reason ?? 'not measured' : undefined,
  };
  const inside = <span ref={mark} class="value">{text}</span>;
  return href
    ? <a class={`figure ${more}`} href={href} {...data}>{inside}</a>
    : <span class={`figure ${more}`} tabIndex={0} {...data}>{inside}</span>;
}

function exactly(of: string, value: Value): string | undefined {
  if (known(value) === null) return undefined;
  return definitions[of]?.unit === 'USD' ? usdExact(value) : String(value);
}

export interface TileProps extends FigureProps {
  title?: string;
  trail?: (number | null)[];
  tone?: Tone;
  /** Where the value stands among those of the last day, 0 to 1. */
  percentile?: number | null;
  children?: ComponentChildren;
}

/** A headline figure with its recent course. */
export function Tile({ title, trail, tone = 'text', percentile, children, ...figure }: TileProps) {
  const name = title ?? definitions[figure.of]?.name ?? figure.of;
  return (
    <section class={`tile ${tone}`} aria-label={name}>
      <h2>{name}</h2>
      <p class="big"><Figure {...figure} /></p>
      {trail ? <Spark values={trail} label={`${name}, recent`} tone={tone} /> : null}
      <p class="beside">
        {children}
        {percentile === undefined ? null : (
          <span class="percentile">24 h percentile {percentile === null ? UNKNOWN : Math.round(percentile * 100)}</span>
        )}
      </p>
    </section>
  );
}
