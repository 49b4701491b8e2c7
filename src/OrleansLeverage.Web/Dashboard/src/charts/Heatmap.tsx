import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChartFrame } from './ChartFrame';
import type { Format, Num } from './scale';
import { distinctLabels, ticks } from './scale';
import { useWidth } from './size';
import { clock, figure, moment, plain, short, timeLabels } from './text';
import type { Tokens } from './theme';
import { bytes, typeface, useTokens } from './theme';

export interface HeatmapProps {
  title: string;
  definition?: string;
  /** Unix milliseconds, one per column. */
  times: readonly number[];
  /** Bounds of the rows, rising: one more than there are rows. */
  bounds: readonly number[];
  /** values[column][row]; above zero in the colour of longs, below in that of shorts, null where not measured. */
  values: readonly (readonly Num[])[];
  /** A line over the cells, in the unit of the bounds: the price. */
  line?: readonly Num[];
  lineLabel?: string;
  bound?: Format;
  format?: Format;
  digits?: number;
  height?: number;
}

const LEFT = 64;
const BOTTOM = 20;

/** Opacity of a cell: the root keeps small cells in sight beside one large one. Zero stays empty. */
export function heat(value: Num, max: number): number {
  if (value === null || value === 0 || !(max > 0)) return 0;
  return 0.12 + 0.88 * Math.sqrt(Math.min(1, Math.abs(value) / max));
}

/** Cells of time by price on a canvas. What is not measured is hatched, not empty. */
export function Heatmap(props: HeatmapProps) {
  const { title, definition, times, bounds, values, format = short, digits = 1, bound = plain, height = 280 } = props;
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(root);
  const tokens = useTokens();
  const [cell, setCell] = useState<{ column: number; row: number } | null>(null);

  useLayoutEffect(() => {
    if (canvas.current && width > 0) paint(canvas.current, props, width, height, tokens);
  }, [times, bounds, values, props.line, width, height, tokens]);

  const rows = bounds.length - 1;
  const at = (event: PointerEvent): void => {
    const box = canvas.current!.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - LEFT) / (width - LEFT) * times.length);
    const row = rows - 1 - Math.floor((event.clientY - box.top) / (height - BOTTOM) * rows);
    setCell(column >= 0 && column < times.length && row >= 0 && row < rows ? { column, row } : null);
  };
  const key = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move || rows < 1 || times.length === 0) return;
    event.preventDefault();
    const from = cell ?? { column: times.length - 1, row: Math.floor(rows / 2) };
    setCell({
      column: Math.max(0, Math.min(times.length - 1, from.column + move[0]!)),
      row: Math.max(0, Math.min(rows - 1, from.row + move[1]!)),
    });
  };
  const labels = distinctLabels(bounds, bound);
  const read = cell && `${clock(times[cell.column]!)} UTC, ${labels[cell.row]} to ${labels[cell.row + 1]}: `
    + side(values[cell.column]?.[cell.row] ?? null, format, digits);
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: ['Time', 'From', 'To', 'Value'],
      rows: values.flatMap((column, t) => column.map((value, row) => [moment(times[t]!), labels[row]!,
        labels[row + 1]!, side(value, format, digits)])).filter((row) => row[3] !== '0').reverse(),
    })} tools={<Ramp props={props} />}>
      <div ref={root} class="chart-plot" tabIndex={0} role="img" aria-label={describe(props)} onKeyDown={key}>
        <canvas ref={canvas} class="chart-canvas" style={{ height: `${height}px` }} onPointerMove={at}
          onPointerLeave={() => setCell(null)} />
      </div>
      <p class="chart-note" aria-live="off">{read ?? 'Point at a cell, or use the arrow keys, to read it.'}</p>
    </ChartFrame>
  );
}

function side(value: Num, format: Format, digits: number): string {
  if (value === null) return 'not measured';
  if (value === 0) return '0';
  return `${format(Math.abs(value), digits)} ${value > 0 ? 'long' : 'short'}`;
}

function describe({ title, times, bounds, values, bound = plain, format = short, digits = 1 }: HeatmapProps): string {
  const last = values[times.length - 1] ?? [];
  let [best, size] = [-1, 0];
  last.forEach((value, row) => {
    if (value !== null && Math.abs(value) > size) [best, size] = [row, Math.abs(value)];
  });
  return best < 0 ? `${title}: nothing in the newest column`
    : `${title}: most in the newest column between ${bound(bounds[best]!, 0)} and ${bound(bounds[best + 1]!, 0)}, `
      + side(last[best]!, format, digits);
}

function Ramp({ props: { values, format = short, digits = 1 } }: { props: HeatmapProps }) {
  const max = largest(values);
  const has = (sign: 1 | -1): boolean => values.some((column) => column.some((value) => (value ?? 0) * sign > 0));
  const sides = (['short', 'long'] as const).filter((tone) => has(tone === 'long' ? 1 : -1));
  return (
    <span class="chart-legend">
      {sides.map((tone) => (
        <span key={tone} class="chart-key">
          {tone}
          <svg width="60" height="10" aria-hidden="true">
            {[0, 1, 2, 3, 4].map((step) => <rect key={step} x={step * 12} width="12" height="10"
              class={`chart-fill-${tone}`} fill-opacity={heat((step + 1) / 5, 1)} />)}
          </svg>
        </span>
      ))}
      <span class="chart-key">{`up to ${figure(max, format, digits)}`}</span>
    </span>
  );
}

function largest(values: readonly (readonly Num[])[]): number {
  let max = 0;
  for (const column of values) {
    for (const value of column) {
      if (value !== null && Math.abs(value) > max) max = Math.abs(value);
    }
  }
  return max;
}

/** Cells are painted one to a pixel and stretched: the cost does not grow with the screen. */
function cells({ times, bounds, values }: HeatmapProps, tokens: Tokens): HTMLCanvasElement | null {
  const rows = bounds.length - 1;
  if (times.length === 0 || rows < 1) return null;
  const small = document.createElement('canvas');
  [small.width, small.height] = [times.length, rows];
  const context = small.getContext('2d')!;
  const image = context.createImageData(times.length, rows);
  const [long, shorts, unknown] = [bytes(tokens.long), bytes(tokens.short), bytes(tokens.stale)];
  const max = largest(values);
  for (let column = 0; column < times.length; column++) {
    for (let row = 0; row < rows; row++) {
      const value = values[column]?.[row] ?? null;
      const at = 4 * ((rows - 1 - row) * times.length + column);
      const colour = value === null ? unknown : value > 0 ? long : shorts;
      [image.data[at], image.data[at + 1], image.data[at + 2]] = colour;
      image.data[at + 3] = value === null ? ((column + row) % 2) * 90 : Math.round(255 * heat(value, max));
    }
  }
  context.putImageData(image, 0, 0);
  return small;
}

function paint(canvas: HTMLCanvasElement, props: HeatmapProps, width: number, height: number, tokens: Tokens): void {
  const { times, bounds, line, bound = plain } = props;
  const ratio = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.imageSmoothingEnabled = false;
  const [right, bottom] = [width - LEFT, height - BOTTOM];
  const image = cells(props, tokens);
  if (!image) return;
  context.drawImage(image, LEFT, 0, right, bottom);
  const [low, high] = [bounds[0]!, bounds[bounds.length - 1]!];
  // rows are equally high even where bounds are not equally far apart
  const place = (value: number): number => {
    let row = 0;
    while (row < bounds.length - 2 && value >= bounds[row + 1]!) row++;
    const share = (value - bounds[row]!) / (bounds[row + 1]! - bounds[row]!);
    return bottom * (1 - (row + Math.max(0, Math.min(1, share))) / (bounds.length - 1));
  };
  context.font = `11px ${typeface()}`;
  context.fillStyle = tokens.muted;
  context.textAlign = 'right';
  const values = ticks(low, high, 6);
  distinctLabels(values, bound).forEach((label, at) =>
    context.fillText(label, LEFT - 6, Math.max(10, Math.min(bottom - 2, place(values[at]!) + 4))));
  context.textAlign = 'left';
  const every = Math.max(1, Math.ceil(times.length / Math.max(1, Math.floor(right / 90))));
  const marked = times.filter((_, at) => at % every === 0);
  timeLabels(marked).forEach((label, at) =>
    context.fillText(label, LEFT + (at * every * right) / times.length, height - 5));
  if (line) drawLine(context, line, times.length, right, place, tokens);
}

function drawLine(context: CanvasRenderingContext2D, line: readonly Num[], columns: number, right: number,
  place: (value: number) => number, tokens: Tokens): void {
  for (const [width, colour] of [[4, tokens.panel], [1.75, tokens.text]] as const) {
    context.beginPath();
    context.lineWidth = width;
    context.strokeStyle = colour;
    let pen = false;
    line.forEach((value, at) => {
      const x = LEFT + ((at + 0.5) * right) / columns;
      if (value === null) {
        pen = false;
      } else if (pen) {
        context.lineTo(x, place(value));
      } else {
        context.moveTo(x, place(value));
        pen = true;
      }
    });
    context.stroke();
  }
}
