import { useEffect, useRef, useState } from 'preact/hooks';
import { localDateTime, utcDateTime } from '../format/time';
import { definitions } from './definitions';

interface Tip {
  target: HTMLElement;
  of: string;
}

const ID = 'figure-tooltip';

/** One tooltip for all figures: on hover and on focus, gone with Escape, never in the way of the pointer. */
export function FigureTooltip() {
  const [tip, setTip] = useState<Tip | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const find = (event: Event) =>
      (event.target as Element | null)?.closest?.<HTMLElement>('[data-tip], [data-why]') ?? null;
    const show = (event: Event) => {
      const target = find(event);
      if (target) setTip({ target, of: target.dataset.tip ?? '' });
    };
    const over = (event: Event) => {
      const target = find(event);
      if (target) setTip({ target, of: target.dataset.tip ?? '' });
      else if (!(event.target as Element).closest?.('#' + ID)) setTip(null);
    };
    const hide = () => setTip(null);
    const escape = (event: KeyboardEvent) => { if (event.key === 'Escape') setTip(null); };
    addEventListener('pointerover', over);
    addEventListener('focusin', show);
    addEventListener('focusout', hide);
    addEventListener('keydown', escape);
    addEventListener('scroll', hide, true);
    return () => {
      removeEventListener('pointerover', over);
      removeEventListener('focusin', show);
      removeEventListener('focusout', hide);
      removeEventListener('keydown', escape);
      removeEventListener('scroll', hide, true);
    };
  }, []);
  useEffect(() => {
    if (!tip || !box.current) return;
    tip.target.setAttribute('aria-describedby', ID);
    const around = tip.target.getBoundingClientRect();
    const own = box.current.getBoundingClientRect();
    const left = Math.max(8, Math.min(innerWidth - own.width - 8, around.left));
    const isBelow = around.bottom + own.height + 10 < innerHeight;
    box.current.style.left = left + 'px';
    box.current.style.top = (isBelow ? around.bottom + 6 : Math.max(8, around.top - own.height - 6)) + 'px';
    return () => tip.target.removeAttribute('aria-describedby');
  }, [tip]);
  if (!tip) return null;
  const definition = definitions[tip.of];
  const { exact, asof, frame, reason, why } = tip.target.dataset;
  return (
    <div id={ID} role="tooltip" class="tooltip" ref={box}>
      {tip.of ? <strong>{definition?.name ?? tip.of}</strong> : null}
      {definition?.formula ? <code>{definition.formula}</code> : null}
      {definition ? <p>{definition.text}</p> : null}
      <dl>
        {exact ? <><dt>Exactly</dt><dd>{exact}{unitAfter(definition?.unit)}</dd></> : null}
        {reason ? <><dt>Why unknown</dt><dd>{reason.replaceAll('_', ' ')}</dd></> : null}
        {definition?.unit ? <><dt>Unit</dt><dd>{definition.unit}</dd></> : null}
        {why ? <><dt>Rows</dt><dd>{why}</dd></> : null}
        {asof ? <><dt>As of</dt><dd>{utcDateTime(asof)}{frame ? `, frame ${frame}` : ''}</dd>
          <dt>Local time</dt><dd>{localDateTime(asof)}</dd></> : null}
      </dl>
    </div>
  );
}

const unitAfter = (unit: string | undefined) => (unit === 'x' ? 'x' : '');
