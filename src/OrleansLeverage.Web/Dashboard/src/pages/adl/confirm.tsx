import { useState } from 'preact/hooks';
import { Inhibited } from '../../states/notices';

/** A step that takes the market's name typed out, then a click. Enter does nothing here, on purpose. */
export function Confirm({ step, verb, market, operator, what, isBusy, inhibited, isFinal, onConfirm }: {
  step: string; verb: string; market: string; operator: string; what: string; isBusy: boolean;
  inhibited: string | null; isFinal?: boolean; onConfirm: () => void }) {
  const [typed, setTyped] = useState('');
  const isNamed = typed === market;
  return (
    <fieldset class={`confirm${isFinal ? ' final' : ''}`}>
      <legend>{step}</legend>
      <p>{what}</p>
      {inhibited && <Inhibited reasons={[inhibited]} />}
      <label class="typed">
        {`Type ${market} to confirm`}
        <input value={typed} autocomplete="off" spellcheck={false}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }} />
      </label>
      <button type="button" class={isFinal ? 'danger' : 'primary'}
        disabled={!isNamed || isBusy || operator === '' || inhibited !== null}
        onClick={() => { setTyped(''); onConfirm(); }}>{`${verb} ${market}`}</button>
      {operator === '' && <small class="invalid">Name the operator first: the log keeps it.</small>}
    </fieldset>
  );
}
