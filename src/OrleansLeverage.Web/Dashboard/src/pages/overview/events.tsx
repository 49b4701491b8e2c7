import { href } from '../../app/router';
import { useLive } from '../../data/resource';
import type { EventList } from '../../data/types';
import { feedOf } from '../../figures/behind';
import { utcDateTime, utcTime } from '../../format/time';
import { StateBadge, type StateTone } from '../../states/badge';
import { Panel } from '../../states/panel';

const SHOWN = 40;

const TONES: Record<string, StateTone> = {
  critical: 'crit',
  crit: 'crit',
  warning: 'warn',
  warn: 'warn',
  info: 'muted',
  ok: 'ok',
};

/** A price's event leads to its sources, any other to what is liquidated in its market. */
const placeOf = (kind: string, market: string): string => (kind === 'oracle' ? href('oracle', [], { feed: market })
  : href('liquidation-map', [], { market: feedOf(market) }));

/** What happened, newest first: triggers, tiers crossed, oracle states, deleveraging. */
export function EventFeed({ class: more }: { class: string }) {
  const of = useLive<EventList>('events', 'events', 5_000);
  return (
    <Panel
      title="Events"
      class={more}
      of={{ ...of, everyMs: 0 }}
      skeleton={5}
      isEmpty={(list) => list.items.length === 0}
      empty={{ why: 'Nothing has happened since the server started: no trigger, no tier crossed, no price lost.' }}
    >
      {(list) => (
        <ol class="events" tabIndex={0} aria-label="Events, newest first">
          {list.items.slice(0, SHOWN).map((event) => (
            <li key={event.seq}>
              <time dateTime={event.datetime} title={utcDateTime(event.timestamp)}>
                {utcTime(event.timestamp)}
              </time>
              <StateBadge
                state={event.kind.toUpperCase()}
                tone={TONES[event.severity.toLowerCase()] ?? 'muted'}
                quiet
              />
              <span class="text">{event.text}</span>
              <span class="where">
                {event.account ? <a href={href('account', [event.account])}>{event.account}</a> : null}
                {event.market ? (
                  <a href={placeOf(event.kind, event.market)}>{event.market}</a>
                ) : null}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
