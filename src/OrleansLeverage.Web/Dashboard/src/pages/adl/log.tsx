import { go, href, useQuery } from '../../app/router';
import { VirtualTable, type Column } from '../../charts';
import { useResource } from '../../data/resource';
import { isOffered, urlOf } from '../../data/server';
import type { AdlLog as Log, LogRow } from '../../data/types';
import { duration, price } from '../../format/numbers';
import { utcDateTime } from '../../format/time';
import { StateBadge } from '../../states/badge';
import { NoMatch } from '../../states/notices';
import { Panel } from '../../states/panel';
import { TextField } from '../parts/fields';
import { LEG_TONES, quantity } from './terms';

const columns: Column<LogRow>[] = [
  { key: 'time', header: 'Time', align: 'left',
    text: (row) => (row.timestamp === null ? 'never sent' : utcDateTime(row.timestamp)) },
  { key: 'market', header: 'Market', align: 'left', text: (row) => row.market },
  { key: 'bankrupt', header: 'Bankrupt account', align: 'left', text: (row) => row.bankruptAccount },
  { key: 'counterparty', header: 'Counterparty', align: 'left', text: (row) => row.counterparty },
  { key: 'contracts', header: 'Size', text: (row) => `${quantity(row.size)} ${row.side}` },
  { key: 'price', header: 'Price', text: (row) => price(row.price) },
  { key: 'age', header: 'Price age', text: (row) => duration(row.priceAgeMs) },
  { key: 'rank', header: 'Rank', text: (row) => String(row.rank) },
  { key: 'state', header: 'State', align: 'left', text: (row) => row.state,
    draw: (row) => <StateBadge state={row.state} detail={row.refusal} tone={LEG_TONES[row.state]} quiet /> },
  { key: 'rule', header: 'Rules', text: (row) => `${row.rule} ${row.ruleVersion}` },
  { key: 'operator', header: 'Operator', align: 'left', text: (row) => row.operator },
  { key: 'command', header: 'Command', align: 'left', text: (row) => row.commandId,
    draw: (row) => <code>{row.commandId}</code> },
];

/** Everything that was ever executed, newest first. It only grows. */
export function AdlLog({ query }: { query: URLSearchParams }) {
  const log = useResource<Log>('adl/log?limit=1000', { everyMs: 2_000 });
  const [text, setText] = useQuery('log', '');
  const matches = (row: LogRow): boolean => text === '' || [row.market, row.bankruptAccount, row.counterparty,
    row.operator, row.planId, row.commandId].some((field) => field.toLowerCase().includes(text.toLowerCase()));
  return (
    <Panel title="Log" question="Append only. One row a leg." of={log} class="w12" what="the log"
      isEmpty={(value) => value.items.length === 0}
      empty={{ why: 'Nobody has been deleveraged.' }}
      actions={<>
        <TextField label="Filter" value={text} onChange={setText} placeholder="account, market, operator" />
        {isOffered('adl/log') && ['csv', 'ndjson'].map((format) =>
          <a key={format} class="link" href={urlOf(`adl/log?format=${format}`)} download>{format.toUpperCase()}</a>)}
      </>}>
      {(value) => {
        const rows = value.items.filter(matches);
        return rows.length === 0 ? <NoMatch filter={query.get('log') ?? ''} onClear={() => setText('')} />
          : <VirtualTable label="Log of deleveraging" columns={columns} rows={rows} height={320}
              why="The row opens the counterparty."
              rowKey={(row) => `${row.commandId} ${row.counterparty}`}
              onOpen={(row) => go(href('account', [row.counterparty]))} />;
      }}
    </Panel>
  );
}
