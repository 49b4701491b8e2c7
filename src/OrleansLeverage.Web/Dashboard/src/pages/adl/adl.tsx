import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { chartText, DistanceBar } from '../../charts';
import { drawn } from '../../charts/text';
import { useResource, type Loaded } from '../../data/resource';
import { useChannel } from '../../data/store';
import { count, duration, usd } from '../../format/numbers';
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
  const polled = useResource<AdlMarkets>('adl', { everyMs: 1_000 });
  const pushed = useChannel<AdlMarkets>('adl');
  const answer: Loaded<AdlMarkets> = pushed && polled.value && (pushed.seq ?? 0) > (polled.value.seq ?? 0)
    ? { ...polled, value: pushed } : polled;
  const market = answer.value?.items.find((item) => item.market === query.get('market'))
    ?? answer.value?.items.find((item) => item.state !== 'DISARMED') ?? answer.value?.items[0] ?? null;
  return (
    <div class="grid">
      <Panel title="Distance to TRIGGER and to STOP" of={answer} class="w7" what="the state of deleveraging"
        question="Deleveraging is due when insolvent accounts are short of more than the fund has; it ends when they are not."
        isEmpty={(value) => value.items.length === 0} empty={{ why: 'This grid has no market that can be deleveraged.' }}>
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
            met={item.stop.met} metWord="REACHED" format={chartText.dollars} tone="ok" metTone="ok" />
        </li>
      ))}
    </ul>
  );
}

function Condition({ market, of }: { market: AdlMarket; of: Loaded<AdlMarkets> }) {
  return (
    <Panel title={market.market} of={of} actions={<StateBadge state={market.state} />}>
      {() => (
        <>
          {market.inhibited && <Inhibited reasons={[market.inhibited]} />}
          <Facts rows={[
            ['Insurance fund', usd(market.insuranceBalance), 'What is left to pay deficits'],
            ['Shortfall', usd(market.trigger.value), 'What insolvent accounts are short of in this market, at the mark'],
            ['Insolvent accounts', count(market.insolventAccounts)],
            ['Their contracts', market.insolventContracts],
            ['Price', `${market.priceState}, ${duration(market.priceAgeMs)} old (limit ${
              duration(market.priceAgeMaxMs)})`],
            ['To the trigger', market.trigger.met ? 'DUE' : usd(market.trigger.distance),
              'By how much the shortfall may grow before deleveraging is due'],
            ['To the stop', market.stop.met ? 'REACHED' : usd(market.stop.distance),
              'How much shortfall must go before it ends'],
          ]} />
        </>
      )}
    </Panel>
  );
}
