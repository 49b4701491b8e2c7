import { useRef } from 'preact/hooks';
import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { Candles, Columns, TimeSeries } from '../../charts';
import { plain } from '../../charts/text';
import { useResource, type Loaded } from '../../data/resource';
import type { AsOf, Listed } from '../../data/types';
import { Figure } from '../../figures/figure';
import { fixed, known, share, UNKNOWN, type Figure as Value } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { NotMeasured } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, Facts } from '../parts/fields';
import { volatilitiesOf, type ServedVolatility } from './served';
import { points100, seenMore, type Point, type Volatilities, type Volatility } from './types';

const KEPT = 720;

const points = (value: Value): string =>
  (known(value) === null ? UNKNOWN : fixed(known(value)!, 1).replace('-', '\u2212'));

/** Which regime is it? What was realised, and what is implied where options say so. */
export function VolIndex({ query }: PageProps) {
  const served = useResource<Listed<ServedVolatility>>('vol-index', { everyMs: 5_000 });
  const answer: Loaded<Volatilities> = { ...served, value: served.value && volatilitiesOf(served.value) };
  const seen = useRef<Point[]>([]);
  if (answer.value) seen.current = seenMore(seen.current, answer.value, KEPT);
  return (
    <Panel title="Volatility" question="In points: percent a year, ACT/365." of={answer} class="w12"
      what="volatilities" isEmpty={(value) => value.items.length === 0}
      empty={{ why: 'No market is priced yet.', command: 'leverage demo' }}>
      {(value) => <Markets items={value.items} seen={seen.current} chosen={query.get('market')} asOf={value.asOf} />}
    </Panel>
  );
}

function Markets({ items, seen, chosen, asOf }: { items: Volatility[]; seen: Point[]; chosen: string | null;
  asOf: AsOf | null | undefined }) {
  const first = items.find((one) => one.index !== null) ?? items.find((one) => one.realised !== null) ?? items[0];
  const [, choose] = useQuery('market', first.asset);
  const one = items.find((item) => item.asset === chosen) ?? first;
  const realised = points100(one.realised);
  const premium = one.index === null || realised === null ? null : one.index - realised;
  return (
    <>
      <div class="fields inline">
        <Choice label="Market" value={one.asset} onChange={choose}
          options={items.map((item) => [item.asset, item.asset] as const)} />
        {one.regime && <StateBadge state={one.regime} tone={toneOf(one.regime)} />}
      </div>
      <Facts rows={[
        ['Implied index', one.index === null ? 'not measured'
          : <Figure of="impliedIndex" value={one.index} show={points} asOf={asOf} />],
        ['Realised', <Figure of="realisedVolatility" value={realised} show={points} asOf={asOf} />],
        ['Realised, one day', share(one.realisedDaily, 2)],
        ['Implied less realised', premium === null ? UNKNOWN : `${premium > 0 ? '+' : ''}${plain(premium, 1)}`,
          'What option sellers are paid over what happened'],
        ['Percentile', share(one.percentile ?? null, 0), 'Of the index among the values that are kept'],
      ]} />
      {one.index === null && !one.candles?.length
        && <NotMeasured why={one.reason ?? `No index is made for ${one.asset}: it takes options of two expiries around
          thirty days.`} />}
      {one.candles && one.candles.length > 0
        && <Candles title={`${one.asset} implied index`} candles={one.candles} digits={1} />}
      <div class="pair">
        <Course one={one} seen={seen} />
        {one.terms && one.terms.length > 0
          ? <Columns title="Term structure" labels={one.terms.map((term) => `${term.days} d`)} height={200}
              definition="Model-free volatility of each expiry, in points." format={plain} digits={1}
              series={[{ label: 'volatility', values: one.terms.map((term) => term.vol), tone: 'long' }]} />
          : <Realised items={items} />}
      </div>
    </>
  );
}

function Course({ one, seen }: { one: Volatility; seen: Point[] }) {
  const kept = one.history && one.history.times.length > 1 ? one.history : null;
  return (
    <TimeSeries title={kept ? 'Implied and realised' : 'Implied and realised, since this page was opened'} digits={1}
      times={kept?.times ?? seen.map((point) => point.at)} syncKey="vol" series={[
        { label: 'implied', tone: 'text',
          values: kept?.implied ?? seen.map((point) => point.index[one.asset] ?? null) },
        { label: 'realised', values: kept?.realised ?? seen.map((point) => point.realised[one.asset] ?? null),
          tone: 'stale', dash: 1 },
      ]} />
  );
}

function Realised({ items }: { items: Volatility[] }) {
  const known = items.filter((item) => item.realised !== null).sort((a, b) => b.realised! - a.realised!);
  return (
    <Columns title="Realised by market" labels={known.map((item) => item.asset.replace(/-USD$/, ''))} height={200}
      format={plain} digits={1} series={[{ label: 'realised', values: known.map((item) => points100(item.realised)),
        tone: 'stale' }]} />
  );
}

function toneOf(regime: string): 'ok' | 'warn' | 'crit' | 'muted' {
  const word = regime.toUpperCase();
  if (/CRISIS|EXTREME|STRESS|PANIC/.test(word)) return 'crit';
  if (/HIGH|ELEVATED|TURBULENT/.test(word)) return 'warn';
  return /CALM|LOW|NORMAL/.test(word) ? 'ok' : 'muted';
}
