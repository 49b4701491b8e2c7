import { bindings, keyText } from './keys';
import { Dialog } from './dialog';
import { prefer, preferences } from './preferences';

const IN_LISTS: [string, string][] = [['j / k', 'Row down, row up'], ['Enter', 'Open the row']];

export function Help({ onClose }: { onClose: () => void }) {
  const rows: [string, string][] = [
    ...bindings.value.map(({ keys, what }): [string, string] => [keyText(keys), what]), ...IN_LISTS,
  ];
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <label class="check">
        <input type="checkbox" checked={preferences.value.keys}
          onChange={(event) => prefer('keys', event.currentTarget.checked)} />
        Single-letter keys and chords
      </label>
      <div class="keys">
        {rows.map(([keys, what]) => (
          <div key={keys + what}><kbd>{keys}</kbd><span>{what}</span></div>
        ))}
      </div>
      <p class="muted">Deleveraging has no key: the name of the market is typed, then confirmed.</p>
    </Dialog>
  );
}
