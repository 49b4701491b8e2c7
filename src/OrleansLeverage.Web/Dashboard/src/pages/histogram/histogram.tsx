import { useQuery } from '../../app/router';
import { rangeOf } from '../../app/range';
import { chartText, Heatmap, MirroredHistogram, Toggle } from '../../charts';
import { useResource, useSystem } from '../../data/resource';
import { useChannel } from '../../data/store';
import type { HistogramsView, HistogramView, HistoryView } from '../../data/types';
import { accounts, ANY_LEVERAGE } from '../../figures/behind';
import { Figure } from '../../figures/figure';
import { count, share, times, usd } from '../../format/numbers';
import { route } from '../../app/router';
import { Empty } from '../../states/notices';
import { Panel } from '../../states/panel';
import { RangePicker } from '../parts/rangePicker';
import { above, folded, part, usedBuckets, type Weight } from './buckets';

const WEIGHTS: [Weight, string][] = [
  ['accounts', 'Accounts'],
  ['notional', 'Notional'],
];

interface Pair {
  long: HistogramView;
  short: HistogramView;
}

/** Where is the tail? */
export function Histogram() {
  const system = useSystem();
  const pushed = useChannel<HistogramsView>('histogram');
  const [by, setBy] = useQuery('by', 'accounts');
  const weight: Weight = by === 'notional' ? 'notional' : 'accounts';
  return (
    <div class="grid">
      <Panel
        title="Accounts by leverage"
        class="w8 one"
        of={system}
        skeleton={10}
        question="Mass by account or by notional; long up, short down"
        actions={<Toggle label="Weighted by" value={weight} options={WEIGHTS} onChange={setBy} />}
      >
        {(figures) => <Bars pair={pushed ?? pairOf(figures)} weight={weight} />}
      </Panel>
      <Panel title="Percentiles and tail" class="w4" of={system} skeleton={8}>
        {(figures) => <Tail pair={pushed ?? pairOf(figures)} asOf={figures.asOf} />}
      </Panel>
      <Strip />
    </div>
  );
}

const pairOf = ({
  longHistogram,
  shortHistogram,
}: {
  longHistogram: HistogramView;
  shortHistogram: HistogramView;
}) => ({ long: longHistogram, short: shortHistogram });

function Bars({ pair: { long, short }, weight }: { pair: Pair; weight: Weight }) {
  const size = usedBuckets(long, short);
  return (
    <MirroredHistogram
      title="Accounts by leverage"
      definition="Buckets of gross notional / equity; the last is open above"
      lower={long.lowerBounds.slice(0, size)}
      long={folded(long[weight], size)}
      short={folded(short[weight], size)}
      format={weight === 'accounts' ? chartText.short : chartText.dollars}
      digits={1}
      height={340}
      percentiles={(['p50', 'p90', 'p99'] as const).map((key) => ({
        label: key,
        long: long[key],
        short: short[key],
      }))}
      behind={(bucket, side) => {
        const [from, to] = [long.lowerBounds[bucket], bucket + 1 < size ? long.lowerBounds[bucket + 1] : null];
        return accounts({ side, minLeverage: from, maxLeverage: to ?? ANY_LEVERAGE, sort: 'leverage' },
          `${side} accounts from ${from}x${to === null ? '' : ` to ${to}x`}`);
      }}
    />
  );
}

const TAILS = [10, 20, 50];

function Tail({
  pair: { long, short },
  asOf,
}: {
  pair: Pair;
  asOf: { frame: string; timestamp: number; datetime: string };
}) {
  const from = (side: 'long' | 'short', least: number | null) =>
    accounts({ side, minLeverage: least, maxLeverage: ANY_LEVERAGE, sort: 'leverage' },
      `${side} accounts at ${times(least)} and more`);
  const figure = (of: string, value: number | null, side: 'long' | 'short') => (
    <Figure of={of} value={value} show={times} asOf={asOf} behind={from(side, value)} />
  );
  const tail = (least: number, weight: Weight) => ([['long', long], ['short', short]] as const).map(([side, of]) => (
    <td key={side} title={weight === 'notional' ? share(part(of, least)) : undefined}>
      <Figure of={weight === 'notional' ? `${side}Notional` : 'sideAccounts'} value={above(of, weight, least)}
        show={weight === 'notional' ? usd : count} asOf={asOf} behind={from(side, least)} />
    </td>
  ));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Percentiles and tail, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Leverage</th>
            <th scope="col" class="long">
              Long
            </th>
            <th scope="col" class="short">
              Short
            </th>
          </tr>
        </thead>
        <tbody>
          {(['p50', 'p90', 'p99'] as const).map((key) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{figure(key, long[key], 'long')}</td>
              <td>{figure(key, short[key], 'short')}</td>
            </tr>
          ))}
          {TAILS.map((least) => (
            <tr key={least}>
              <th scope="row">accounts at {least}x and more</th>
              {tail(least, 'accounts')}
            </tr>
          ))}
          {TAILS.map((least) => (
            <tr key={`n${least}`}>
              <th scope="row">notional at {least}x and more</th>
              {tail(least, 'notional')}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}


/** The histogram over time: a column a moment, a row a bucket. */
function Strip() {
  const { spanMs, endMs } = rangeOf(route.value.query);
  const system = useSystem();
  const newest = system.value?.asOf.timestamp ?? null;
  const from = (endMs ?? Math.ceil((newest ?? 0) / 60_000) * 60_000) - spanMs;
  const history = useResource<HistoryView>(
    newest === null
      ? null
      : `history?metrics=longHistogram,shortHistogram&points=240&from=${from}${endMs === null ? '' : `&to=${endMs}`}`,
    { everyMs: 5_000, keep: true },
  );
  return (
    <Panel
      title="The histogram over time"
      class="w12"
      of={history}
      skeleton={6}
      actions={<RangePicker />}
      isEmpty={(value) => value.times.length < 2}
      empty={{
        why: 'The course of the histogram is kept from when the server starts; it has two moments at the least.',
      }}
    >
      {(value) => {
        const long = (value.longHistogram ?? []) as (number[] | null)[];
        const short = (value.shortHistogram ?? []) as (number[] | null)[];
        const bounds = system.value?.longHistogram.lowerBounds ?? [];
        const size = system.value
          ? usedBuckets(system.value.longHistogram, system.value.shortHistogram)
          : bounds.length;
        const columns = (side: (number[] | null)[], sign: 1 | -1) =>
          side.map((column) =>
            column === null ? Array<null>(size).fill(null) : folded(column, size).map((n) => sign * n),
          );
        const edges = [...bounds.slice(0, size), bounds[size] ?? bounds[size - 1] * 1.25];
        if (bounds.length === 0) return <Empty why="The bounds of the buckets are not known yet." />;
        return (
          <div class="pair">
            <Heatmap
              title="Long accounts"
              times={value.times}
              bounds={edges.map((_, at) => at)}
              height={170}
              values={columns(long, 1)}
              bound={(at) => bucketText(edges, at)}
              digits={0}
            />
            <Heatmap
              title="Short accounts"
              times={value.times}
              bounds={edges.map((_, at) => at)}
              height={170}
              values={columns(short, -1)}
              bound={(at) => bucketText(edges, at)}
              digits={0}
            />
          </div>
        );
      }}
    </Panel>
  );
}

/** Rows are of one height; their bounds are those of the buckets. */
const bucketText = (edges: number[], at: number): string => {
  const bound = edges[Math.max(0, Math.min(edges.length - 1, Math.round(at)))];
  return `${Number(bound.toFixed(2))}x`;
};
