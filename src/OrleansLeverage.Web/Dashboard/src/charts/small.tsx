import { useId } from 'preact/hooks';
import { Hatch } from './Hatch';
import type { Format, Num } from './scale';
import { figure, plain, span } from './text';
import type { Tone } from './theme';

export interface BeatsProps {
  label: string;
  /** Age in milliseconds at each of the last seconds, oldest first; null where there was none. */
  ages: readonly Num[];
  /** How often a beat is expected; null where that is not known. */
  cadenceMs: Num;
  limitMs: number;
}

const BEATS = 60;

/** A feed's last minute as ticks as tall as its age, up to the limit; what is over it has a head. */
export function Beats({ label, ages, cadenceMs, limitMs }: BeatsProps) {
  const shown = ages.slice(-BEATS);
  const isSlow = (age: number): boolean => cadenceMs !== null && age > 2 * cadenceMs;
  const over = shown.filter((age) => age !== null && age > limitMs).length;
  const slow = shown.filter((age) => age !== null && age <= limitMs && isSlow(age)).length;
  const text = shown.every((age) => age === null) ? `${label}: no beats yet`
    : `${label}: of the last ${shown.length} seconds ${over} over the limit of ${span(limitMs)}`
      + (cadenceMs === null ? '' : `, ${slow} over twice the cadence of ${span(cadenceMs)}`);
  return (
    <svg class="chart-beats" width="100%" height="26" role="img" aria-label={text}>
      <title>{text}</title>
      {shown.map((age, at) => {
        const tone = age === null ? 'muted' : age > limitMs ? 'crit' : isSlow(age) ? 'warn' : 'ok';
        const height = age === null ? 2 : 4 + 20 * Math.min(1, age / Math.max(1, limitMs));
        const x = `${((at + BEATS - shown.length + 0.5) * 100) / BEATS}%`;
        return (
          <g key={at}>
            <line x1={x} x2={x} y1="26" y2={26 - height} class={`chart-beat chart-line-${tone}`} />
            {tone === 'crit' && <circle cx={x} cy="3" r="2.5" class="chart-fill-crit" />}
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
  // with nothing on either side no distance is left, and no bar says so
  const words = !known ? 'not measured' : met ? metWord : value === threshold ? 'none left'
    : `${format(Math.abs(threshold - value), digits)} away`;
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
