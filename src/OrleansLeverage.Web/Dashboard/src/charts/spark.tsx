import type { Tone } from '../app/theme';

const WIDTH = 120;
const HEIGHT = 26;

/** More stretches than pixels show nothing more. */
const POINTS = 60;

/**
 * Places that are drawn: of each of so many stretches its least and its largest, in their order, so that peaks stay; a
 * place without a value breaks the line. All places where there are few.
 */
export function thinned(values: readonly (number | null)[], stretches: number): number[] {
  if (values.length <= 2 * stretches) return values.map((_, at) => at);
  const places: number[] = [];
  for (let part = 0; part < stretches; part++) {
    const from = Math.floor((part * values.length) / stretches);
    const to = Math.floor(((part + 1) * values.length) / stretches);
    let [least, most, gap] = [-1, -1, -1];
    for (let at = from; at < to; at++) {
      const value = values[at];
      if (value === null) gap = at;
      else {
        if (least < 0 || value < values[least]!) least = at;
        if (most < 0 || value > values[most]!) most = at;
      }
    }
    places.push(...[...new Set([least, most, gap].filter((at) => at >= 0))].sort((a, b) => a - b));
  }
  // the newest value is always the end of the line
  if (places.at(-1) !== values.length - 1) places.push(values.length - 1);
  return places;
}

/** A line without axes beside a number; gaps where nothing was measured. */
export function Spark({ values, label, tone = 'text' }: { values: (number | null)[]; label: string; tone?: Tone }) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  let path = '';
  let isDown = false;
  for (const at of thinned(values, POINTS)) {
    const value = values[at];
    if (value === null) {
      isDown = false;
      continue;
    }
    const x = (WIDTH * at) / (values.length - 1);
    const y = HEIGHT - 2 - ((HEIGHT - 4) * (value - low)) / span;
    path += `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  }
  return (
    <svg class={`spark ${tone}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img"
      aria-label={label}>
      <path d={path} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
