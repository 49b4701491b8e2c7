import { href, useQuery } from '../../app/router';
import { chartText, DivergingBars, TimeSeries, Toggle } from '../../charts';
import { useLive, useResource, useSystem, type Loaded } from '../../data/resource';
import { useTrail } from '../../data/trail';
import type { MarketList, MarketSkew, SkewView, SystemView } from '../../data/types';
import { definitions } from '../../figures/definitions';
import { accounts, MAKERS, page, type Behind } from '../../figures/behind';
import { Tile } from '../../figures/figure';
import { signed } from '../../format/numbers';
import { Panel } from '../../states/panel';
import { RangePicker } from '../parts/rangePicker';
import { go } from '../../app/router';
import { MarketCourse } from './course';
import { Cohorts, OpenInterest } from './tables';

type Measure = 'leverageSkew' | 'notionalSkew' | 'accountSkew';

const MEASURES: [Measure, string][] = [
  ['leverageSkew', 'Leverage'],
  ['notionalSkew', 'Notional'],
  ['accountSkew', 'Accounts'],
];

const SYNC = 'skew';

const TITLES: Record<string, string> = { leverageSkewExMakers: 'Leverage skew, no makers' };

/** Who is crowded? */
export function Skew() {
  const system = useSystem();
  const skew = useResource<SkewView>('skew', { everyMs: 2_000 });
  const markets = useLive<MarketList>('markets', 'markets', 2_000);
  const trail = useTrail();
  return (
    <>
      <SkewTiles system={system.value} skew={skew.value} />
      <div class="grid">
        <ByMarket class="w6 one" system={system} skew={skew} />
        <Panel title="Long and short leverage" class="w6 one" of={system} skeleton={7} actions={<RangePicker />}>
          {() => (
            <>
              <TimeSeries
                title="Leverage of either side"
                definition={definitions.longLeverage.formula}
                times={trail.times}
                height={150}
                syncKey={SYNC}
                format={chartText.times}
                series={[
                  { label: 'long L+', values: trail.values.longLeverage, tone: 'long' },
                  { label: 'short L−', values: trail.values.shortLeverage, tone: 'short' },
                ]}
              />
              <TimeSeries
                title="Skew"
                definition={definitions.leverageSkew.formula}
                times={trail.times}
                height={110}
                syncKey={SYNC}
                digits={3}
                include={[0]}
                series={[
                  { label: 'leverage skew', values: trail.values.leverageSkew, tone: 'text' },
                  { label: 'notional skew', values: trail.values.notionalSkew, tone: 'muted', dash: 1 },
                ]}
              />
            </>
          )}
        </Panel>
        <MarketCourse class="w12" markets={markets} syncKey={SYNC} />
        <OpenInterest class="w7" of={markets} />
        <Cohorts class="w5" of={skew} />
      </div>
    </>
  );
}

function SkewTiles({ system, skew }: { system: SystemView | null; skew: SkewView | null }) {
  const asOf = system?.asOf;
  const tile = (of: string, value: number | null | undefined, behind: Behind) => (
    <Tile of={of} title={TITLES[of]} value={value} show={signed} behind={behind} asOf={asOf}>
      {crowded(value)}
    </Tile>
  );
  return (
    <div class="tiles five" role="group" aria-label="Skews of the whole market">
      {tile('leverageSkew', system?.leverageSkew, ahead(system?.leverageSkew, 'leverage'))}
      {tile('leverageSkewExMakers', system?.leverageSkewExMakers, MAKERS)}
      {tile('notionalSkew', system?.notionalSkew, ahead(system?.notionalSkew, 'notional'))}
      {tile('accountSkew', system?.accountSkew, ahead(system?.accountSkew, 'notional'))}
      {tile('atRiskSkew', skew?.system.atRiskSkew, page('liquidation-map', 'liquidations by price'))}
    </div>
  );
}

/** The accounts of the side that is ahead. */
function ahead(value: number | null | undefined, sort: 'leverage' | 'notional'): Behind {
  const side = (value ?? 0) < 0 ? 'short' : 'long';
  return accounts({ side, sort }, `accounts that are net ${side}, by ${sort}`);
}

const crowded = (value: number | null | undefined) =>
  value === null || value === undefined ? null : (
    <span class={Math.abs(value) < 0.0005 ? 'muted' : value > 0 ? 'long' : 'short'}>
      {Math.abs(value) < 0.0005 ? 'even' : value > 0 ? 'long ahead' : 'short ahead'}
    </span>
  );

function ByMarket({
  system,
  skew,
  class: more,
}: {
  system: Loaded<SystemView>;
  skew: Loaded<SkewView>;
  class: string;
}) {
  const [measure, setMeasure] = useQuery('by', 'leverageSkew');
  const chosen = MEASURES.find(([key]) => key === measure)?.[0] ?? 'leverageSkew';
  const of: Loaded<SystemView | SkewView> = skew.value ? skew : system;
  return (
    <Panel
      title="Skew by market"
      class={more}
      of={of as Loaded<SystemView | SkewView>}
      skeleton={9}
      actions={<Toggle label="Skew of" value={chosen} options={MEASURES} onChange={setMeasure} />}
    >
      {(value) => (
        <DivergingBars
          title="Skew by market"
          definition={definitions[chosen].formula}
          left="short ahead"
          right="long ahead"
          digits={3}
          max={1}
          format={(figure, digits) => signed(figure, digits)}
          behind={(market) => accounts({ market, sort: chosen === 'leverageSkew' ? 'leverage' : 'notional' },
            `who holds ${market}`)}
          onOpen={(asset) => go(href('liquidation-map', [], { market: asset }))}
          rows={rowsOf(value, chosen)}
        />
      )}
    </Panel>
  );
}

function rowsOf(value: SystemView | SkewView, measure: Measure) {
  const list: Partial<MarketSkew>[] = 'markets' in value ? value.markets : value.assets;
  return list
    .map((market) => ({ key: market.asset!, label: market.asset!, value: market[measure] ?? null }))
    .sort((one, other) => Math.abs(other.value ?? -1) - Math.abs(one.value ?? -1));
}
