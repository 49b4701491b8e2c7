import { Beats } from '../../charts';
import type { Feed } from '../../data/types';
import { bp, duration, price } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { Drift } from '../../states/notices';
import { deviationOf } from './types';

/** One feed: its word, its figures and its last beats. The whole card opens the sources. */
export function FeedCard({ feed, sinceMs, isOpen, onOpen }: { feed: Feed; sinceMs: number; isOpen: boolean;
  onOpen: () => void }) {
  const isMeasured = feed.ageMs !== null;
  return (
    <li class={`feed is-${feed.state.toLowerCase()}`} data-rows="row" data-why="The card opens its sources.">
      <button type="button" class="feed-open" aria-expanded={isOpen} onClick={onOpen}>
        <span class="feed-name">{feed.feed}</span>
        <StateBadge state={feed.state} detail={feed.state === 'STALE' && isMeasured ? duration(feed.ageMs! + sinceMs)
          : undefined} />
      </button>
      <p class={`feed-price${feed.state === 'STALE' || feed.state === 'HALTED' ? ' stale-text' : ''}`}>
        {isMeasured ? price(feed.price) : 'not measured'}</p>
      <dl class="feed-figures">
        <div title="Since the newest beat; the limit in brackets."><dt>age</dt>
          <dd>{isMeasured ? duration(feed.ageMs! + sinceMs) : '--'}{` (${duration(feed.limitMs)})`}
          </dd></div>
        <div title="How often a beat is expected."><dt>cadence</dt><dd>{duration(feed.cadenceMs)}</dd></div>
        <div title="Largest distance of a source from the median."><dt>deviation</dt>
          <dd>{bp(deviationOf(feed))}</dd></div>
        <div title="Sources that count."><dt>sources</dt>
          <dd>{`${feed.sourcesLive} of ${feed.sourcesConfigured}`}</dd></div>
      </dl>
      <Beats label={feed.feed} ages={feed.beats} cadenceMs={feed.cadenceMs} limitMs={feed.limitMs} />
      {feed.state === 'DRIFT' && <p><Drift low={feed.low} high={feed.high} gapBp={feed.gapBp} /></p>}
      {feed.reason && feed.state !== 'DRIFT' && <p class="feed-reason">{feed.reason}</p>}
    </li>
  );
}
