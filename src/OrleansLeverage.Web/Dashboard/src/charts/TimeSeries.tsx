import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { ChartFrame } from './ChartFrame';
import { Sample } from './Hatch';
import type { Format, Num } from './scale';
import { direction, distinctLabels, latest } from './scale';
import { useWidth } from './size';
import { clock, figure, moment, plain, timeLabels } from './text';
import type { Tone } from './theme';
import { DASHES, onThemeChange, themeTokens, typeface } from './theme';

export interface Series {
  label: string;
  values: readonly Num[];
  tone: Tone;
  /** Which dash of the chart's set; by default each series of a tone that is used twice has its own. */
  dash?: number;
  /** Fills down to zero, for areas on either side of it. */
  fill?: boolean;
  /** No legend entry and no dots: the edge of a band. */
  edge?: boolean;
}

export interface TimeSeriesProps {
  title: string;
  definition?: string;
  /** Unix milliseconds, rising; one for every value. */
  times: readonly number[];
  series: readonly Series[];
  /** Pairs of series, upper then lower, between which is filled. */
  bands?: readonly (readonly [number, number])[];
  format?: Format;
  digits?: number;
  /** Height of the plot in pixels. */
  height?: number;
  /** Charts of one page with the same key share a cursor. */
  syncKey?: string;
  /** Fixed ends of the value axis. */
  range?: readonly [number, number];
  /** Values that are always in sight, such as zero. */
  include?: readonly number[];
  /** The horizontal axis counts steps, of this name, and not time: times are then step numbers. */
  steps?: string;
  /** Lines across at a value, with a word. */
  marks?: readonly { value: number; label: string; tone: Tone }[];
  /** Lines down at a time, in Unix milliseconds, with a word. */
  events?: readonly { timeMs: number; label: string }[];
}

/** Lines over time by uPlot. Gaps stay gaps; axes are in UTC; labels have the digits it takes to tell them apart. */
export function TimeSeries(props: TimeSeriesProps) {
  const { title, definition, times, series, format = plain, digits = 2, height = 200 } = props;
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const values = useRef<(HTMLElement | null)[]>([]);
  const now = useRef(props);
  now.current = props;
  const id = useId();
  const width = useWidth(root);
  const shape = series.map((s) => `${s.label}|${s.tone}|${s.dash}|${s.fill}|${s.edge}`).join(';')
    + `${props.syncKey}|${props.steps}|${props.bands?.join()}|${height}`;

  useLayoutEffect(() => {
    if (!root.current || width === 0) return;
    const made = new uPlot(options(now, values, width, height), data(now.current), root.current);
    plot.current = made;
    const stop = onThemeChange(() => made.redraw());
    return () => {
      stop();
      made.destroy();
      plot.current = null;
    };
  }, [shape, width > 0]);
  useEffect(() => {
    if (plot.current && width > 0) plot.current.setSize({ width, height });
  }, [width, height]);
  useEffect(() => {
    plot.current?.setData(data(props));
    read(plot.current?.cursor.idx, props, values.current);
  }, [times, series, shape]);

  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const u = plot.current;
    if (step === 0 || !u) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(times.length - 1, (u.cursor.idx ?? times.length) + step));
    u.setCursor({ left: u.valToPos(u.data[0][at]!, 'x'), top: 10 });
  };
  const shown = series.filter((s) => !s.edge);
  return (
    <ChartFrame title={title} definition={definition} table={() => table(props)}
      tools={<span class="chart-legend">
        {shown.map((s) => (
          <span key={s.label} class="chart-key">
            <Sample tone={s.tone} dash={dashOf(series, series.indexOf(s))} id={`${id}-${series.indexOf(s)}`} />
            {s.label} <b ref={(element) => { values.current[series.indexOf(s)] = element; }} />
          </span>))}
      </span>}>
      <div class="chart-plot" tabIndex={0} role="img" aria-label={describe(title, shown, format, digits)}
        aria-keyshortcuts="ArrowLeft ArrowRight" onKeyDown={move}>
        <div ref={root} class="chart-canvas" style={{ height: `${height}px` }} />
        {times.length < 2 && <p class="chart-empty">
          {times.length === 0 ? 'Nothing was measured yet.' : 'One value so far; a line takes two.'}</p>}
      </div>
    </ChartFrame>
  );
}

function describe(title: string, series: readonly Series[], format: Format, digits: number): string {
  return `${title}: ${series.map((s) =>
    `${s.label} ${figure(latest(s.values).now, format, digits)}, ${direction(s.values)}`).join('; ')}`;
}

function table({ times, series, format = plain, digits = 2, steps }: TimeSeriesProps) {
  return {
    columns: [steps ?? 'Time (UTC)', ...series.map((s) => s.label)],
    rows: times.map((at, index) => [steps ? plain(at, 0) : moment(at),
      ...series.map((s) => figure(s.values[index], format, digits + 1))]).reverse(),
  };
}

function dashOf(series: readonly Series[], at: number): readonly number[] {
  const own = series[at]!;
  const before = series.slice(0, at).filter((s) => !s.edge && s.tone === own.tone).length;
  // short is dashed wherever it stands, long is solid
  const first = own.dash ?? (own.tone === 'short' ? 1 : 0);
  return DASHES[(own.dash ?? first + before) % DASHES.length]!;
}

function data({ times, series, steps }: TimeSeriesProps): uPlot.AlignedData {
  // one point has no span: the axis would show years
  if (times.length < 2) return [[], ...series.map(() => [])];
  return [steps ? [...times] : times.map((at) => at / 1000), ...series.map((s) => s.values as (number | null)[])];
}

type Now = { current: TimeSeriesProps };

function options(now: Now, values: { current: (HTMLElement | null)[] }, width: number, height: number): uPlot.Options {
  const { series, bands, syncKey, steps } = now.current;
  const axis = (more: uPlot.Axis): uPlot.Axis => ({
    stroke: () => themeTokens().muted,
    font: `11px ${typeface()}`,
    grid: { stroke: () => themeTokens().grid, width: 1 },
    ticks: { show: false },
    ...more,
  });
  return {
    width, height,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    // UTC without a time zone table: local getters of a shifted date read UTC
    tzDate: (seconds) => {
      const at = new Date(seconds * 1000);
      return new Date(at.getTime() + at.getTimezoneOffset() * 60_000);
    },
    cursor: {
      drag: { x: false, y: false },
      points: { size: 6 },
      sync: syncKey ? { key: syncKey, setSeries: false } : undefined,
    },
    scales: {
      x: { time: !steps, range: (u, from, to) => across(u.data[0], from, to) },
      y: { range: (_, low, high) => ends(now.current, low, high) },
    },
    axes: [
      axis({
        size: 24,
        // labels with parts of a second are longer
        space: (_, __, from, to) => (to - from < 8 ? 90 : 56),
        values: (_, splits) => (now.current.times.length < 2 ? splits.map(() => '')
          : steps ? distinctLabels(splits, (at, most) => `${steps} ${plain(at, most)}`)
            : timeLabels(splits.map((at) => at * 1000))),
      }),
      axis({
        size: (_, labels) => 14 + 7 * Math.max(4, ...(labels ?? []).map((label) => label?.length ?? 0)),
        values: (_, splits) => distinctLabels(splits, now.current.format ?? plain),
      }),
    ],
    series: [{}, ...series.map((s, at): uPlot.Series => ({
      label: s.label,
      stroke: () => themeTokens()[s.tone],
      width: s.edge ? 1 : 1.75,
      dash: [...dashOf(series, at)],
      fill: s.fill ? () => `${themeTokens()[s.tone]}2e` : undefined,
      points: { show: (u) => u.data[0].length === 1, size: 5 },
      spanGaps: false,
    }))],
    bands: bands?.map(([upper, lower]): uPlot.Band => ({
      series: [upper + 1, lower + 1],
      fill: () => `${themeTokens()[series[upper]!.tone]}2e`,
    })),
    hooks: {
      setCursor: [(u) => read(u.cursor.idx, now.current, values.current)],
      draw: [(u) => drawMarks(u, now.current), (u) => drawEvents(u, now.current)],
    },
  };
}

/** One moment alone stands in the middle of a minute. */
function across(x: ArrayLike<number | null>, from: number, to: number): [number, number] {
  return x.length === 0 ? [0, 60] : x.length === 1 ? [x[0]! - 30, x[0]! + 30] : [from, to];
}

function ends({ range, include = [], marks = [] }: TimeSeriesProps, low: number, high: number): [number, number] {
  if (range) return [range[0], range[1]];
  if (low === null || high === null) return [0, 1];
  const least = Math.min(low, ...include, ...marks.map((mark) => mark.value));
  const most = Math.max(high, ...include, ...marks.map((mark) => mark.value));
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  return [include.includes(least) ? least : least - room, include.includes(most) ? most : most + room];
}

/** The legend follows the cursor without a drawing of the page; it is written here alone. */
function read(at: number | null | undefined, { series, times, format = plain, digits = 2, steps }: TimeSeriesProps,
  elements: readonly (HTMLElement | null)[]): void {
  series.forEach((s, index) => {
    const element = elements[index];
    if (!element) return;
    const value = at === null || at === undefined ? latest(s.values).now : s.values[at] ?? null;
    const when = at === null || at === undefined || times[at] === undefined ? ''
      : steps ? ` at ${steps} ${plain(times[at]!, 0)}` : ` at ${clock(times[at]!)}`;
    element.textContent = figure(value, format, digits) + (index === 0 ? when : '');
  });
}

function drawMarks(u: uPlot, { marks = [] }: TimeSeriesProps): void {
  for (const mark of marks) {
    const y = Math.round(u.valToPos(mark.value, 'y', true));
    const { left, width, top, height } = u.bbox;
    if (y < top || y > top + height) continue;
    const { ctx } = u;
    const ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = themeTokens()[mark.tone];
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.font = `${11 * ratio}px ${typeface()}`;
    ctx.textAlign = 'right';
    ctx.fillText(mark.label, left + width - 4 * ratio, y - 4 * ratio);
    ctx.restore();
  }
}

function drawEvents(u: uPlot, { events = [] }: TimeSeriesProps): void {
  const { ctx, bbox: { left, width, top, height } } = u;
  const ratio = devicePixelRatio || 1;
  let free = -Infinity;
  for (const event of [...events].sort((a, b) => a.timeMs - b.timeMs)) {
    const x = Math.round(u.valToPos(event.timeMs / 1000, 'x', true));
    if (x < left || x > left + width) continue;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = themeTokens().muted;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.font = `${11 * ratio}px ${typeface()}`;
    // a word that would lie on the one before is left out; its line stays
    if (x > free) {
      ctx.fillText(event.label, x + 3 * ratio, top + 10 * ratio);
      free = x + ctx.measureText(event.label).width + 8 * ratio;
    }
    ctx.restore();
  }
}
