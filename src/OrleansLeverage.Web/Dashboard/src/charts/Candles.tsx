import type { IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ChartFrame } from './ChartFrame';
import type { Format, Num } from './scale';
import { direction, distinctLabels } from './scale';
import { moment, plain } from './text';
import type { Tone } from './theme';
import { onThemeChange, themeTokens, typeface } from './theme';

/** Unix milliseconds, then open, high, low and close. */
export type Candle = readonly [number, number, number, number, number];

export interface CandlesProps {
  title: string;
  definition?: string;
  candles: readonly Candle[];
  /** Lines over the candles. */
  lines?: readonly { label: string; tone: Tone; times: readonly number[]; values: readonly Num[] }[];
  format?: Format;
  digits?: number;
  height?: number;
}

interface Drawn {
  chart: IChartApi;
  candles: ISeriesApi<'Candlestick'>;
  lines: ISeriesApi<'Line'>[];
}

/** Candles by lightweight-charts, which is loaded when the first is shown. A rise is hollow, a fall is filled. */
export function Candles(props: CandlesProps) {
  const { title, definition, candles, lines = [], format = plain, digits = 2, height = 280 } = props;
  const root = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [ready, setReady] = useState(false);

  useEffect(() => {
    let gone = false;
    let stop = (): void => {};
    import('lightweight-charts').then((library) => {
      if (gone || !root.current) return;
      // its own logo brings a style element, which the page's policy forbids: the link stands below instead
      const chart = library.createChart(root.current, {
        autoSize: true,
        layout: { attributionLogo: false, fontSize: 11, fontFamily: typeface() },
        localization: {
          priceFormatter: (value: number) => format(value, digits),
          tickmarksPriceFormatter: (values: number[]) => distinctLabels(values, format),
        },
        timeScale: { timeVisible: true, secondsVisible: false, maxBarSpacing: 18 },
        kineticScroll: { mouse: false, touch: false },
        handleScroll: { mouseWheel: false },
        handleScale: { mouseWheel: false },
      });
      const paint = (): void => recolour(drawn.current, lines);
      drawn.current = {
        chart,
        candles: chart.addSeries(library.CandlestickSeries),
        lines: lines.map(() => chart.addSeries(library.LineSeries,
          { lineWidth: 2, priceLineVisible: false, lastValueVisible: false })),
      };
      paint();
      stop = onThemeChange(paint);
      setReady(true);
    }).catch((error: unknown) => setFailed(String(error)));
    return () => {
      gone = true;
      stop();
      drawn.current?.chart.remove();
      drawn.current = null;
    };
  }, [lines.map((line) => line.label + line.tone).join()]);

  useEffect(() => {
    if (!ready || !drawn.current) return;
    drawn.current.candles.setData(candles.map(([at, open, high, low, close]) =>
      ({ time: seconds(at), open, high, low, close })));
    drawn.current.lines.forEach((line, index) => line.setData(points(lines[index]!)));
    drawn.current.chart.timeScale().fitContent();
  }, [ready, candles, lines]);

  const closes = candles.map((candle) => candle[4]);
  const last = closes.length > 0 ? `close ${format(closes[closes.length - 1]!, digits)}, ${direction(closes)}`
    : 'nothing was measured yet';
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: ['Time', 'Open', 'High', 'Low', 'Close'],
      rows: candles.map(([at, ...prices]) => [moment(at), ...prices.map((price) => format(price, digits))]).reverse(),
    })} tools={<span class="chart-legend">
      <span class="chart-key">hollow: up, filled: down</span>
      {lines.map((line) => <span key={line.label} class="chart-key">
        <svg width="22" height="10" aria-hidden="true">
          <line x1="0" x2="22" y1="5" y2="5" class={`chart-line-${line.tone}`} />
        </svg>{line.label}</span>)}
    </span>}>
      {failed ? <p class="chart-empty" role="alert">{`The chart could not be loaded: ${failed}`}</p>
        : <div ref={root} class="chart-canvas" role="img" aria-label={`${title}: ${last}`}
            style={{ height: `${height}px` }} />}
      <p class="chart-note">
        Candles by <a href="https://www.tradingview.com/" rel="noreferrer">TradingView Lightweight Charts</a>{' '}
        (<a href="./notices.txt">notices</a>)
      </p>
    </ChartFrame>
  );
}

const seconds = (at: number): UTCTimestamp => Math.floor(at / 1000) as UTCTimestamp;

function points({ times, values }: { times: readonly number[]; values: readonly Num[] }) {
  return times.map((at, index) => {
    const value = values[index] ?? null;
    return value === null ? { time: seconds(at) } : { time: seconds(at), value };
  });
}

function recolour(drawn: Drawn | null, lines: readonly { tone: Tone }[]): void {
  if (!drawn) return;
  const tokens = themeTokens();
  drawn.chart.applyOptions({
    layout: { background: { color: 'transparent' }, textColor: tokens.muted },
    grid: { vertLines: { color: tokens.grid }, horzLines: { color: tokens.grid } },
    rightPriceScale: { borderColor: tokens.grid },
    timeScale: { borderColor: tokens.grid },
  });
  drawn.candles.applyOptions({
    upColor: tokens.panel, borderUpColor: tokens.long, wickUpColor: tokens.long,
    downColor: tokens.short, borderDownColor: tokens.short, wickDownColor: tokens.short,
  });
  drawn.lines.forEach((line, index) => line.applyOptions({ color: tokens[lines[index]!.tone] }));
}
