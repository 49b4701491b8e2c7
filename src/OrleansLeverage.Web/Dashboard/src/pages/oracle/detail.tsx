import { href } from '../../app/router';
import { Columns, DivergingBars } from '../../charts';
import { plain } from '../../charts/text';
import type { Feed } from '../../data/types';
import { bp, duration, price } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { Drift } from '../../states/notices';

/** The sources behind one feed and its beats in full. */
export function FeedDetail({ feed, sinceMs, onClose }: { feed: Feed; sinceMs: number; onClose: () => void }) {
  const seconds = feed.beats.map((beat) => (beat === null ? null : beat / 1_000));
  const limit = feed.limitMs / 1_000;
  const sources = feed.sources ?? [];
  return (
    <section class="feed-detail" aria-label={`${feed.feed}, sources and beats`}>
      <header>
        <h3>{feed.feed}</h3>
        {feed.state === 'DRIFT' && <Drift low={feed.low} high={feed.high} gapBp={feed.gapBp} />}
        <a href={href('liquidation-map', [], { market: feed.feed })}>Liquidation map</a>
        <button type="button" class="small" onClick={onClose}>Close</button>
      </header>
      <div class="pair">
        <div class="scroll" tabIndex={0} role="region" aria-label={`Sources of ${feed.feed}`}>
          <table class="rows" data-rows="leaf" data-why="Sources are the rows of a price.">
            <thead><tr><th scope="col">Source</th><th scope="col">State</th><th scope="col">Price</th>
              <th scope="col">Age</th><th scope="col">From median</th></tr></thead>
            <tbody>{sources.map((source) => (
              <tr key={source.source}><th scope="row">{source.source}</th>
                <td><StateBadge state={source.state} tone={source.state === 'GOOD' ? 'ok' : 'warn'} quiet /></td>
                <td>{price(source.price)}</td>
                <td>{duration(source.ageMs + sinceMs)}</td>
                <td>{bp(source.deviationBp)}</td></tr>
            ))}</tbody>
          </table>
          {sources.length === 0 && <p class="note">{feed.sources === null ? 'This engine does not tell its sources.'
            : 'No source has been heard.'}</p>}
        </div>
        <DivergingBars title="Distance from the median" left="below" right="above" leftTone="muted" rightTone="text"
          behind={() => ({ leaf: 'Of one source.' })}
          rows={sources.map((source) =>
          ({ key: source.source, label: source.source, value: source.deviationBp }))}
          format={(value, digits) => `${plain(value, digits)} bp`} digits={1} />
      </div>
      <Columns title={`Age at each of the last ${seconds.length} seconds`} height={140} digits={1}
        labels={seconds.map((_, at) => `${at - seconds.length + 1}`.replace('-', '\u2212'))}
        series={[{ label: 'age', values: seconds, tone: 'ok' }]}
        format={(value, digits) => `${plain(value, digits)} s`}
        expected={{ label: 'limit', values: seconds.map(() => limit) }} />
    </section>
  );
}
