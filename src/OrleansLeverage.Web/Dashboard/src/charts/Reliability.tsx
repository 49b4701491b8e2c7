import { useRef, useState } from 'preact/hooks';
import { ChartFrame, Toggle } from './ChartFrame';
import { ticks } from './scale';
import { useWidth } from './size';
import { percent, signedPercent } from './text';

export interface ReliabilityPoint {
  /** What was forecast, and what it came to with the ends of its interval, 0 to 1. */
  predicted: number;
  realised: number;
  low: number;
  high: number;
  reliable: boolean;
}

export interface ReliabilityProps {
  title: string;
  definition?: string;
  points: readonly ReliabilityPoint[];
  height?: number;
}

/** The diagonal as it is known; the distance from it, which shows what the diagonal hides. */
type Shown = 'difference' | 'diagonal';

const LEFT = 52;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Predicted probability against realised frequency with its interval; what is forecast right lies on the diagonal. */
export function Reliability({ title, definition, points, height = 280 }: ReliabilityProps) {
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const [shown, setShown] = useState<Shown>('difference');
  const off = points.filter((point) => !point.reliable);
  const label = `${title}: ${points.length - off.length} of ${points.length} probabilities are within their interval`
    + (off.length > 0 ? `; not ${off.map((point) => percent(point.predicted, 1)).join(', ')}` : '');
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: ['Predicted', 'Realised', 'From', 'To', 'Within'],
      rows: points.map((point) => [percent(point.predicted, 1), percent(point.realised, 2), percent(point.low, 2),
        percent(point.high, 2), point.reliable ? 'yes' : 'no']),
    })} tools={<span class="chart-legend">
      <span class="chart-key"><svg width="14" height="14" aria-hidden="true" class="chart-sample">
        <path d="M7 2v10" class="chart-line-text" />
        <circle cx="7" cy="7" r="3" class="chart-fill-ok" /></svg>within</span>
      <span class="chart-key"><svg width="14" height="14" aria-hidden="true" class="chart-sample">
        <path d="M7 2v10" class="chart-line-text" />
        <path d="M3 10l4-7 4 7z" class="chart-fill-crit" /></svg>outside</span>
      <Toggle label="Drawn as" value={shown} onChange={setShown}
        options={[['difference', 'Difference'], ['diagonal', 'Diagonal']]} />
    </span>}>
      <div ref={root} class="chart-canvas" role="img" aria-label={label} style={{ height: `${height}px` }}>
        {width > 0 && <Plot points={points} width={width} height={height} shown={shown} />}
      </div>
    </ChartFrame>
  );
}

function Plot({ points, width, height, shown }: { points: readonly ReliabilityPoint[]; width: number; height: number;
  shown: Shown }) {
  const from = (point: ReliabilityPoint): number => (shown === 'difference' ? point.predicted : 0);
  const most = Math.max(0.005, ...points.flatMap((point) =>
    [Math.abs(point.low - point.predicted), Math.abs(point.high - point.predicted)])) * 1.1;
  const [low, high] = shown === 'difference' ? [-most, most] : [0, 1];
  const x = (share: number): number => LEFT + share * (width - LEFT - RIGHT);
  const y = (share: number): number => TOP + ((high - share) / (high - low)) * (height - TOP - BOTTOM);
  const lines = shown === 'difference' ? ticks(low, high, 5) : TICKS;
  const ends = (end: 'low' | 'high') => points.map((point) => `${x(point.predicted)},${y(point[end] - from(point))}`);
  return (
    <svg width={width} height={height} aria-hidden="true">
      {lines.map((share) => (
        <g key={share}>
          <line x1={LEFT} x2={width - RIGHT} y1={y(share)} y2={y(share)} class="chart-grid" />
          <text x={LEFT - 6} y={y(share) + 4} text-anchor="end" class="chart-label">
            {shown === 'difference' ? signedPercent(share, 1) : percent(share, 0)}</text>
        </g>
      ))}
      {TICKS.map((share) => (
        <text key={share} x={x(share)} y={height - BOTTOM + 14} text-anchor={share === 1 ? 'end' : 'middle'}
          class="chart-label">{percent(share, 0)}</text>
      ))}
      <text x={(LEFT + width - RIGHT) / 2} y={height - 4} text-anchor="middle" class="chart-label">
        {`predicted; upwards ${shown === 'difference' ? 'realised less predicted' : 'realised'}`}</text>
      <polygon points={[...ends('low'), ...ends('high').reverse()].join(' ')} class="chart-fill-muted chart-faint" />
      <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(shown === 'difference' ? 0 : 1)} class="chart-line-muted"
        stroke-dasharray="3 3" />
      {points.map((point) => {
        const [at, middle] = [x(point.predicted), y(point.realised - from(point))];
        return (
          <g key={point.predicted}>
            <title>{`predicted ${percent(point.predicted, 1)}, realised ${percent(point.realised, 2)} (${
              percent(point.low, 2)} to ${percent(point.high, 2)})`}</title>
            <line x1={at} x2={at} y1={y(point.low - from(point))} y2={y(point.high - from(point))}
              class="chart-line-text" />
            {point.reliable ? <circle cx={at} cy={middle} r="3.5" class="chart-fill-ok" />
              : <path d={`M${at - 5} ${middle + 4}l5 -9 5 9z`} class="chart-fill-crit" />}
          </g>
        );
      })}
    </svg>
  );
}
