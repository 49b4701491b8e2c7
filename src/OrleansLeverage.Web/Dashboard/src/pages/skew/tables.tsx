import { href } from '../../app/router';
import type { Loaded } from '../../data/resource';
import type { MarketList, SkewView } from '../../data/types';
import { accounts, feed, page } from '../../figures/behind';
import { Drill, Figure } from '../../figures/figure';
import { price, ratio, signed, usd } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { NotMeasured } from '../../states/notices';
import { Panel } from '../../states/panel';

/** Accounts by size: how many, and which way. */
export function Cohorts({ of, class: more }: { of: Loaded<SkewView>; class: string }) {
  return (
    <Panel title="By size of account" class={more} of={of} skeleton={6} question="Accounts by equity, USD">
      {({ cohorts, cohortsAsOf, asOf }) =>
        cohorts === null ? (
          <NotMeasured why="Accounts by size are counted now and then; the first count is not made yet." />
        ) : (
          <div class="scroll" tabIndex={0} role="region" aria-label="Accounts by size, table">
            <table>
              <thead>
                <tr>
                  <th scope="col">Equity</th>
                  <th scope="col">Accounts</th>
                  <th scope="col">Long USD</th>
                  <th scope="col">Short USD</th>
                  <th scope="col">Bias</th>
                </tr>
              </thead>
              <tbody>
                {cohorts.map((row) => {
                  const at = cohortsAsOf ?? asOf;
                  const equity = { minEquity: row.equityFrom, maxEquity: row.equityBelow };
                  const of = (side: string) => accounts({ ...equity, side, sort: 'notional' },
                    `${side ? `net ${side} ` : ''}accounts with equity ${row.group}`);
                  return (
                    <tr key={row.group}>
                      <th scope="row">{row.group}</th>
                      <td><Figure of="accounts" value={row.accounts} asOf={at} behind={of('')} /></td>
                      <td><Figure of="longNotional" class="long" value={row.longUsd} show={usd} asOf={at}
                        behind={of('long')} /></td>
                      <td><Figure of="shortNotional" class="short" value={row.shortUsd} show={usd} asOf={at}
                        behind={of('short')} /></td>
                      <td><Figure of="notionalSkew" value={row.bias} show={signed} asOf={at} behind={of('')}
                        reason="nobody of this size holds anything" /></td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )
      }
    </Panel>
  );
}

const holders = (symbol: string, side: string) =>
  accounts({ symbol, side, sort: 'notional' }, `who ${side ? `is ${side} in` : 'holds'} ${symbol}`);

/** What is open on each market and what holding it costs. */
export function OpenInterest({ of, class: more }: { of: Loaded<MarketList>; class: string }) {
  return (
    <Panel
      title="Open interest by instrument"
      class={more}
      of={of}
      skeleton={9}
      isEmpty={(list) => list.items.length === 0}
      empty={{ why: 'No markets are configured.', command: 'leverage demo' }}
    >
      {({ items, asOf }) => (
        <div class="scroll" tabIndex={0} role="region" aria-label="Open interest, table">
          <table>
            <thead>
              <tr>
                <th scope="col">Symbol</th>
                <th scope="col">Mark</th>
                <th scope="col">Open interest</th>
                <th scope="col">Funding index</th>
                <th scope="col">Long</th>
                <th scope="col">Short</th>
                <th scope="col">Price</th>
              </tr>
            </thead>
            <tbody>
              {items.flatMap((market) =>
                market.symbols
                  .filter((symbol) => symbol.kind !== 'option' && symbol.kind !== 'spot')
                  .map((symbol) => (
                    <tr key={symbol.symbol}>
                      <th scope="row">
                        <a class="row" href={href('liquidation-map', [], { market: market.asset })}>
                          {symbol.symbol}
                        </a>
                      </th>
                      <td><Figure of="price" name={`Mark of ${symbol.symbol}`} value={symbol.markPrice} show={price}
                        asOf={asOf} behind={feed(market.asset)} /></td>
                      <td><Figure of="openInterest" value={symbol.openInterestNotional} show={usd} asOf={asOf}
                        behind={holders(symbol.symbol, '')} /></td>
                      <td><Figure of="fundingIndex" value={symbol.fundingIndex} show={(value) => ratio(value, 4)}
                        asOf={asOf} reason="has no funding"
                        behind={page('skew', `its course in ${market.asset}`, { market: market.asset })} /></td>
                      <td><Figure of="sideAccounts" class="long" value={symbol.longAccounts} asOf={asOf}
                        behind={holders(symbol.symbol, 'long')} /></td>
                      <td><Figure of="sideAccounts" class="short" value={symbol.shortAccounts} asOf={asOf}
                        behind={holders(symbol.symbol, 'short')} /></td>
                      <td><Drill behind={feed(market.asset)} name={`Price of ${market.asset}`} text={market.state}>
                        <StateBadge state={market.state} quiet /></Drill></td>
                    </tr>
                  )),
              )}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
