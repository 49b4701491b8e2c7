import { useRef, useState } from 'preact/hooks';
import type { PageProps } from '../registry';
import { href, useQuery } from '../../app/router';
import { heldOrder } from '../../charts/VirtualTable';
import { useLive } from '../../data/resource';
import { age } from '../../data/store';
import type { Feed, OracleBoard } from '../../data/types';
import { bp, count, duration, price } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { NoMatch, Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, TextField } from '../parts/fields';
import { shortened } from '../parts/markets';
import { FeedCard } from './card';
import { FeedDetail } from './detail';
import { deviationOf, usedOf, worstFirst } from './types';

const CARDS = 60;

/** Can any of it be believed? Every feed, the worst first. */
export function Oracle({ query }: PageProps) {
  const board = useLive<OracleBoard>('oracle', 'oracle', 1_000);
  return (
    <Panel title="Oracle heartbeat" question="Nothing is decided on a price that is not fresh." of={board}
      what="the oracle board" isEmpty={(value) => value.items.length === 0} class="w12"
      empty={{ why: 'No feeds are configured. The demo brings nine.', command: 'leverage demo' }}
      table={(value) => <FeedTable feeds={worstFirst(value.items)} />}>
      {(value) => <Feeds feeds={worstFirst(value.items)} sinceMs={age(board.receivedAtMs ?? 0)}
        open={query.get('feed')} />}
    </Panel>
  );
}

function Feeds({ feeds, sinceMs, open }: { feeds: Feed[]; sinceMs: number; open: string | null }) {
  const [state, setState] = useQuery('state', 'all');
  const [text, setText] = useQuery('filter', '');
  const [, setOpen] = useQuery('feed', '');
  const [isHeld, setHeld] = useState(false);
  const order = useRef<string[] | null>(null);
  const matching = feeds.filter((feed) => (state === 'all' || feed.state === state)
    && feed.feed.toLowerCase().includes(text.toLowerCase()));
  order.current = isHeld ? order.current ?? matching.map((feed) => feed.feed) : null;
  const shown = order.current ? heldOrder(order.current, matching, (feed) => feed.feed) : matching;
  const cards = shortened(shown, CARDS, (feed) => feed.feed === open);
  const detail = feeds.find((feed) => feed.feed === open);
  const words = [...new Set(feeds.map((feed) => feed.state))];
  return (
    <>
      <Worst feeds={feeds} sinceMs={sinceMs} />
      <div class="fields inline">
        <Choice label="State" value={state} onChange={setState}
          options={[['all', `all ${feeds.length}`], ...words.map((word) =>
            [word, `${word} (${feeds.filter((feed) => feed.state === word).length})`] as const)]} />
        <TextField label="Filter" value={text} onChange={setText} placeholder="feed" />
      </div>
      {detail && <FeedDetail feed={detail} sinceMs={sinceMs} onClose={() => setOpen('')} />}
      {shown.length === 0
        ? <NoMatch filter={`${state === 'all' ? '' : `${state} `}${text}`.trim()}
            onClear={() => { setState('all'); setText(''); }} />
        : <ul class="feeds" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
            {cards.shown.map((feed) => <FeedCard key={feed.feed} feed={feed} sinceMs={sinceMs}
              isOpen={feed.feed === open} onOpen={() => setOpen(feed.feed === open ? '' : feed.feed)} />)}
          </ul>}
      {cards.left > 0 && <p class="note">{`${cards.left} more, less urgent: by the filter, or all in the table.`}</p>}
    </>
  );
}

/** The worst feed by name, and everything that is not done because of prices. */
function Worst({ feeds, sinceMs }: { feeds: Feed[]; sinceMs: number }) {
  const worst = feeds[0];
  const live = feeds.filter((feed) => feed.state === 'LIVE').length;
  const used = usedOf(worst, sinceMs);
  const inhibited = feeds.filter((feed) => feed.inhibits.length > 0);
  return (
    <>
      <p class="worst">
        <span>Worst: <a class="link" href={href('oracle', [], { feed: worst.feed })}><strong>{worst.feed}</strong></a>
          {' '}<StateBadge state={worst.state} /></span>
        <span>{worst.ageMs === null ? 'never priced' : `${duration(worst.ageMs + sinceMs)} old`}
          {worst.limitMs > 0 ? ` (limit ${duration(worst.limitMs)}${used === null ? ''
            : `, ${Math.round(used * 100)}% of it`})` : ''}</span>
        <span>{`${live} of ${feeds.length} feeds live`}</span>
      </p>
      {inhibited.map((feed) => (
        <Notice key={feed.feed} tone="crit"
          title={`${feed.inhibits.map(inhibitedWord).join(', ')} inhibited: ${
            feed.reason || `${feed.feed} is ${feed.state}`}`} />
      ))}
    </>
  );
}

const WORDS: Record<string, string> = { ADL: 'ADL', DELEVERAGING: 'ADL', LIQUIDATION: 'Liquidation',
  WITHDRAWAL: 'Withdrawals', WITHDRAWALS: 'Withdrawals', OPENING: 'New positions' };

function inhibitedWord(word: string): string {
  return WORDS[word.toUpperCase()] ?? word.replaceAll('_', ' ');
}

function FeedTable({ feeds }: { feeds: Feed[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Feeds as a table">
      <table class="rows" data-rows="row" data-why="The name of a feed leads to its sources.">
        <thead><tr><th scope="col">Feed</th><th scope="col">State</th><th scope="col">Price</th><th scope="col">Age</th>
          <th scope="col">Limit</th><th scope="col">Cadence</th><th scope="col">Deviation</th>
          <th scope="col">Sources</th><th scope="col">Inhibits</th></tr></thead>
        <tbody>{feeds.map((feed) => (
          <tr key={feed.feed}><th scope="row"><a class="row" href={href('oracle', [], { feed: feed.feed })}>
            {feed.feed}</a></th><td>{feed.state.replaceAll('_', ' ')}</td>
            <td>{price(feed.price)}</td><td>{duration(feed.ageMs)}</td><td>{duration(feed.limitMs)}</td>
            <td>{duration(feed.cadenceMs)}</td><td>{bp(deviationOf(feed))}</td>
            <td>{`${count(feed.sourcesLive)} of ${count(feed.sourcesConfigured)}`}</td>
            <td>{feed.inhibits.map(inhibitedWord).join(', ') || 'nothing'}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}
