import { useRef, useState } from 'preact/hooks';
import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { chartText, DistanceBar } from '../../charts';
import { drawn } from '../../charts/text';
import { heldOrder } from '../../charts/VirtualTable';
import { useLive, type Loaded } from '../../data/resource';
import type { AdlBoard, AdlMarket } from '../../data/types';
import { accounts, feed, feedOf, noRows, type Behind } from '../../figures/behind';
import { Drill, Figure } from '../../figures/figure';
import { duration, usd } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { Inhibited, NoMatch } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Facts, TextField } from '../parts/fields';
import { shortened } from '../parts/markets';
import { AdlLog } from './log';
import { Operate } from './operate';
import { AdlQueue } from './queue';
import { quantity } from './terms';
import { nearestFirst } from './types';

const MARKETS_SHOWN = 8;

/** Who, why, and how far away? */
export function Adl({ query }: PageProps) {
  const answer = useLive<AdlBoard>('adl', 'adl', 1_000);
  const items = nearestFirst(answer.value?.items ?? []);
  // what is shown first stays: a market that moves up must not slide under the hand of who operates
  const first = useRef<string | null>(null);
  first.current ??= items[0]?.market ?? null;
  const wanted = query.get('market') ?? first.current;
  const market = items.find((item) => item.market === wanted) ?? items[0] ?? null;
  return (
    <div class="grid">
      {market && <Condition market={market} of={answer} />}
      <Panel title="Distance to TRIGGER and to STOP" of={answer} class="w12" what="the state of deleveraging"
        question="It is due when insolvent accounts are short of more than the fund has, and ends when they are not."
        isEmpty={(value) => value.items.length === 0}
        empty={{ why: 'This grid has no market that can be deleveraged.' }}>
        {() => <Markets items={items} chosen={market?.market ?? null} />}
      </Panel>
      {market && <AdlQueue market={market.market} insolvent={market.insolvent[0]?.side}
        query={query} />}
      {market && <Operate key={market.market} market={market} query={query} refresh={answer.refresh} />}
      <AdlLog query={query} />
    </div>
  );
}

function Markets({ items, chosen }: { items: AdlMarket[]; chosen: string | null }) {
  const [, choose] = useQuery('market', '');
  const [text, setText] = useQuery('filter', '');
  const matching = items.filter((item) => item.market.toLowerCase().includes(text.toLowerCase()));
  const [isHeld, setHeld] = useState(false);
  const order = useRef<string[] | null>(null);
  const near = shortened(matching, MARKETS_SHOWN, (item) => item.market === chosen);
  order.current = isHeld ? order.current ?? near.shown.map((item) => item.market) : null;
  const shown = order.current === null ? near.shown
    : heldOrder(order.current, matching, (item) => item.market).slice(0, order.current.length);
  return (
    <>
      {items.length > MARKETS_SHOWN && <div class="fields inline">
        <TextField label="Filter" value={text} onChange={setText} placeholder="market" /></div>}
      {matching.length === 0 && <NoMatch filter={text} onClear={() => setText('')} />}
      <div onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
        <MarketList items={shown} chosen={chosen} choose={choose} />
      </div>
      {near.left > 0 && <p class="note">{`The nearest of ${items.length}; ${near.left} more by the filter.`}</p>}
    </>
  );
}

function MarketList({ items, chosen, choose }: { items: AdlMarket[]; chosen: string | null;
  choose: (market: string) => void }) {
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

const FUND = noRows('One balance; what entered and left it is in the journal.');

function Condition({ market, of }: { market: AdlMarket; of: Loaded<AdlBoard> }) {
  const asOf = of.value?.asOf;
  const told = (name: string, value: string | null, behind: Behind) =>
    <Figure of={name} value={value} show={usd} asOf={asOf} behind={behind} />;
  const insolvent = accounts({ symbol: market.market, tier: 'BANKRUPT' }, `who holds ${market.market} without equity`);
  return (
    <Panel title={market.market} of={of} class="w12" actions={<StateBadge state={market.state} />}>
      {() => (
        <>
          {market.inhibited && <Inhibited reasons={[market.inhibited]} />}
          <Facts rows={[
            ['Insurance fund', told('insuranceFund', market.insuranceBalance, FUND)],
            ['Shortfall', told('shortfall', market.trigger.value, insolvent)],
            ['Insolvent accounts', <Figure of="insolvent" value={market.insolventAccounts} asOf={asOf}
              behind={insolvent} />],
            ['Their contracts', <Figure of="openContracts" name="Contracts of insolvent accounts"
              value={market.insolventContracts} show={(value) => quantity(String(value))} asOf={asOf}
              behind={insolvent} />],
            ['Price', <Drill behind={feed(feedOf(market.market))} name="Price" text={`${market.priceState}, ${
              duration(market.priceAgeMs)} old (limit ${duration(market.priceAgeMaxMs)})`} />],
            ['To the trigger', market.trigger.met ? 'DUE' : told('toTrigger', market.trigger.distance, insolvent)],
            ['To the stop', market.stop.met ? 'MET' : told('toStop', market.stop.distance, insolvent)],
          ]} />
        </>
      )}
    </Panel>
  );
}
