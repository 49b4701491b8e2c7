import { href } from '../../app/router';
import { useResource, type Loaded } from '../../data/resource';
import type { ChangeJson, CommandList, OrderList, TriggerList } from '../../data/types';
import { feedOf } from '../../figures/behind';
import { price, usd } from '../../format/numbers';
import { utcDateTime, utcTime } from '../../format/time';
import { StateBadge } from '../../states/badge';
import { Panel } from '../../states/panel';

interface ListProps {
  id: string;
  class: string;
}

const pathOf = (id: string, list: string) => `accounts/${encodeURIComponent(id)}/${list}`;

export const historyOf = (id: string): string => pathOf(id, 'history') + '?limit=50';

export function Orders({ id, class: more }: ListProps) {
  const of = useResource<OrderList>(pathOf(id, 'orders'), { everyMs: 2_000 });
  return (
    <Panel
      title="Open orders"
      class={more}
      of={of}
      skeleton={3}
      isEmpty={(list) => list.items.length === 0}
      empty={{ why: 'No order holds margin of this account.' }}
    >
      {({ items }) => (
        <div class="scroll" tabIndex={0} role="region" aria-label="Open orders, table">
          <table data-rows="leaf" data-why="Rows of the account itself.">
            <thead>
              <tr>
                <th scope="col">Symbol</th>
                <th scope="col">Side</th>
                <th scope="col">Contracts</th>
                <th scope="col">Price</th>
              </tr>
            </thead>
            <tbody>
              {items.map((order) => (
                <tr key={order.order} title={`${order.order}, ${order.datetime}`}>
                  <th scope="row"><a class="row" href={href('liquidation-map', [], { market: feedOf(order.symbol) })}>
                    {order.symbol}</a></th>
                  <td class={order.side}>{order.side}</td>
                  <td>{order.contracts}</td>
                  <td>{price(order.price)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

export function Triggers({ id, class: more }: ListProps) {
  const of = useResource<TriggerList>(pathOf(id, 'triggers'), { everyMs: 2_000 });
  return (
    <Panel
      title="Triggers"
      class={more}
      of={of}
      skeleton={3}
      isEmpty={(list) => list.items.length === 0}
      empty={{ why: 'Nobody was told anything of this account.' }}
    >
      {({ items }) => (
        <div class="scroll" tabIndex={0} role="region" aria-label="Triggers, table">
          <table data-rows="leaf" data-why="Rows of the account itself.">
            <thead>
              <tr>
                <th scope="col">Time, UTC</th>
                <th scope="col" class="left">
                  What
                </th>
                <th scope="col">Equity</th>
              </tr>
            </thead>
            <tbody>
              {items.map((trigger) => (
                <tr key={trigger.sequence}>
                  <th scope="row" title={utcDateTime(trigger.timestamp)}>
                    {utcTime(trigger.timestamp)}
                  </th>
                  <td class="left">
                    <StateBadge state={trigger.tier} quiet />
                  </td>
                  <td>{usd(trigger.equity)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

export function Commands({ of, class: more }: { of: Loaded<CommandList>; class: string }) {
  return (
    <Panel
      title="Applied commands"
      id="account-commands"
      class={more}
      of={of}
      skeleton={5}
      question="Newest first; what each one changed"
      isEmpty={(list) => list.items.length === 0}
      empty={{ why: of.value?.isWhole === false ? 'The commands of this account are no longer kept by this server.'
        : 'No command was applied to this account.' }}
    >
      {({ items }) => (
        <div class="scroll tall" tabIndex={0} role="region" aria-label="Applied commands, table">
          <table data-rows="leaf" data-why="Rows of the account itself.">
            <thead>
              <tr>
                <th scope="col">Time, UTC</th>
                <th scope="col" class="left">
                  Kind
                </th>
                <th scope="col" class="left">
                  Changes
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((command) => (
                <tr key={command.commandId} title={command.commandId}>
                  <th scope="row">{utcTime(command.timestamp)}</th>
                  <td class="left">{command.kind}</td>
                  <td class="left wrap">{command.changes.map(changeText).join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

const changeText = (change: ChangeJson): string =>
  (change.symbol
    ? `${change.symbol} now ${change.contracts ?? '--'}`
    : change.asset
      ? `${change.delta ?? ''} ${change.asset}`
      : change.kind
  ).replaceAll('-', '\u2011');
