import { href } from '../../app/router';
import type { MarketRow, SkewView } from '../../data/reads';
import type { Loaded } from '../../data/resource';
import type { Listed } from '../../data/types';
import { Figure } from '../../figures/figure';
import { count, price, ratio, signed, usd } from '../../format/numbers';
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
                {cohorts.map((row) => (
                  <tr key={row.group}>
                    <th scope="row">{row.group}</th>
                    <td>
                      <Figure
                        of="coverage"
                        value={row.accounts}
                        asOf={cohortsAsOf ?? asOf}
                        href={href('at-risk', [], { tier: 'all' })}
                      />
                    </td>
                    <td class="long">{usd(row.longUsd)}</td>
                    <td class="short">{usd(row.shortUsd)}</td>
                    <td>
                      <Figure
                        of="notionalSkew"
                        value={row.bias}
                        show={signed}
                        asOf={cohortsAsOf ?? asOf}
                        reason="nobody of this size holds anything"
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Panel>
  );
}

/** What is open on each market and what holding it costs. */
export function OpenInterest({ of, class: more }: { of: Loaded<Listed<MarketRow>>; class: string }) {
  return (
    <Panel
      title="Open interest and funding"
      class={more}
      of={of}
      skeleton={9}
      isEmpty={(list) => list.items.length === 0}
      empty={{ why: 'No markets are configured.', command: 'leverage demo' }}
    >
      {({ items, asOf }) => (
        <div class="scroll" tabIndex={0} role="region" aria-label="Open interest and funding, table">
          <table>
            <thead>
              <tr>
                <th scope="col">Symbol</th>
                <th scope="col">Mark</th>
                <th scope="col">Open interest</th>
                <th scope="col">Funding index</th>
                <th scope="col">Accounts long / short</th>
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
                      <td>{price(symbol.markPrice)}</td>
                      <td>
                        <Figure
                          of="openInterest"
                          value={symbol.openInterestNotional}
                          show={usd}
                          asOf={asOf}
                          href={href('at-risk', [], { tier: 'all', symbol: symbol.symbol })}
                        />
                      </td>
                      <td>
                        <Figure
                          of="funding"
                          value={symbol.fundingIndex}
                          show={(value) => ratio(value, 4)}
                          asOf={asOf}
                          reason="has no funding"
                        />
                      </td>
                      <td>
                        {count(symbol.longAccounts)} / {count(symbol.shortAccounts)}
                      </td>
                      <td>
                        <StateBadge state={market.state} quiet />
                      </td>
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
