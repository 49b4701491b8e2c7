import { useId } from 'preact/hooks';
import { Hatch } from './Hatch';
import type { Format, Num } from './scale';
import { direction, extent, latest } from './scale';
import { figure, plain, span } from './text';
import type { Tone } from './theme';

export interface SparklineProps {
  label: string;
  values: readonly Num[];
  tone?: Tone;
  format?: Format;
  digits?: number;
  height?: number;
}

/** A line without axes beside a figure; its ends are its smallest and largest value. */
export function Sparkline({ label, values, tone = 'text', format = plain, digits = 2, height = 28 }: SparklineProps) {
  const range = extent(values);
  const text = `${label}: ${figure(latest(values).now, format, digits)}, ${direction(values)}`
    + (range ? `, between ${format(range[0], digits)} and ${format(range[1], digits)}` : '');
  return (
    <svg class="chart-spark" viewBox={`0 0 100 ${height}`} height={height} preserveAspectRatio="none" role="img"
      aria-label={text}>
      <title>{text}</title>
      {range && <path d={sparkPath(values, range, height)} class={`chart-line-${tone}`} fill="none"
        vector-effect="non-scaling-stroke" />}
    </svg>
  );
}

/** Path through what is known; a gap lifts the pen. */
export function sparkPath(values: readonly Num[], [low, high]: readonly [number, number], height: number): string {
  const step = 100 / Math.max(1, values.length - 1);
  let pen = false;
  return values.map((value, at) => {
    const was = pen;
    pen = value !== null;
    if (value === null) return '';
    const y = high === low ? height / 2 : 2 + ((high - value) / (high - low)) * (height - 4);
    return `${was ? 'L' : 'M'}${(at * step).toFixed(2)} ${y.toFixed(2)}`;
  }).join('');
}

export interface BeatsProps {
  label: string;
  /** Milliseconds between beats, oldest first; null where one did not come. */
  intervals: readonly Num[];
  cadenceMs: number;
  limitMs: number;
}

const BEATS = 60;

/** The last beats of a feed as ticks: as tall as the wait, up to the limit; late ones are taller, crossed and named. */
export function Beats({ label, intervals, cadenceMs, limitMs }: BeatsProps) {
  const shown = intervals.slice(-BEATS);
  const late = shown.filter((interval) => interval === null || interval > limitMs).length;
  const slow = shown.filter((interval) => interval !== null && interval > 2 * cadenceMs && interval <= limitMs).length;
  const text = shown.length === 0 ? `${label}: no beats yet`
    : `${label}: last ${shown.length} beats, ${late} over the limit of ${span(limitMs)}, ${slow} slower than twice the `
      + `cadence of ${span(cadenceMs)}`;
  return (
    <svg class="chart-beats" width="100%" height="26" role="img" aria-label={text}>
      <title>{text}</title>
      {shown.map((interval, at) => {
        const height = interval === null ? 24 : 4 + 20 * Math.min(1, interval / Math.max(1, limitMs));
        const tone = interval === null || interval > limitMs ? 'crit' : interval > 2 * cadenceMs ? 'warn' : 'ok';
        const x = ((at + BEATS - shown.length + 0.5) * 100) / BEATS;
        return (
          <g key={at}>
            <line x1={`${x}%`} x2={`${x}%`} y1="26" y2={26 - height} class={`chart-beat chart-line-${tone}`} />
            {tone === 'crit' && <circle cx={`${x}%`} cy="3" r="2.5" class="chart-fill-crit" />}
          </g>
        );
      })}
    </svg>
  );
}

export interface DistanceBarProps {
  label: string;
  /** Where it stands and where the line is, in the same unit; null where not measured. */
  value: Num;
  threshold: Num;
  met: boolean | null;
  /** What is said when it is met, such as "DUE". */
  metWord: string;
  format?: Format;
  digits?: number;
  tone?: Tone;
  /** Of what is met: bad by default, as a trigger's is. */
  metTone?: 'crit' | 'ok';
}

/** How far a figure is from its line: a bar, the line as a notch, and the distance in words. */
export function DistanceBar(props: DistanceBarProps) {
  const { label, value, threshold, met, metWord, format = plain, digits = 1, tone = 'warn', metTone = 'crit' } = props;
  const hatch = useId();
  const known = value !== null && threshold !== null;
  const end = known ? Math.max(value, threshold, 0) * 1.15 || 1 : 1;
  const at = (figure: number): string => `${Math.max(0, Math.min(100, (figure / end) * 100))}%`;
  const words = !known ? 'not measured' : met ? metWord : `${format(Math.abs(threshold - value), digits)} away`;
  return (
    <div class="chart-distance">
      <span class="chart-name">{label}</span>
      <svg width="100%" height="18" role="img"
        aria-label={`${label}: ${figure(value, format, digits)} of ${figure(threshold, format, digits)}, ${words}`}>
        {!met && <Hatch id={hatch} tone={tone} />}
        <rect x="0" y="5" width="100%" height="8" class="chart-track" />
        {known && <rect x="0" y="5" width={at(value)} height="8" class={met ? `chart-fill-${metTone}` : undefined}
          fill={met ? undefined : `url(#${hatch})`} />}
        {known && <line x1={at(threshold)} x2={at(threshold)} y1="0" y2="18" class="chart-line-text" />}
      </svg>
      <span class="chart-value">
        <b class={met ? `chart-word-${metTone}` : ''}>{words}</b>
        <small>{` ${figure(value, format, digits)} of ${figure(threshold, format, digits)}`}</small>
      </span>
    </div>
  );
}

/** The bar of a ratio whose line is 1.00, as a margin ratio's is at liquidation. */
export function RatioBar({ value, label }: { value: Num; label: string }) {
  const share = value === null ? 0 : Math.max(0, Math.min(1, value / 1.25)) * 100;
  const tone = value === null ? 'stale' : value >= 1 ? 'crit' : value >= 0.7 ? 'warn' : 'ok';
  return (
    <span class="chart-ratio">
      <svg width="64" height="12" role="img" aria-label={`${label} ${figure(value, plain, 2)} of 1.00`}>
        <rect y="2" width="64" height="8" class="chart-track" />
        <rect y="2" width={`${share}%`} height="8" class={`chart-fill-${tone}`} />
        <line x1="80%" x2="80%" y1="0" y2="12" class="chart-line-text" />
      </svg>
      <span>{figure(value, plain, 2)}</span>
    </span>
  );
}
