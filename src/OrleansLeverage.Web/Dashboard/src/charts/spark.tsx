import type { Tone } from '../app/theme';

const WIDTH = 120;
const HEIGHT = 26;

/** A line without axes beside a number; gaps where nothing was measured. */
export function Spark({ values, label, tone = 'text' }: { values: (number | null)[]; label: string; tone?: Tone }) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  let path = '';
  let isDown = false;
  values.forEach((value, at) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const x = (WIDTH * at) / (values.length - 1);
    const y = HEIGHT - 2 - ((HEIGHT - 4) * (value - low)) / span;
    path += `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  });
  return (
    <svg class={`spark ${tone}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img"
      aria-label={label}>
      <path d={path} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
