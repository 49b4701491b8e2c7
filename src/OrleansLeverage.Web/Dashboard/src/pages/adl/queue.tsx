import { useQuery, href, go } from '../../app/router';
import { Toggle, VirtualTable, type Column } from '../../charts';
import { useResource } from '../../data/resource';
import type { AdlQueue as Queue, Ranked } from '../../data/types';
import { share, usd } from '../../format/numbers';
import { Panel } from '../../states/panel';
import { Choice } from '../parts/fields';
import { quantity, term } from './terms';
import { SCORES } from './types';

const columns: Column<Ranked>[] = [
  { key: 'rank', header: 'Rank', title: 'From 1: who is reduced first',
    text: (row) => (row.rank === null ? 'not taken' : String(row.rank)), align: 'left' },
  { key: 'account', header: 'Account', text: (row) => row.account, align: 'left' },
  { key: 'quantile', header: 'Lights', title: 'Five for the fifth that goes first', text: (row) =>
    (row.lights === null ? '--' : `${row.lights} of 5 (${share(row.quantile, 1)})`),
    draw: (row) => <Lights row={row} /> },
  { key: 'contracts', header: 'Contracts', text: (row) => quantity(row.contracts) },
  { key: 'notional', header: 'Notional', text: (row) => usd(row.notional) },
  { key: 'profit', header: 'Unrealised PnL', text: (row) => usd(row.unrealizedPnl) },
  { key: 'pnl', header: 'PnL term', title: 'Profit against entry, by the rule of the venue',
    text: (row) => term(row.pnlTerm) },
  { key: 'leverage', header: '× Leverage term', title: 'Effective leverage, by the rule of the venue',
    text: (row) => term(row.leverageTerm) },
  { key: 'score', header: '= Score', title: 'PnL term × leverage term: highest first', text: (row) => term(row.score) },
];

/** Every position of a market in the order in which it would be reduced, with the two terms of its score apart. */
export function AdlQueue({ market, insolvent, query }: { market: string; insolvent: string | undefined;
  query: URLSearchParams }) {
  const [score, setScore] = useQuery('score', 'hyperliquid');
  // who stands against the largest insolvent account is who would be taken from
  const [side, setSide] = useQuery('side', insolvent === 'long' ? 'short' : 'long');
  const path = `adl/${encodeURIComponent(market)}/queue?score=${encodeURIComponent(score)}&side=${side}&limit=1000`;
  const queue = useResource<Queue>(path, { everyMs: 2_000, keep: true });
  const cut = queue.value?.nextCursor;
  return (
    <Panel title={`Queue of ${market}`} of={queue} class="w12" what="the queue"
      question="Highest score first. A plan takes from the side that stands against the insolvent account."
      actions={<>
        <Choice label="Ranked as" value={score} onChange={setScore} options={SCORES} />
        <Toggle label="Side" value={side} onChange={setSide} options={[['long', 'Longs'], ['short', 'Shorts']]} />
      </>}
      isEmpty={(value) => value.items.length === 0} empty={{ why: `Nobody is ${side} in ${market}.` }}>
      {(value) => (
        <>
          <VirtualTable label={`Queue of ${market}, ${side}`} columns={columns} rows={value.items}
            rowKey={(row) => row.account} height={330} why="The row opens the account."
            selected={query.get('account') ?? undefined}
            onOpen={(row) => go(href('account', [row.account]))} />
          {cut && <p class="note">The first 1,000; the export has all.</p>}
        </>
      )}
    </Panel>
  );
}

/** How near the front, as venues show it, and in words. */
function Lights({ row }: { row: Ranked }) {
  if (row.lights === null) return <span>--</span>;
  return (
    <span class="lights">
      <svg width="42" height="10" role="img" aria-label={`${row.lights} of 5 lights`}>
        {[1, 2, 3, 4, 5].map((light) => <rect key={light} x={(light - 1) * 9} width="6" height="10"
          class={light <= row.lights! ? 'chart-fill-short' : 'chart-track'} />)}
      </svg>
      <small>{share(row.quantile, 1)}</small>
    </span>
  );
}
