import { Beats } from '../../charts';
import { bp, duration, price } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { Drift } from '../../states/notices';
import { deviationOf, liveSources, type Feed } from './types';

const CADENCE_MS = 1_000;
const LIMIT_MS = 10_000;

/** One feed: its word, its figures and its last beats. The whole card opens the sources. */
export function FeedCard({ feed, sinceMs, isOpen, onOpen }: { feed: Feed; sinceMs: number; isOpen: boolean;
  onOpen: () => void }) {
  const isMeasured = feed.ageMs !== null;
  const sources = feed.sources.length;
  return (
    <li class={`feed ${feed.state.toLowerCase()}`}>
      <button type="button" class="feed-open" aria-expanded={isOpen} onClick={onOpen}>
        <span class="feed-name">{feed.feed}</span>
        <StateBadge state={feed.state} detail={feed.state === 'STALE' && isMeasured ? duration(feed.ageMs! + sinceMs)
          : undefined} />
      </button>
      <p class={`feed-price${feed.state === 'STALE' || feed.state === 'HALTED' ? ' stale-text' : ''}`}>
        {isMeasured ? price(feed.price) : 'not measured'}</p>
      <dl class="feed-figures">
        <div title="Since the newest beat; the limit in brackets."><dt>age</dt>
          <dd>{isMeasured ? duration(feed.ageMs! + sinceMs) : '--'}{feed.limitMs ? ` (${duration(feed.limitMs)})` : ''}
          </dd></div>
        <div title="How often a beat is expected."><dt>cadence</dt><dd>{duration(feed.cadenceMs)}</dd></div>
        <div title="Largest distance of a source from the median."><dt>deviation</dt><dd>{bp(deviationOf(feed))}</dd></div>
        <div title="Sources that count."><dt>sources</dt><dd>{sources === 0 ? '--' : `${liveSources(feed)} of ${sources}`}
        </dd></div>
      </dl>
      <Beats label={feed.feed} intervals={feed.beats} cadenceMs={feed.cadenceMs ?? CADENCE_MS}
        limitMs={feed.limitMs ?? LIMIT_MS} />
      {feed.state === 'DRIFT' && <p><Drift low={feed.low} high={feed.high} gapBp={feed.gapBp} /></p>}
      {feed.reason && <p class="feed-reason">{feed.reason}</p>}
    </li>
  );
}
