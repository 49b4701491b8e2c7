import { rangeOf } from '../../app/range';
import { route, useQuery } from '../../app/router';
import { chartText, TimeSeries } from '../../charts';
import { useResource, useSystem, type Loaded } from '../../data/resource';
import type { HistoryView, MarketList } from '../../data/types';
import { definitions } from '../../figures/definitions';
import { NotMeasured } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice } from '../parts/fields';

const POINTS = 600;

type Values = (number | null)[];

const BASIS_POINTS = 10_000;

/** Open interest and funding of one market under the skew, with the same span and cursor. */
export function MarketCourse({ markets, syncKey, class: more }: { markets: Loaded<MarketList>; syncKey: string;
  class: string }) {
  const names = (markets.value?.items ?? []).filter((market) => market.symbols.some((one) => one.kind === 'perpetual'))
    .map((market) => market.asset);
  const [chosen, choose] = useQuery('market', '');
  const market = chosen || names[0] || null;
  const { spanMs, endMs } = rangeOf(route.value.query);
  const newest = useSystem().value?.asOf.timestamp ?? null;
  const from = newest === null ? null : (endMs ?? Math.ceil(newest / 60_000) * 60_000) - spanMs;
  const course = useResource<HistoryView>(market === null || from === null ? null
    : `history?feed=${encodeURIComponent(market)}&metrics=openInterestNotional,fundingRate,fundingIndex`
      + `&points=${POINTS}&from=${from}${endMs === null ? '' : `&to=${endMs}`}`, { everyMs: 5_000, keep: true });
  // without a market there is nothing to ask for: why there is none is what the list of markets says
  if (market === null && markets.phase !== 'loading') {
    return (
      <Panel title="Open interest and funding" class={more} of={markets}>
        {() => <NotMeasured why="No market has a perpetual contract." />}
      </Panel>
    );
  }
  return (
    <Panel title={`Open interest and funding of ${market ?? 'a market'}`} class={more} of={course} skeleton={6}
      what="the history of a market" isEmpty={(value) => value.times.length < 2}
      empty={{ why: 'The course of a market is kept from when the server starts; it has two moments at the least.' }}
      actions={names.length > 0 ? <Choice label="Market" value={market ?? ''} onChange={choose}
        options={[...new Set([...(market ? [market] : []), ...names])].map((name) => [name, name] as const)} />
        : null}>
      {(value) => <Courses value={value} syncKey={syncKey} />}
    </Panel>
  );
}

function Courses({ value, syncKey }: { value: HistoryView; syncKey: string }) {
  const column = (name: string): Values => (value[name] ?? []) as Values;
  const rate = column('fundingRate').map((one) => (one === null ? null : one * BASIS_POINTS));
  const isPaid = rate.some((one) => one !== null);
  return (
    <div class="pair">
      <TimeSeries title="Open interest" definition={definitions.openInterest.text} times={value.times} height={150}
        syncKey={syncKey} format={chartText.dollars} digits={2}
        series={[{ label: 'one side, at the mark', values: column('openInterestNotional'), tone: 'text' }]} />
      {isPaid
        ? <TimeSeries title="Funding rate" definition={definitions.funding.text} times={value.times} height={150}
            syncKey={syncKey} format={chartText.basisPoints} digits={2} include={[0]}
            series={[{ label: 'paid by longs at the newest settlement', values: rate, tone: 'text' }]} />
        : <TimeSeries title="Funding index" definition={definitions.fundingIndex.text} times={value.times} height={150}
            syncKey={syncKey} digits={4}
            series={[{ label: 'paid by a long contract in all', values: column('fundingIndex'), tone: 'text' }]} />}
    </div>
  );
}
