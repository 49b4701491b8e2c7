import type { PageProps } from '../registry';
import { href, useQuery } from '../../app/router';
import { Candles, Columns, TimeSeries, type Candle } from '../../charts';
import { plain } from '../../charts/text';
import { useResource } from '../../data/resource';
import type { AsOf, Volatilities, Volatility } from '../../data/types';
import { noRows, page } from '../../figures/behind';
import { Drill, Figure } from '../../figures/figure';
import { duration, fixed, known, share, UNKNOWN, type Figure as Value } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { NotMeasured, Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, Facts } from '../parts/fields';
import { firstOf } from './types';

const points = (value: Value): string =>
  (known(value) === null ? UNKNOWN : fixed(known(value)!, 1).replace('-', '\u2212'));

const RETURNS = noRows('An estimate over returns, which are not kept one by one; the chart shows its course.');
const MINUTES = noRows('A place among the minutes of the last day; the chart shows them.');

/** Which regime is it? What was realised, and what is implied where an index is published. */
export function VolIndex({ query }: PageProps) {
  const answer = useResource<Volatilities>('vol-index', { everyMs: 5_000 });
  return (
    <Panel title="Volatility" question="In points: percent a year, ACT/365." of={answer} class="w12"
      what="volatilities" isEmpty={(value) => value.items.length === 0}
      empty={{ why: 'No market is priced yet.', command: 'leverage demo' }}>
      {(value) => <Markets items={value.items} chosen={query.get('market')} asOf={value.asOf} />}
    </Panel>
  );
}

function Markets({ items, chosen, asOf }: { items: Volatility[]; chosen: string | null;
  asOf: AsOf | null | undefined }) {
  const first = firstOf(items);
  const [, choose] = useQuery('market', first.index);
  const one = items.find((item) => item.index === chosen) ?? first;
  const { terms } = one;
  const realised = one.realised30d ?? one.realisedEwma;
  const premium = one.points === null || realised === null ? null : one.points - realised;
  return (
    <>
      <div class="fields inline">
        <Choice label="Market" value={one.index} onChange={choose}
          options={items.map((item) => [item.index, item.index] as const)} />
        {one.regime && <StateBadge state={one.regime} tone={toneOf(one.regime)} />}
        {one.regimeReason && <span class="note">{one.regimeReason}</span>}
      </div>
      {one.points !== null && one.complete === false && <Notice tone="stale" title="A strip of the index lacks strikes">
        {one.reason}</Notice>}
      <Facts rows={[
        ['Implied index', <Figure of="impliedIndex" value={one.points} show={points} asOf={asOf} reason={one.reason}
          behind={page('greeks', 'the series it is made of', { underlying: one.index, expiry: 'all' })} />],
        ['Realised', <Figure of="realisedVolatility" value={one.realisedEwma} show={points} asOf={asOf}
          behind={RETURNS} reason="too few returns have been seen" />],
        ['Realised, 30 days', <Figure of="realised30" value={one.realised30d} show={points} asOf={asOf}
          behind={RETURNS} reason="the server keeps less than thirty days" />],
        ['Implied less realised', <Drill behind={RETURNS} name="Implied less realised"
          text={premium === null ? UNKNOWN : `${premium > 0 ? '+' : ''}${plain(premium, 1)}`} />,
          'What option sellers are paid over what happened'],
        ['Percentile', <Figure of="percentile" value={one.percentile} show={(value) => share(value, 0)} asOf={asOf}
          behind={MINUTES} />, 'Of the index among the values of the last day'],
      ]} />
      {one.points === null && <NotMeasured why={one.reason} />}
      {one.candles.length > 0 && <Candles title={`${one.index} implied index${one.candleMs === null ? ''
        : `, ${duration(one.candleMs)} a candle`}`} candles={one.candles as unknown as Candle[]} digits={1} />}
      <div class="pair">
        <TimeSeries title="Implied and realised" digits={1} times={one.history.times} syncKey="vol" series={[
          { label: 'implied', values: one.history.implied, tone: 'text' },
          { label: 'realised', values: one.history.realised, tone: 'stale', dash: 1 },
        ]} />
        {terms.length > 0
          ? <Terms index={one.index} terms={terms} />
          : <Realised items={items} />}
      </div>
    </>
  );
}

/** "chain_incomplete: PutWing" as people write: chain incomplete, put wing. */
export const reasonText = (reason: string | null): string => (reason === null ? UNKNOWN : reason.replaceAll('_', ' ')
  .replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase());

/** Volatility by expiry: the line by days, and every expiry with the series it is made of. */
function Terms({ index, terms }: { index: string; terms: Volatility['terms'] }) {
  return (
    <div>
      <TimeSeries title="Term structure" times={terms.map((term) => term.days)} steps="day" digits={1} height={150}
        definition="Model-free volatility of each expiry, in points, by days until it."
        series={[{ label: 'volatility', values: terms.map((term) => term.vol), tone: 'long' }]} />
      <table data-rows="row" data-why="An expiry leads to its series.">
        <thead><tr><th scope="col">Expiry</th><th scope="col">Days</th><th scope="col">Volatility</th></tr></thead>
        <tbody>{terms.map((term) => (
          <tr key={term.expiry}>
            <th scope="row"><a class="row" href={href('greeks', [], { underlying: index, expiry: term.expiry })}>
              {term.expiry}</a></th>
            <td>{fixed(term.days, 1)}</td>
            <td class={term.vol === null ? 'muted wrap' : undefined}>{term.vol === null ? reasonText(term.reason)
              : points(term.vol)}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Realised({ items }: { items: Volatility[] }) {
  const rows = items.filter((item) => item.realisedEwma !== null).sort((a, b) => b.realisedEwma! - a.realisedEwma!);
  if (rows.length === 0) return <NotMeasured why="No volatility has been estimated yet." />;
  return (
    <Columns title="Realised by market" labels={rows.map((item) => item.index)} height={200} format={plain} digits={1}
      series={[{ label: 'realised', values: rows.map((item) => item.realisedEwma), tone: 'stale' }]} />
  );
}

function toneOf(regime: string): 'ok' | 'warn' | 'crit' | 'muted' {
  const word = regime.toUpperCase();
  if (/CRISIS|EXTREME|STRESS|PANIC/.test(word)) return 'crit';
  if (/HIGH|ELEVATED|TURBULENT/.test(word)) return 'warn';
  return /CALM|LOW|NORMAL/.test(word) ? 'ok' : 'muted';
}
