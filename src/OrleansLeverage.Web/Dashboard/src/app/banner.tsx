import { useRef } from 'preact/hooks';
import { conditions } from '../data/conditions';
import type { AdlBoard } from '../data/types';
import { useLive } from '../data/resource';
import { link, now, systemState } from '../data/store';
import { utcTime } from '../format/time';
import { Icon } from '../states/badge';
import { reconnect } from '../data/stream';

/** One slot: the most severe condition, since when, and where to look. It stays until its cause ends. */
export function Banner() {
  const state = systemState.value;
  const found = conditions(state?.value ?? null, useLive<AdlBoard>('adl', 'adl', 5_000).value, link.value, now.value,
    state?.receivedAtMs ?? null);
  const since = useRef({ what: '', atMs: 0 });
  const [worst, ...others] = found;
  if (!worst) {
    since.current = { what: '', atMs: 0 };
    return null;
  }
  // the text counts seconds; its first words name the condition
  const what = worst.text.slice(0, 16);
  if (since.current.what !== what) since.current = { what, atMs: now.value };
  return (
    <div class={`banner ${worst.tone}`} role={worst.isAlert ? 'alert' : 'region'} aria-label="Most severe condition">
      <Icon tone={worst.tone} />
      <p>{worst.text}</p>
      <span class="since">since {utcTime(since.current.atMs)}{others.length > 0 ? `, ${others.length} more` : ''}</span>
      {link.value.state === 'lost' ? <button type="button" class="small" onClick={reconnect}>Try now</button> : null}
      <a href={worst.href}>Look</a>
    </div>
  );
}
