import { useRef } from 'preact/hooks';
import { adlState } from '../data/conditions';
import type { AdlBoard } from '../data/types';
import { useLive, useSystem } from '../data/resource';
import { resume } from '../data/stream';
import { age, buffered, isPaused, link, mode, now } from '../data/store';
import { accounts, AT_RISK, page } from '../figures/behind';
import { Drill, Figure } from '../figures/figure';
import { count, duration, signed, times } from '../format/numbers';
import { utcTime, localDateTime } from '../format/time';
import { StateBadge } from '../states/badge';
import { standingOf } from '../states/panel';

export const togglePause = () => (isPaused.value ? resume() : (isPaused.value = true));

/** Always in sight: the five figures that matter first, and whether they can be believed. */
export function Strip() {
  const loaded = useSystem();
  const figures = loaded.value;
  const adl = adlState(useLive<AdlBoard>('adl', 'adl', 5_000).value);
  const standing = standingOf(loaded);
  const isStale = standing !== null && ['STALE', 'DISCONNECTED'].includes(standing.state);
  const asOf = figures?.asOf;
  return (
    <div class={`strip${isStale ? ' stale' : ''}`} role="group" aria-label="Market at a glance">
      <dl>
        <div><dt>Leverage</dt><dd>
          <Figure of="marketLeverage" value={figures?.marketLeverage} show={times} asOf={asOf}
            behind={page('histogram', 'accounts by leverage')} />
        </dd></div>
        <div><dt>Skew</dt><dd>
          <Figure of="leverageSkew" value={figures?.leverageSkew} show={signed} asOf={asOf}
            behind={page('skew', 'the skew of every market')} />
        </dd></div>
        <div><dt>At risk</dt><dd>
          <Figure of="accountsAtRisk" value={figures?.accountsAtRisk} show={count} asOf={asOf}
            behind={accounts({ tier: AT_RISK }, 'these accounts')} />
        </dd></div>
        <div><dt>Oldest price</dt><dd>
          <Figure of="oracleAge" value={figures?.freshness.oldestPriceAgeMs} show={duration}
            asOf={asOf} behind={page('oracle', 'every feed, the worst first')} />
        </dd></div>
        <div><dt>ADL</dt><dd><Drill behind={page('adl', 'deleveraging by market')} name="Deleveraging" class="state"
          text={adl ?? 'not measured'}>
          <StateBadge state={adl ?? 'NOT_MEASURED'} quiet />
        </Drill></dd></div>
      </dl>
      <div class="live">
        <LinkBadge />
        {standing && isStale ? <StateBadge state="STALE" detail={standing.detail} /> : null}
        <button type="button" class="small" aria-pressed={isPaused.value} onClick={togglePause}>
          {isPaused.value ? `Resume (${buffered.value})` : 'Pause'}
        </button>
        <time dateTime={new Date(now.value).toISOString()} title={localDateTime(now.value)}>
          {utcTime(now.value)} UTC
        </time>
      </div>
      <Announcer />
    </div>
  );
}

function LinkBadge() {
  const { state, retryAtMs } = link.value;
  if (isPaused.value) return <StateBadge state="PAUSED" detail={`${buffered.value} waiting`} />;
  if (state === 'open') return <StateBadge state="LIVE" detail="stream" tone="ok" quiet />;
  if (state === 'connecting') return <StateBadge state="CONNECTING" quiet />;
  if (state === 'forbidden') return <StateBadge state="FORBIDDEN" />;
  const wait = retryAtMs === null ? null : Math.max(0, Math.ceil((retryAtMs - now.value) / 1_000));
  return <StateBadge state="DISCONNECTED" detail={wait === null ? 'trying' : `retry in ${wait} s`} />;
}

const SPOKEN_MS = 10_000;

/** Says the headline to who listens, at most every ten seconds. */
function Announcer() {
  const figures = useSystem().value;
  const last = useRef({ at: -SPOKEN_MS, text: '' });
  if (figures && now.value - last.current.at >= SPOKEN_MS && age(last.current.at) >= SPOKEN_MS) {
    last.current = {
      at: now.value,
      text: `Market leverage ${times(figures.marketLeverage)}, skew ${signed(figures.leverageSkew)}, `
        + `${count(figures.accountsAtRisk)} accounts at risk`,
    };
  }
  return <p class="spoken" role="status" aria-live="polite">{last.current.text}</p>;
}

export function ModeBadge() {
  return mode.value ? <StateBadge state={mode.value} tone={mode.value.startsWith('LIVE') ? 'ok' : 'warn'} /> : null;
}
