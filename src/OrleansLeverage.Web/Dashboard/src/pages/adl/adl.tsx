import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { chartText, DistanceBar } from '../../charts';
import { drawn } from '../../charts/text';
import { useLive, type Loaded } from '../../data/resource';
import { Figure } from '../../figures/figure';
import { duration, usd } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { Inhibited } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Facts } from '../parts/fields';
import { AdlLog } from './log';
import { Operate } from './operate';
import { AdlQueue } from './queue';
import type { AdlMarket, AdlMarkets } from './types';

/** Who, why, and how far away? */
export function Adl({ query }: PageProps) {
  const answer = useLive<AdlMarkets>('adl', 'adl', 1_000);
  const market = answer.value?.items.find((item) => item.market === query.get('market'))
    ?? answer.value?.items.find((item) => item.state !== 'DISARMED') ?? answer.value?.items[0] ?? null;
  return (
    <div class="grid">
      <Panel title="Distance to TRIGGER and to STOP" of={answer} class="w7" what="the state of deleveraging"
        question="It is due when insolvent accounts are short of more than the fund has, and ends when they are not."
        isEmpty={(value) => value.items.length === 0}
        empty={{ why: 'This grid has no market that can be deleveraged.' }}>
        {(value) => <Markets items={value.items} chosen={market?.market ?? null} />}
      </Panel>
      <div class="w5 stack">
        {market && <Condition market={market} of={answer} />}
      </div>
      {market && <AdlQueue market={market.market} query={query} />}
      {market && <Operate key={market.market} market={market} query={query} refresh={answer.refresh} />}
      <AdlLog query={query} />
    </div>
  );
}

function Markets({ items, chosen }: { items: AdlMarket[]; chosen: string | null }) {
  const [, choose] = useQuery('market', '');
  return (
    <ul class="adl-markets">
      {items.map((item) => (
        <li key={item.market} class={item.market === chosen ? 'chosen' : ''}>
          <div class="adl-name">
            <button type="button" class="chart-link" aria-pressed={item.market === chosen}
              onClick={() => choose(item.market)}>{item.market}</button>
            <StateBadge state={item.state} />
            {item.inhibited && <StateBadge state="INHIBITED" />}
          </div>
          <DistanceBar label="Trigger" value={drawn(item.trigger.value)} threshold={drawn(item.trigger.threshold)}
            met={item.trigger.met} metWord="DUE" format={chartText.dollars} tone="warn" />
          <DistanceBar label="Stop" value={drawn(item.stop.value)} threshold={drawn(item.stop.threshold)}
            met={item.stop.met} metWord="MET" format={chartText.dollars} tone="ok" metTone="ok" />
        </li>
      ))}
    </ul>
  );
}

function Condition({ market, of }: { market: AdlMarket; of: Loaded<AdlMarkets> }) {
  const asOf = of.value?.asOf;
  const told = (name: string, value: string | null) => <Figure of={name} value={value} show={usd} asOf={asOf} />;
  return (
    <Panel title={market.market} of={of} actions={<StateBadge state={market.state} />}>
      {() => (
        <>
          {market.inhibited && <Inhibited reasons={[market.inhibited]} />}
          <Facts rows={[
            ['Insurance fund', told('insuranceFund', market.insuranceBalance)],
            ['Shortfall', told('shortfall', market.trigger.value)],
            ['Insolvent accounts', <Figure of="insolvent" value={market.insolventAccounts} asOf={asOf}
              href="#/at-risk?tier=BANKRUPT" />],
            ['Their contracts', market.insolventContracts],
            ['Price', `${market.priceState}, ${duration(market.priceAgeMs)} old (limit ${
              duration(market.priceAgeMaxMs)})`],
            ['To the trigger', market.trigger.met ? 'DUE' : told('toTrigger', market.trigger.distance)],
            ['To the stop', market.stop.met ? 'MET' : told('toStop', market.stop.distance)],
          ]} />
        </>
      )}
    </Panel>
  );
}
