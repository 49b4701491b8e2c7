import { useId, useRef } from 'preact/hooks';
import { go } from '../app/router';
import type { Behind } from '../figures/behind';
import { ChartFrame, type ChartCell } from './ChartFrame';
import { Hatch } from './Hatch';
import type { Format, Num } from './scale';
import { distinctLabels, floating, ticks } from './scale';
import { useWidth } from './size';
import { dollars, figure } from './text';
import type { Tone } from './theme';

export interface WaterfallStep {
  label: string;
  /** What is added; of a total, the level. */
  value: Num;
  total?: boolean;
  tone?: Tone;
  hatch?: boolean;
  /** What the step is made of: a click on it leads there, and a link in the table. */
  behind?: Behind;
}

export interface WaterfallProps {
  title: string;
  definition?: string;
  steps: readonly WaterfallStep[];
  format?: Format;
  digits?: number;
  height?: number;
}

const LEFT = 62;
const TOP = 20;
const BOTTOM = 22;

/** Steps from one total to another; every bar begins where the one before it ended. */
export function Waterfall(props: WaterfallProps) {
  const { title, definition, steps, format = dollars, digits = 1, height = 260 } = props;
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const label = `${title}: ${steps.filter((step) => step.total)
    .map((step) => `${step.label} ${figure(step.value, format, digits)}`).join(', then ')}`;
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: ['Step', 'Change', 'Level'],
      rows: floating(steps).map(({ to }, at) => [named(steps[at]!, title),
        steps[at]!.total ? '' : figure(steps[at]!.value, format, digits + 1), format(to, digits + 1)]),
    })}>
      <div ref={root} class="chart-canvas" role="img" aria-label={label} style={{ height: `${height}px` }}>
        {width > 0 && <Bars {...props} width={width} height={height} format={format} digits={digits} />}
      </div>
    </ChartFrame>
  );
}

function named({ label, behind }: WaterfallStep, name: string): ChartCell {
  return behind ? { text: label, name, behind } : label;
}

function open(behind: Behind | undefined): void {
  if (behind && 'href' in behind) go(behind.href);
}

function Bars({ steps, format, digits, width, height }: WaterfallProps & { format: Format; digits: number;
  width: number; height: number }) {
  const id = useId();
  const levels = floating(steps);
  const low = Math.min(0, ...levels.map((level) => Math.min(level.from, level.to)));
  const high = Math.max(0, ...levels.map((level) => Math.max(level.from, level.to)));
  const y = (value: number): number =>
    TOP + (high === low ? 0 : (high - value) / (high - low)) * (height - TOP - BOTTOM);
  const step = (width - LEFT) / Math.max(1, steps.length);
  const lines = ticks(low, high, 4);
  const texts = distinctLabels(lines, format);
  const every = Math.max(1, Math.ceil(54 / step));
  return (
    <svg width={width} height={height} aria-hidden="true">
      <Hatch id={id} tone="short" />
      <Hatch id={`${id}c`} tone="crit" />
      {lines.map((value, at) => (
        <g key={value}>
          <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} class="chart-grid" />
          <text x={LEFT - 6} y={y(value) + 4} text-anchor="end" class="chart-label">{texts[at]}</text>
        </g>
      ))}
      {steps.map((one, at) => {
        const { from, to } = levels[at]!;
        const x = LEFT + at * step + step * 0.14;
        const tone = one.tone ?? (one.total ? 'muted' : (one.value ?? 0) < 0 ? 'short' : 'long');
        const hatched = one.hatch ?? (!one.total && tone === 'short');
        const most = Math.max(from, to);
        return (
          <g key={at} class={one.behind && 'chart-open'} onClick={() => open(one.behind)}>
            <rect x={x} y={y(most)} width={step * 0.72} height={Math.max(1, Math.abs(y(from) - y(to)))}
              class={hatched ? undefined : `chart-fill-${tone}`}
              fill={hatched ? `url(#${tone === 'crit' ? `${id}c` : id})` : undefined}>
              <title>{`${one.label}: ${figure(one.value, format, digits + 1)}`}</title>
            </rect>
            {at + 1 < steps.length && <line x1={x} x2={x + step * 1.14} y1={y(to)} y2={y(to)}
              class="chart-line-muted" stroke-dasharray="2 3" />}
            {step > 44 && <text x={x + step * 0.36} y={y(most) - 5} text-anchor="middle" class="chart-label">
              {figure(one.value, format, digits)}</text>}
            {at % every === 0 && <text x={x + step * 0.36} y={height - 6} text-anchor="middle" class="chart-label">
              {one.label}</text>}
          </g>
        );
      })}
    </svg>
  );
}
