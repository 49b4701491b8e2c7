import { go, href, useQuery } from '../../app/router';
import type { LadderHistory, LiquidationMap as Map } from '../../data/reads';
import { useResource, useSystem } from '../../data/resource';
import type { AsOf } from '../../data/types';
import { definitions } from '../../figures/definitions';
import { Figure } from '../../figures/figure';
import { axisPrice, count, duration, percent, price, usd } from '../../format/numbers';
import { Candles, chartText, Heatmap } from '../../charts';
import { Panel } from '../../states/panel';
import { Facts } from '../parts/fields';
import { Ladder } from './ladder';
import { candlesOf, grid } from './prices';

/** At what price? One market's liquidations by price, and over time. */
export function LiquidationMap() {
  const system = useSystem();
  const markets = system.value?.assets.map((asset) => asset.asset) ?? [];
  const [chosen, setMarket] = useQuery('market', '');
  const [reach, setReach] = useQuery('reach', '25');
  const market = chosen || markets[0] || null;
  const span = ['10', '25', '50'].includes(reach) ? Number(reach) : 25;
  const map = useResource<Map>(market && `liquidation-map/${encodeURIComponent(market)}`, {
    everyMs: 5_000,
    keep: true,
  });
  const history = useResource<LadderHistory>(market && `liquidation-map/${encodeURIComponent(market)}/history`, {
    everyMs: 5_000,
    keep: true,
  });
  return (
    <>
      <div class="toolbar">
        <label>
          Market{' '}
          <select value={market ?? ''} onChange={(event) => setMarket(event.currentTarget.value)}>
            {[...new Set([...(market ? [market] : []), ...markets])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span class="segmented" role="group" aria-label="Distance from the price">
          {['10', '25', '50'].map((end) => (
            <button key={end} type="button" aria-pressed={Number(end) === span} onClick={() => setReach(end)}>
              ±{end}%
            </button>
          ))}
        </span>
      </div>
      <div class="grid">
        <Panel
          title="Liquidations by price"
          class="w9"
          of={map}
          skeleton={11}
          what="the liquidation map"
          question={definitions.liquidationMap.text}
          isEmpty={(value) => value.accounts === 0}
          empty={{
            why: 'No account has been looked at yet: there are none, or none has a position.',
            command: 'leverage demo',
          }}
          table={(value) => <Table map={value} />}
        >
          {(value) => <Ladder map={value} reach={span} />}
        </Panel>
        <Panel title="Beside the map" class="w3" of={map} skeleton={8}>
          {(value) => <Beside map={value} />}
        </Panel>
        <Panel
          title="Price by time"
          class="w6 one"
          of={history}
          skeleton={8}
          isEmpty={(value) => value.times.length < 2}
          empty={{ why: 'The course of the map is kept from when the server starts, every five seconds.' }}
        >
          {(value) => {
            const { bounds, values } = grid(value, span);
            return (
              <Heatmap
                title="Notional that liquidates, by price and time"
                times={value.times}
                bounds={bounds}
                values={values}
                line={value.prices}
                lineLabel="price"
                height={300}
                bound={axisPrice}
                format={chartText.dollars}
                digits={1}
              />
            );
          }}
        </Panel>
        <Panel
          title="Price"
          class="w6 one"
          of={history}
          skeleton={8}
          isEmpty={(value) => value.times.length < 2}
          empty={{ why: 'Candles are made from the prices of the map, every five seconds.' }}
        >
          {(value) => (
            <Candles
              title={`${value.asset}, a minute a candle`}
              candles={candlesOf(value)}
              height={300}
              format={axisPrice}
            />
          )}
        </Panel>
      </div>
    </>
  );
}

function Beside({ map }: { map: Map }) {
  const asOf = map.asOf as AsOf;
  const symbol = (side: string) => href('at-risk', [], { tier: 'all', symbol: map.asset, side });
  const pain = (side: 'long' | 'short') => {
    const point = map.maxPain[side];
    return (
      <>
        <Figure
          of="maxPain"
          value={point?.price}
          show={price}
          asOf={asOf}
          href={symbol(side)}
          reason="nobody of this side is liquidated by this market"
        />
        {point ? <span class="muted">, {usd(point.notional)}</span> : null}
      </>
    );
  };
  const counted = ({ accounts, notional }: { accounts: number; notional: number }) => (
    <>
      <Figure of="liquidationMap" value={notional} show={usd} asOf={asOf} href={symbol('')} />
      <span class="muted">, {count(accounts)} accounts</span>
    </>
  );
  return (
    <Facts
      rows={[
        ['Price', <Figure of="maxPain" value={map.price} show={price} asOf={asOf} />],
        ['Max pain below', pain('long')],
        ['Max pain above', pain('short')],
        ['Liquidates within 5% down', <Within map={map} side="long" asOf={asOf} />],
        ['Liquidates within 5% up', <Within map={map} side="short" asOf={asOf} />],
        ['Past the line already', counted(map.past)],
        ['Beyond 50%', counted(map.beyond)],
        ['Never, by this market alone', counted(map.never)],
        ['Unknown, for want of a price', count(map.unknown)],
        ['Accounts looked at', count(map.accounts)],
        ['Older than the newest frame by', duration(map.ageMs)],
      ]}
    />
  );
}

function Within({ map, side, asOf }: { map: Map; side: 'long' | 'short'; asOf: AsOf }) {
  const near = map.buckets.filter((bucket) => bucket.side === side && Math.abs(bucket.toPct) <= 5);
  return (
    <Figure
      of="atRiskSkew"
      value={near.reduce((sum, bucket) => sum + bucket.notional, 0)}
      show={usd}
      asOf={asOf}
      href={href('at-risk', [], { tier: 'all', symbol: map.asset, side })}
    />
  );
}

function Table({ map }: { map: Map }) {
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label="Liquidations by price, table">
      <table>
        <thead>
          <tr>
            <th scope="col">To the price</th>
            <th scope="col">Move</th>
            <th scope="col">Side</th>
            <th scope="col">Accounts</th>
            <th scope="col">Notional</th>
          </tr>
        </thead>
        <tbody>
          {map.buckets
            .filter((bucket) => bucket.notional > 0)
            .reverse()
            .map((bucket) => (
              <tr
                key={bucket.toPct}
                class="open"
                onClick={() => go(href('at-risk', [], { tier: 'all', symbol: map.asset, side: bucket.side }))}
              >
                <th scope="row">{price(bucket.priceTo)}</th>
                <td>{percent(bucket.toPct / 100, 0)}</td>
                <td class={bucket.side}>{bucket.side}</td>
                <td>{count(bucket.accounts)}</td>
                <td>{usd(bucket.notional)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
