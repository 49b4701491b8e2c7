import { useQuery } from '../../app/router';
import { useResource, useSystem } from '../../data/resource';
import type { AsOf, LadderHistory, LiquidationMap as Map } from '../../data/types';
import { definitions } from '../../figures/definitions';
import { accounts, feed, noRows, type Behind } from '../../figures/behind';
import { Drill, Figure } from '../../figures/figure';
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
          {(value) => <Ladder map={value} reach={span} behind={(bucket) => bucketOf(value, bucket)} />}
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

/** Accounts that a market alone liquidates within a range of its moves, in percent of the price. */
function moved(market: string, fromPct: number, toPct: number): Behind {
  const [low, high] = [Math.min(fromPct, toPct), Math.max(fromPct, toPct)];
  return accounts({ market, moveFrom: low / 100, moveTo: high / 100 },
    `who is liquidated where ${market} alone moves ${percent(low / 100, 0)} to ${percent(high / 100, 0)}`);
}

const bucketOf = (map: Map, bucket: Map['buckets'][number]): Behind =>
  moved(map.asset, bucket.fromPct, bucket.toPct);

function Beside({ map }: { map: Map }) {
  const { asOf, asset } = map;
  const holders = accounts({ market: asset }, `who holds ${asset}, the worst first`);
  const pain = (side: 'long' | 'short') => {
    const point = map.maxPain[side];
    const bucket = map.buckets.find((one) => one.side === side && point !== null && one.notional === point.notional);
    const behind = bucket ? bucketOf(map, bucket) : noRows('Nobody of this side is liquidated by this market.');
    return (
      <>
        <Figure of="maxPain" value={point?.price} show={price} asOf={asOf} behind={behind}
          reason="nobody of this side is liquidated by this market" />
        {point ? <>, <Figure of="liquidationMap" value={point.notional} show={usd} asOf={asOf} behind={behind} /></>
          : null}
      </>
    );
  };
  const counted = ({ accounts: n, notional }: { accounts: number; notional: number }, behind: Behind) => (
    <>
      <Figure of="liquidationMap" value={notional} show={usd} asOf={asOf} behind={behind} />,{' '}
      <Figure of="accounts" value={n} asOf={asOf} behind={behind} />
    </>
  );
  return (
    <Facts
      why="How long ago the accounts were looked at."
      rows={[
        ['Price', <Figure of="price" value={map.price} show={price} asOf={asOf} behind={feed(asset)} />],
        ['Max pain below', pain('long')],
        ['Max pain above', pain('short')],
        ['Within 5% down', <Within map={map} side="long" asOf={asOf} />, 'Notional of longs liquidated by a fall'],
        ['Within 5% up', <Within map={map} side="short" asOf={asOf} />, 'Notional of shorts liquidated by a rise'],
        ['Past the line', counted(map.past, accounts({ market: asset, tier: 'LIQUIDATION,BANKRUPT' },
          `who holds ${asset} and is past the line`)), 'Notional and accounts that are below their margin already'],
        ['Beyond 50%', counted(map.beyond, holders), 'Notional and accounts; the list is of all who hold it'],
        ['Never', counted(map.never, holders), 'By this market alone; the list is of all who hold it'],
        ['Unknown', <Figure of="accounts" value={map.unknown} asOf={asOf} behind={holders} />,
          'Accounts without a price, or in portfolio margin, whose line no single price gives'],
        ['Looked at', <Figure of="accounts" value={map.accounts} asOf={asOf}
          behind={accounts({}, 'every account')} />, 'Accounts'],
        ['Behind the newest frame', duration(map.ageMs)],
      ]}
    />
  );
}

function Within({ map, side, asOf }: { map: Map; side: 'long' | 'short'; asOf: AsOf }) {
  const near = map.buckets.filter((bucket) => bucket.side === side && Math.abs(bucket.toPct) <= 5);
  return (
    <Figure
      of="liquidationMap"
      value={near.reduce((sum, bucket) => sum + bucket.notional, 0)}
      show={usd}
      asOf={asOf}
      behind={moved(map.asset, 0, side === 'long' ? -5 : 5)}
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
            .map((bucket) => {
              const move = percent(bucket.toPct / 100, 0);
              const behind = bucketOf(map, bucket);
              return (
                <tr key={`${bucket.side} ${bucket.toPct}`}>
                  <th scope="row">{price(bucket.priceTo)}</th>
                  <td data-rows="leaf" data-why="The far end of the bucket.">{move}</td>
                  <td class={bucket.side}>{bucket.side}</td>
                  <td><Drill behind={behind} name={`Accounts to ${move}:`} text={count(bucket.accounts)} /></td>
                  <td><Drill behind={behind} name={`Notional to ${move}:`} text={usd(bucket.notional)} /></td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </div>
  );
}
