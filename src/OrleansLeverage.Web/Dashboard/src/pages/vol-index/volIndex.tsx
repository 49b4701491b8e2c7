import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { Candles, Columns, TimeSeries, type Candle } from '../../charts';
import { plain } from '../../charts/text';
import { useResource } from '../../data/resource';
import type { Listed } from '../../data/types';
import { fixed, known, share, UNKNOWN } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { NotMeasured, Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, Facts } from '../parts/fields';

interface Index {
  index: string;
  /** Volatility points: 52.3 is 52.3 % a year; null while the strips are not complete. */
  points: number | null;
  complete: boolean;
  reason: string | null;
  /** Of the points among those kept, 0 to 1. */
  percentile: number | null;
  realised30d: number | null;
  regime: string | null;
  candles: Candle[];
  terms: { expiry: string; days: number; vol: number | null }[];
  history: { times: number[]; implied: (number | null)[]; realised: (number | null)[] } | null;
}

type Indices = Listed<Index> & { reason?: string | null };

const points = (value: number | null): string => (known(value) === null ? UNKNOWN : fixed(value!, 1));

/** Which regime is it? Implied volatility over thirty days, beside what was realised. */
export function VolIndex({ query }: PageProps) {
  const answer = useResource<Indices>('vol-index', { everyMs: 5_000 });
  return (
    <Panel title="Volatility index" question="Thirty days, model free, from the strips of two expiries." of={answer}
      what="the volatility indices" class="w12">
      {(value) => (value.items.length === 0
        ? <NotMeasured why={value.reason ?? 'There are no options to make an index of.'} />
        : <One items={value.items} chosen={query.get('index')} />)}
    </Panel>
  );
}

function One({ items, chosen }: { items: Index[]; chosen: string | null }) {
  const [, choose] = useQuery('index', items[0].index);
  const index = items.find((one) => one.index === chosen) ?? items[0];
  const premium = index.points === null || index.realised30d === null ? null : index.points - index.realised30d;
  return (
    <>
      <div class="fields inline">
        <Choice label="Index" value={index.index} onChange={choose}
          options={items.map((one) => [one.index, one.index] as const)} />
        {index.regime && <StateBadge state={index.regime} tone={toneOf(index.regime)} />}
      </div>
      {!index.complete && <Notice tone="stale" title="The index is not published">
        {index.reason ?? 'A strip lacks strikes.'}</Notice>}
      <Facts rows={[
        ['Index', points(index.points), 'Points: percent a year'],
        ['Percentile', share(index.percentile, 0), 'Of the points among those that are kept'],
        ['Realised, 30 d', points(index.realised30d), 'Standard deviation of log returns, annualised'],
        ['Implied less realised', premium === null ? UNKNOWN
          : `${premium > 0 ? '+' : ''}${plain(premium, 1)}`, 'What option sellers are paid over what happened'],
        ['Regime', index.regime?.replaceAll('_', ' ').toLowerCase() ?? UNKNOWN],
      ]} />
      {index.candles.length > 0
        ? <Candles title={`${index.index} index`} candles={index.candles} digits={1} />
        : <p class="note">No candle has been completed yet.</p>}
      <div class="pair">
        {index.history
          ? <TimeSeries title="Implied and realised" times={index.history.times} digits={1} syncKey="vol" series={[
              { label: 'implied', values: index.history.implied, tone: 'text' },
              { label: 'realised', values: index.history.realised, tone: 'stale', dash: 1 },
            ]} />
          : <NotMeasured why="No history is kept yet." />}
        <Columns title="Term structure" labels={index.terms.map((term) => `${term.days} d`)} height={200}
          definition="Model-free volatility of each expiry, in points." format={plain} digits={1}
          series={[{ label: 'volatility', values: index.terms.map((term) => term.vol), tone: 'long' }]} />
      </div>
    </>
  );
}

function toneOf(regime: string): 'ok' | 'warn' | 'crit' | 'muted' {
  const word = regime.toUpperCase();
  if (/CRISIS|EXTREME|STRESS|PANIC/.test(word)) return 'crit';
  if (/HIGH|ELEVATED|TURBULENT/.test(word)) return 'warn';
  return /CALM|LOW|NORMAL/.test(word) ? 'ok' : 'muted';
}
