import { useState } from 'preact/hooks';
import { system } from '../../data/store';
import { TextField } from '../parts/fields';
import { movesOf, movesText, type Custom } from './types';

/** A scenario of one's own: which feeds move by how much, and what else happens. */
export function CustomForm({ onSave }: { onSave: (custom: Custom) => void }) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [basis, setBasis] = useState('');
  const [funding, setFunding] = useState('');
  const { moves, wrong } = movesOf(text);
  const feeds = (system.value?.assets ?? []).map((asset) => asset.asset);
  const percent = (value: string): number | null => (value === '' ? 0 : Number.isFinite(Number(value))
    && Math.abs(Number(value)) <= 99 ? Number(value) / 100 : null);
  const [basisRate, fundingRate] = [percent(basis), percent(funding)];
  const isReady = name.trim() !== '' && wrong === null && basisRate !== null && fundingRate !== null
    && (Object.keys(moves).length > 0 || basisRate !== 0 || fundingRate !== 0);
  const unknown = feeds.length === 0 ? [] : Object.keys(moves).filter((feed) => !feeds.includes(feed));
  return (
    <section class="panel" aria-labelledby="stress-custom">
      <header><h2 id="stress-custom">A scenario of your own</h2></header>
      <div class="body">
        <div class="fields">
          <TextField label="Name" value={name} onChange={setName} placeholder="weekend gap" />
          <TextField label="Moves, percent" value={text} onChange={setText} wide
            placeholder={feeds.length > 0 ? movesText({ [feeds[0]]: -0.3 }) : 'BTC-USD -30, ETH-USD -40'}
            invalid={wrong === null ? null : `"${wrong}" is no feed with a percentage of -99 to 900.`} />
          <TextField label="Basis, percent" hint="Contracts' marks against their feeds." value={basis}
            onChange={setBasis}
            placeholder="0" invalid={basisRate === null ? 'A percentage of -99 to 99.' : null} />
          <TextField label="Funding, percent" hint="Paid by longs on notional, in all; negative is paid by shorts."
            value={funding} onChange={setFunding} placeholder="0"
            invalid={fundingRate === null ? 'A percentage of -99 to 99.' : null} />
        </div>
        {unknown.length > 0 && <p class="invalid">{`No such feed here: ${unknown.join(', ')}.`}</p>}
        <p class="buttons">
          <button type="button" disabled={!isReady} onClick={() => onSave({ name: name.trim(), moves,
            ...(basisRate ? { basis: basisRate } : {}), ...(fundingRate ? { fundingRate } : {}) })}>Save</button>
          <span class="note">Kept in this browser alone; Copy link shares what is chosen.</span>
        </p>
      </div>
    </section>
  );
}
