import { useId } from 'preact/hooks';
import type { Behind } from '../figures/behind';
import { Drill } from '../figures/figure';
import { ChartFrame } from './ChartFrame';
import { Hatch } from './Hatch';
import type { Format, Num } from './scale';
import { figure, plain } from './text';
import type { Tone } from './theme';

export interface DivergingRow {
  key: string;
  label: string;
  value: Num;
  /** Why there is no value, or what stands beside it. */
  note?: string;
}

export interface DivergingBarsProps {
  title: string;
  definition?: string;
  rows: readonly DivergingRow[];
  /** The end of either side; by default the largest size. */
  max?: number;
  format?: Format;
  digits?: number;
  /** Words over either side. */
  left: string;
  right: string;
  leftTone?: Tone;
  rightTone?: Tone;
  /** What a row's value is made of. */
  behind: (key: string) => Behind;
  onOpen?: (key: string) => void;
}

/** Bars to either side of zero: right is long and plain, left is short and hatched. */
export function DivergingBars(props: DivergingBarsProps) {
  const { title, definition, rows, format = plain, digits = 2, left, right, behind, onOpen } = props;
  const { leftTone = 'short', rightTone = 'long' } = props;
  const hatch = useId();
  const max = props.max ?? Math.max(...rows.map((row) => Math.abs(row.value ?? 0)), 0);
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: ['', 'Value', 'Note'],
      rows: rows.map((row) => [row.label, figure(row.value, format, digits + 1), row.note ?? '']),
    })}>
      <div class="chart-sides" aria-hidden="true"><span>{`◀ ${left}`}</span><span>{`${right} ▶`}</span></div>
      <ul class="chart-diverging">
        {rows.map((row) => (
          <li key={row.key}>
            {onOpen
              ? <button type="button" class="chart-link" onClick={() => onOpen(row.key)}>{row.label}</button>
              : <span class="chart-name">{row.label}</span>}
            <Bar value={row.value} max={max} hatch={hatch} leftTone={leftTone} rightTone={rightTone} />
            <span class="chart-value" title={row.note}>
              <Drill behind={behind(row.key)} name={`${title}, ${row.label}:`}
                text={figure(row.value, format, digits)} />
              {row.value !== null && <span class="chart-hidden">{row.value < 0 ? `, ${left}` : `, ${right}`}</span>}
            </span>
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}

function Bar({ value, max, hatch, leftTone, rightTone }: { value: Num; max: number; hatch: string; leftTone: Tone;
  rightTone: Tone }) {
  const share = value === null || max <= 0 ? 0 : Math.min(1, Math.abs(value) / max) * 49;
  const isLeft = (value ?? 0) < 0;
  return (
    <svg class="chart-bar" height="14" aria-hidden="true">
      {isLeft && <Hatch id={hatch} tone={leftTone} />}
      <rect x={`${isLeft ? 50 - share : 50}%`} y="2" width={`${share}%`} height="10"
        class={isLeft ? undefined : `chart-fill-${rightTone}`} fill={isLeft ? `url(#${hatch})` : undefined} />
      <line x1="50%" x2="50%" y1="0" y2="14" class="chart-axis" />
    </svg>
  );
}
