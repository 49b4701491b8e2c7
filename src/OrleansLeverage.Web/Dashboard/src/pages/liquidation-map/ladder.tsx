import { useRef } from 'preact/hooks';
import { go } from '../../app/router';
import type { Behind } from '../../figures/behind';
import { useWidth } from '../../charts/size';
import { distinctLabels, ticks } from '../../charts/scale';
import { dollars } from '../../charts/text';
import type { LiquidationMap, MapBucket } from '../../data/types';
import { cumulated } from './prices';
import { axisPrice, count, price, usd } from '../../format/numbers';

const HEIGHT = 380;
const LEFT = 62;
const RIGHT = 62;
const TOP = 26;
const BOTTOM = 40;
/** Room that the words over two marks need between them. */
const LABEL = 118;

/** Strength of a band's colour, the least levered first: the more levered, the stronger. */
export const strength = (band: number, bands: number): number => 0.3 + (0.7 * band) / Math.max(1, bands - 1);

/**
 * Bars by price, split by the leverage of their accounts; the lines are what a move that far liquidates in all, on the
 * scale at the right.
 */
export function Ladder({ map, reach, behind }: { map: LiquidationMap; reach: number;
  behind: (bucket: MapBucket) => Behind }) {
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const shown = map.buckets.filter((bucket) => Math.abs(bucket.toPct) <= reach);
  const [down, up] = (['long', 'short'] as const).map((side) =>
    shown.filter((bucket) => bucket.side === side).reduce((sum, bucket) => sum + bucket.notional, 0),
  );
  const label =
    `${map.asset} at ${price(map.price)}: a fall of ${reach}% liquidates ${usd(down)} of longs, a rise of ` +
    `${reach}% ${usd(up)} of shorts`;
  return (
    <>
      <Legend bands={map.bands} />
      <div ref={root} class="chart-canvas ladder" role="img" aria-label={label}>
        {width > 0 ? <Bars map={map} buckets={shown} width={width} reach={reach} behind={behind} /> : null}
      </div>
    </>
  );
}

function Legend({ bands }: { bands: number[] }) {
  return (
    <p class="legend" aria-label="Leverage bands">
      <span>Leverage of the account:</span>
      {bands.map((from, at) => (
        <span key={from} class="key">
          <svg width="22" height="10" aria-hidden="true">
            <rect width="11" height="10" class="chart-fill-long" fill-opacity={strength(at, bands.length)} />
            <rect x="11" width="11" height="10" class="chart-fill-short" fill-opacity={strength(at, bands.length)} />
          </svg>
          {at + 1 < bands.length ? `${from} to ${bands[at + 1]}x` : `${from}x and more`}
        </span>
      ))}
      <span class="key">
        <svg width="22" height="10" aria-hidden="true">
          <line x2="22" y1="5" y2="5" class="cumulative" />
        </svg>
        in all, out to there (right scale)
      </span>
    </p>
  );
}

interface Frame {
  map: LiquidationMap;
  buckets: MapBucket[];
  width: number;
  reach: number;
  /** Whom a click on a bucket shows; the table has the same as links. */
  behind: (bucket: MapBucket) => Behind;
}

function Bars({ map, buckets, width, reach, behind }: Frame) {
  const inner = Math.max(1, width - LEFT - RIGHT);
  const x = (pct: number) => LEFT + ((pct + reach) / (2 * reach)) * inner;
  const high = Math.max(...buckets.map((bucket) => bucket.notional), 0);
  const sums = cumulated(buckets);
  const most = Math.max(...sums, 0);
  const y = (value: number, top: number) => HEIGHT - BOTTOM - (top > 0 ? value / top : 0) * (HEIGHT - TOP - BOTTOM);
  const step = inner / (2 * reach);
  return (
    <svg width={width} height={HEIGHT} aria-hidden="true">
      <Axes {...{ width, high, most, y, x, reach, map }} />
      {buckets.map((bucket) => {
        let from = 0;
        const left = x(Math.min(bucket.fromPct, bucket.toPct)) + step * 0.1;
        return (
          <g key={bucket.toPct}>
            {bucket.byBand.map((notional, band) => {
              if (notional <= 0) return null;
              const top = y(from + notional, high);
              const bar = (
                <rect
                  key={band}
                  x={left}
                  width={Math.max(1, step * 0.8)}
                  y={top}
                  height={y(from, high) - top}
                  class={`chart-fill-${bucket.side}`}
                  fill-opacity={strength(band, map.bands.length)}
                />
              );
              from += notional;
              return bar;
            })}
            <rect
              x={x(Math.min(bucket.fromPct, bucket.toPct))}
              width={step}
              y={TOP}
              height={HEIGHT - TOP - BOTTOM}
              fill="transparent"
              class={bucket.notional > 0 ? 'chart-open' : undefined}
              onClick={() => {
                const to = behind(bucket);
                if (bucket.notional > 0 && 'href' in to) go(to.href);
              }}
            >
              <title>
                {`${price(bucket.priceFrom)} to ${price(bucket.priceTo)} (${bucket.toPct}%): ${usd(bucket.notional)} ` +
                  `of ${bucket.side}s, ${count(bucket.accounts)} accounts`}
              </title>
            </rect>
          </g>
        );
      })}
      {(['long', 'short'] as const).map((side) => (
        <polyline
          key={side}
          class={`cumulative ${side}`}
          points={buckets
            .map((bucket, at) => ({ bucket, sum: sums[at] }))
            .filter(({ bucket }) => bucket.side === side)
            .sort((a, b) => a.bucket.toPct - b.bucket.toPct)
            .map(({ bucket, sum }) => `${x(bucket.toPct).toFixed(1)},${y(sum, most).toFixed(1)}`)
            .join(' ')}
        />
      ))}
      <Marks {...{ map, reach, x }} />
    </svg>
  );
}

function Axes({
  width,
  high,
  most,
  y,
  x,
  reach,
  map,
}: {
  width: number;
  high: number;
  most: number;
  reach: number;
  y: (value: number, top: number) => number;
  x: (pct: number) => number;
  map: LiquidationMap;
}) {
  const left = ticks(0, high, 4);
  const right = ticks(0, most, 4);
  const leftTexts = distinctLabels(left, dollars);
  const rightTexts = distinctLabels(right, dollars);
  const every = width < 600 ? reach / 2 : reach / 5;
  const marks = Array.from({ length: Math.round((2 * reach) / every) + 1 }, (_, at) => -reach + at * every);
  const labels =
    map.price === null
      ? null
      : distinctLabels(
          marks.map((pct) => map.price! * (1 + pct / 100)),
          axisPrice,
        );
  return (
    <>
      {left.map((value, at) => (
        <g key={value}>
          <line x1={LEFT} x2={width - RIGHT} y1={y(value, high)} y2={y(value, high)} class="chart-grid" />
          <text x={LEFT - 6} y={y(value, high) + 4} text-anchor="end" class="chart-label">
            {leftTexts[at]}
          </text>
        </g>
      ))}
      {right.map((value, at) => (
        <text key={value} x={width - RIGHT + 6} y={y(value, most) + 4} class="chart-label">
          {rightTexts[at]}
        </text>
      ))}
      {marks.map((pct, at) => (
        <g key={pct} text-anchor="middle">
          <text x={x(pct)} y={HEIGHT - 22} class="chart-label strong">
            {labels === null ? '' : labels[at]}
          </text>
          <text x={x(pct)} y={HEIGHT - 7} class="chart-label">
            {pct > 0 ? `+${pct}%` : `${String(pct).replace('-', '\u2212')}%`}
          </text>
        </g>
      ))}
      <line x1={LEFT} x2={width - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} class="chart-axis" />
    </>
  );
}

/** The price, and the bucket of either side at which the most is liquidated. */
function Marks({ map, reach, x }: { map: LiquidationMap; reach: number; x: (pct: number) => number }) {
  const pain = (['long', 'short'] as const).flatMap((side) => {
    const point = map.maxPain[side];
    if (!point || point.price === null || map.price === null) return [];
    const pct = (point.price / map.price - 1) * 100;
    return Math.abs(pct) > reach ? [] : [{ side, pct, point }];
  });
  return (
    <>
      <line x1={x(0)} x2={x(0)} y1={TOP - 8} y2={HEIGHT - BOTTOM} class="now" />
      <text x={x(0)} y={TOP - 12} text-anchor="middle" class="chart-label strong">
        {price(map.price)} now
      </text>
      {pain.map(({ side, pct, point }) => (
        <g key={side}>
          <path d={`M${x(pct)} ${TOP + 2}l-5 -8h10z`} class={`chart-fill-${side}`} />
          <text x={x(pct)} y={TOP - 12} text-anchor="middle" class={`chart-label ${side}`}>
            {Math.abs(x(pct) - x(0)) < LABEL ? '' : `max pain ${usd(point.notional)}`}
          </text>
        </g>
      ))}
    </>
  );
}
