import { useId, useRef, useState } from 'preact/hooks';
import { go } from '../app/router';
import type { Behind } from '../figures/behind';
import { ChartFrame, Toggle, type ChartCell } from './ChartFrame';
import { Hatch, Sample } from './Hatch';
import type { Format, Num } from './scale';
import { barShare, bucketPlace, cumulativeShares } from './scale';
import { useWidth } from './size';
import { figure, plain, short } from './text';

export interface MirroredHistogramProps {
  title: string;
  definition?: string;
  /** Lower bounds of the buckets, rising; the last is open above. */
  lower: readonly number[];
  long: readonly number[];
  short: readonly number[];
  /** Marked with a line: p50, p90, p99, where they are measured. */
  percentiles?: readonly { label: string; long: Num; short: Num }[];
  /** Writes a bucket's bound. */
  bound?: Format;
  /** Writes a bar's size. */
  format?: Format;
  digits?: number;
  height?: number;
  /** Who is in a bucket: a click on its bar leads there, and a link in the table. */
  behind?: (bucket: number, side: 'long' | 'short') => Behind;
}

const LEFT = 8;
const RIGHT = 40;
const GUTTER = 18;
/** Room for the names of percentiles at either end, in two rows so that close ones do not collide. */
const LABELS = 24;

/** Longs up, shorts down and hatched, over the same buckets; the line is the share at or below each bucket. */
export function MirroredHistogram(props: MirroredHistogramProps) {
  const { title, definition, lower, format = short, digits = 1, bound = plain, height = 260 } = props;
  const [scale, setScale] = useState<'linear' | 'log'>('linear');
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const id = useId();
  const names = lower.map((from, at) => bucketName(lower, at, bound, from));
  const totals = { long: total(props.long), short: total(props.short) };
  const label = `${title}: long ${format(totals.long, digits)}, most at ${mode(props.long, names)}; `
    + `short ${format(totals.short, digits)}, most at ${mode(props.short, names)}`;
  return (
    <ChartFrame title={title} definition={definition}
      table={() => ({
        columns: ['Bucket', 'Long', 'Short', 'Long at or below', 'Short at or below'],
        rows: tableRows(props, names),
      })}
      tools={<>
        <span class="chart-legend">
          <span class="chart-key"><Sample tone="long" id={`${id}a`} />long, up</span>
          <span class="chart-key"><Sample tone="short" hatch id={`${id}b`} />short, down</span>
          <span class="chart-key"><Sample tone="text" dash={[]} id={`${id}c`} />share at or below</span>
        </span>
        <Toggle label="Scale of the bars" value={scale} onChange={setScale}
          options={[['linear', 'Linear'], ['log', 'Log']]} />
      </>}>
      <div ref={root} class="chart-canvas" role="img" aria-label={label} style={{ height: `${height}px` }}>
        {width > 0 && <Bars {...props} width={width} height={height} logarithmic={scale === 'log'} hatch={id}
          names={names} />}
      </div>
    </ChartFrame>
  );
}

function Bars({ lower, long, short: shorts, percentiles = [], format = short, digits = 1, width, height, logarithmic,
  hatch, names, behind }: MirroredHistogramProps & { width: number; height: number; logarithmic: boolean;
  hatch: string; names: readonly string[] }) {
  const max = Math.max(...long, ...shorts, 0);
  const step = (width - LEFT - RIGHT) / Math.max(1, lower.length);
  const middle = height / 2;
  const half = middle - GUTTER / 2 - LABELS;
  const every = Math.max(1, Math.ceil(46 / step));
  return (
    <svg width={width} height={height} aria-hidden="true">
      <Hatch id={hatch} tone="short" />
      {lower.map((from, at) => {
        const up = barShare(long[at] ?? 0, max, logarithmic) * half;
        const down = barShare(shorts[at] ?? 0, max, logarithmic) * half;
        const x = LEFT + at * step;
        return (
          <g key={from} class={behind && 'chart-open'}>
            <rect x={x + 1} y={middle - GUTTER / 2 - up} width={Math.max(1, step - 2)} height={up}
              class="chart-fill-long" onClick={() => open(behind?.(at, 'long'))}>
              <title>{`${names[at]}: long ${format(long[at] ?? 0, digits)}`}</title>
            </rect>
            <rect x={x + 1} y={middle + GUTTER / 2} width={Math.max(1, step - 2)} height={down}
              fill={`url(#${hatch})`} onClick={() => open(behind?.(at, 'short'))}>
              <title>{`${names[at]}: short ${format(shorts[at] ?? 0, digits)}`}</title>
            </rect>
            {at % every === 0 && <text x={x} y={middle + 4} class="chart-label">{names[at]!.split('–')[0]}</text>}
          </g>
        );
      })}
      <Shares values={long} step={step} y={(share) => middle - GUTTER / 2 - share * half} />
      <Shares values={shorts} step={step} y={(share) => middle + GUTTER / 2 + share * half} />
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <text x={width - RIGHT + 6} y={middle - GUTTER / 2 - share * half + 4} class="chart-label">
            {`${share * 100}%`}</text>
          {share > 0 && <text x={width - RIGHT + 6} y={middle + GUTTER / 2 + share * half + 4} class="chart-label">
            {`${share * 100}%`}</text>}
        </g>
      ))}
      {percentiles.map((mark, at) => (
        <g key={mark.label}>
          <Percentile label={mark.label} value={mark.long} lower={lower} step={step} from={4} at={at}
            to={middle - GUTTER / 2} />
          <Percentile label={mark.label} value={mark.short} lower={lower} step={step} from={height - 4} at={at}
            to={middle + GUTTER / 2} />
        </g>
      ))}
    </svg>
  );
}

function Shares({ values, step, y }: { values: readonly number[]; step: number; y: (share: number) => number }) {
  const shares = cumulativeShares(values);
  if (shares.some((share) => share === null)) return null;
  const points = shares.map((share, at) => `${LEFT + (at + 1) * step},${y(share!)}`);
  return <polyline points={[`${LEFT},${y(0)}`, ...points].join(' ')} class="chart-line-text" fill="none" />;
}

function Percentile({ label, value, lower, step, from, to, at }: { label: string; value: Num;
  lower: readonly number[]; step: number; from: number; to: number; at: number }) {
  if (value === null) return null;
  const x = LEFT + bucketPlace(lower, value) * step;
  return (
    <g>
      <line x1={x} x2={x} y1={from} y2={to} class="chart-line-muted" stroke-dasharray="2 3" />
      <text x={x + 3} y={from > to ? from - (at % 2) * 11 : from + 8 + (at % 2) * 11} class="chart-label">{label}</text>
    </g>
  );
}

function open(behind: Behind | undefined): void {
  if (behind && 'href' in behind) go(behind.href);
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function mode(values: readonly number[], names: readonly string[]): string {
  const max = Math.max(...values, 0);
  return max > 0 ? names[values.indexOf(max)]! : 'none';
}

function bucketName(lower: readonly number[], at: number, bound: Format, from: number): string {
  const to = lower[at + 1];
  const digits = (value: number): number => (Number.isInteger(value) ? 0 : Number.isInteger(value * 10) ? 1 : 2);
  return to === undefined ? `${bound(from, digits(from))}+` : `${bound(from, digits(from))}–${bound(to, digits(to))}`;
}

function tableRows({ long, short: shorts, format = short, digits = 1, behind }: MirroredHistogramProps,
  names: readonly string[]): ChartCell[][] {
  const [up, down] = [cumulativeShares(long), cumulativeShares(shorts)];
  const share = (value: Num | undefined): string => figure(value ?? null, (v, d) => `${plain(v * 100, d)}%`, 1);
  const cell = (values: readonly number[], at: number, side: 'long' | 'short'): ChartCell => {
    const text = format(values[at] ?? 0, digits);
    return behind ? { text, name: `${side}, ${names[at]}:`, behind: behind(at, side) } : text;
  };
  return names.map((name, at) => [name, cell(long, at, 'long'), cell(shorts, at, 'short'), share(up[at]),
    share(down[at])]);
}
