import { useId, useRef } from 'preact/hooks';
import { go } from '../app/router';
import type { Behind } from '../figures/behind';
import { ChartFrame } from './ChartFrame';
import { Hatch, Sample } from './Hatch';
import type { Format, Num } from './scale';
import { distinctLabels, ticks } from './scale';
import { useWidth } from './size';
import { dollars, figure } from './text';
import type { Tone } from './theme';

export interface ColumnSeries {
  label: string;
  values: readonly Num[];
  tone: Tone;
  hatch?: boolean;
}

export interface ColumnsProps {
  title: string;
  definition?: string;
  labels: readonly string[];
  /** Stacked upwards; a negative value stands below the line. */
  series: readonly ColumnSeries[];
  format?: Format;
  digits?: number;
  height?: number;
  /** A line over the columns on a scale of its own, which is written at its ends. */
  line?: { label: string; values: readonly Num[]; format: Format; digits: number };
  /** A mark at a value of each column, such as what was expected. */
  expected?: { label: string; values: readonly Num[] };
  /** What a column is made of: a click on it leads there, and a link in the table. */
  behind?: (column: number) => Behind;
}

const LEFT = 58;
const TOP = 12;
const BOTTOM = 22;

/** Stacked columns by category: rounds of a cascade, tenors of vega, exceptions of a model. */
export function Columns(props: ColumnsProps) {
  const { title, definition, labels, series, format = dollars, digits = 1, height = 220, line, expected } = props;
  const { behind } = props;
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const id = useId();
  const last = labels.length - 1;
  const label = `${title}: ${series.map((s) => `${s.label} ${figure(s.values[last], format, digits)}`).join(', ')}`
    + (last >= 0 ? ` at ${labels[last]}` : '');
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: ['', ...series.map((s) => s.label), ...(line ? [line.label] : []),
        ...(expected ? [expected.label] : [])],
      rows: labels.map((name, at) => [
        behind ? { text: name, name: title, behind: behind(at) } : name,
        ...series.map((s) => figure(s.values[at], format, digits + 1)),
        ...(line ? [figure(line.values[at], line.format, line.digits)] : []),
        ...(expected ? [figure(expected.values[at], format, digits + 1)] : [])]),
    })} tools={<span class="chart-legend">
      {series.map((s, at) => <span key={s.label} class="chart-key">
        <Sample tone={s.tone} hatch={s.hatch} id={`${id}-${at}`} />{s.label}</span>)}
      {line && <span class="chart-key"><Sample tone="text" dash={[]} id={`${id}-l`} />{line.label}</span>}
      {expected && <span class="chart-key"><Sample tone="text" dash={[2, 2]} id={`${id}-e`} />{expected.label}</span>}
    </span>}>
      <div ref={root} class="chart-canvas" role="img" aria-label={label} style={{ height: `${height}px` }}>
        {width > 0 && <Bars {...props} format={format} digits={digits} width={width} height={height} id={id} />}
      </div>
    </ChartFrame>
  );
}

function Bars({ labels, series, format, digits, width, height, id, line, expected, behind }: ColumnsProps & {
  format: Format; digits: number; width: number; height: number; id: string }) {
  const ups = labels.map((_, at) => stack(series, at, 1));
  const downs = labels.map((_, at) => stack(series, at, -1));
  const high = Math.max(0, ...ups, ...(expected?.values ?? []).map((value) => value ?? 0));
  const low = Math.min(0, ...downs);
  const right = line ? 58 : 6;
  const y = (value: number): number =>
    TOP + (high === low ? 1 : (high - value) / (high - low)) * (height - TOP - BOTTOM);
  const step = (width - LEFT - right) / Math.max(1, labels.length);
  const every = Math.max(1, Math.ceil(54 / step));
  const values = ticks(low, high, 4);
  const texts = distinctLabels(values, format);
  return (
    <svg width={width} height={height} aria-hidden="true">
      {series.map((s, at) => s.hatch && <Hatch key={s.label} id={`${id}-${at}-h`} tone={s.tone} />)}
      {values.map((value, at) => (
        <g key={value}>
          <line x1={LEFT} x2={width - right} y1={y(value)} y2={y(value)} class="chart-grid" />
          <text x={LEFT - 6} y={y(value) + 4} text-anchor="end" class="chart-label">{texts[at]}</text>
        </g>
      ))}
      {labels.map((name, at) => (
        <g key={at} class={behind && 'chart-open'} onClick={() => open(behind?.(at))}>
          <Stack series={series} at={at} x={LEFT + at * step + step * 0.12} width={Math.max(1, step * 0.76)} y={y}
            name={name} format={format} digits={digits} id={id} />
          {expected && expected.values[at] !== null && expected.values[at] !== undefined
            && <line x1={LEFT + at * step} x2={LEFT + (at + 1) * step} y1={y(expected.values[at]!)}
              y2={y(expected.values[at]!)} class="chart-line-text" stroke-dasharray="2 2" />}
          {at % every === 0 && <text x={LEFT + (at + 0.5) * step} y={height - 6} text-anchor="middle"
            class="chart-label">{name}</text>}
        </g>
      ))}
      <line x1={LEFT} x2={width - right} y1={y(0)} y2={y(0)} class="chart-axis" />
      {line && <Line line={line} step={step} width={width} right={right} height={height} />}
    </svg>
  );
}

function open(behind: Behind | undefined): void {
  if (behind && 'href' in behind) go(behind.href);
}

function stack(series: readonly ColumnSeries[], at: number, sign: 1 | -1): number {
  return series.reduce((sum, s) => sum + Math.max(0, sign * (s.values[at] ?? 0)), 0) * sign;
}

function Stack({ series, at, x, width, y, name, format, digits, id }: { series: readonly ColumnSeries[]; at: number;
  x: number; width: number; y: (value: number) => number; name: string; format: Format; digits: number; id: string }) {
  let [up, down] = [0, 0];
  return (
    <>
      {series.map((s, place) => {
        const value = s.values[at] ?? 0;
        const from = value < 0 ? down : up;
        const to = from + value;
        if (value < 0) down = to;
        else up = to;
        return (
          <rect key={s.label} x={x} width={width} y={y(Math.max(from, to))} height={Math.abs(y(from) - y(to))}
            class={s.hatch ? undefined : `chart-fill-${s.tone}`} fill={s.hatch ? `url(#${id}-${place}-h)` : undefined}>
            <title>{`${name}: ${s.label} ${figure(s.values[at], format, digits)}`}</title>
          </rect>
        );
      })}
    </>
  );
}

function Line({ line, step, width, right, height }: { line: NonNullable<ColumnsProps['line']>; step: number;
  width: number; right: number; height: number }) {
  const known = line.values.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const y = (value: number): number =>
    TOP + (high === low ? 0.5 : (high - value) / (high - low)) * (height - TOP - BOTTOM);
  const points = line.values.map((value, at) => value === null ? '' : `${LEFT + (at + 0.5) * step},${y(value)}`);
  return (
    <g>
      <polyline points={points.filter(Boolean).join(' ')} class="chart-line-text" fill="none" />
      {points.map((point, at) => point && <circle key={at} cx={point.split(',')[0]} cy={point.split(',')[1]} r="2.5"
        class="chart-fill-text" />)}
      <text x={width - right + 4} y={y(high) + 4} class="chart-label">{line.format(high, line.digits)}</text>
      <text x={width - right + 4} y={y(low) + 4} class="chart-label">{line.format(low, line.digits)}</text>
    </g>
  );
}
