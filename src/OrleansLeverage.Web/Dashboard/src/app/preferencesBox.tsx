import { logOut, session } from '../data/server';
import { Dialog } from './dialog';
import { prefer, preferences, type Preferences } from './preferences';

type Choice<K extends keyof Preferences> = [Preferences[K], string][];

const THEMES: Choice<'theme'> = [['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark']];
const SIDES: Choice<'sides'> = [
  ['blue-orange', 'Long blue, short orange'], ['green-red', 'Long green, short red'],
  ['red-green', 'Long red, short green'],
];
const REFRESH: Choice<'refreshS'> = [[1, '1 s'], [2, '2 s'], [5, '5 s'], [15, '15 s'], [30, '30 s']];

function Choose<K extends 'theme' | 'sides' | 'refreshS'>({ name, title, choices }:
  { name: K; title: string; choices: Choice<K> }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {choices.map(([value, text]) => (
        <label key={text} class="check">
          <input type="radio" name={name} checked={preferences.value[name] === value}
            onChange={() => prefer(name, value)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

export function PreferencesBox({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Preferences" onClose={onClose}>
      <p class="muted">Kept in this browser alone.</p>
      <Choose name="theme" title="Theme" choices={THEMES} />
      <Choose name="sides" title="Colours of the sides" choices={SIDES} />
      <Choose name="refreshS" title="Look at most every" choices={REFRESH} />
      <label class="check">
        <input type="checkbox" checked={preferences.value.keys}
          onChange={(event) => prefer('keys', event.currentTarget.checked)} />
        Single-letter keys
      </label>
      {session.value && session.value.kind !== 'open' ? (
        <p>Signed in as <strong>{session.value.name}</strong>, {session.value.scopes.join(', ')}.{' '}
          <button type="button" onClick={() => void logOut()}>Sign out</button></p>
      ) : null}
    </Dialog>
  );
}
