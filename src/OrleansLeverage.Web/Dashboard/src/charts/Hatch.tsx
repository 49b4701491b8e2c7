import type { Tone } from './theme';

/**
 * Lines across a mark in its own colour, so that short and stale are told from long without colour. Percentages of an
 * SVG do not stretch it, because it is in units of the user.
 */
export function Hatch({ id, tone }: { id: string; tone: Tone }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" class={`chart-fill-${tone} chart-faint`} />
        <rect width="3" height="6" class={`chart-fill-${tone}`} />
      </pattern>
    </defs>
  );
}

/** A sample of a mark for legends: a bar, hatched or not, or a dashed line. */
export function Sample({ tone, hatch, dash, id }: { tone: Tone; hatch?: boolean; dash?: readonly number[];
  id: string }) {
  return (
    <svg class="chart-sample" width="22" height="10" aria-hidden="true">
      {hatch && <Hatch id={id} tone={tone} />}
      {dash
        ? <line x1="0" x2="22" y1="5" y2="5" class={`chart-line-${tone}`} stroke-dasharray={dash.join(' ')} />
        : <rect width="22" height="10" class={hatch ? undefined : `chart-fill-${tone}`}
            fill={hatch ? `url(#${id})` : undefined} />}
    </svg>
  );
}
