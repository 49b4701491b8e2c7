import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { preferences } from './preferences';

// Single keys and chords of two, by hand. The second key of a chord belongs to the chord alone. Everything but
// mod+k and Escape can be switched off, and nothing happens while somebody types.
export interface Binding {
  /** "p", "g o", "t ArrowLeft", "mod+k". */
  keys: string;
  what: string;
  run: () => void;
}

const CHORD_MS = 2_000;
const LEADERS = ['g', 't', 'd', 'c'];

export const bindings = signal<Binding[]>([]);

/** The first key of a chord that waits for its second. */
export const leader = signal<string | null>(null);

/** What j, k and Enter mean where the focus is. */
export interface RowKeys {
  move: (by: 1 | -1) => void;
  open: () => void;
}

const rows: RowKeys[] = [];

export function useRowKeys({ count, selected, onSelect, onOpen }: { count: number; selected: number;
  onSelect: (at: number) => void; onOpen: (at: number) => void }): void {
  useEffect(() => {
    const own: RowKeys = {
      move: (by) => { if (count > 0) onSelect(Math.max(0, Math.min(count - 1, selected + by))); },
      open: () => { if (selected >= 0 && selected < count) onOpen(selected); },
    };
    rows.push(own);
    return () => { rows.splice(rows.indexOf(own), 1); };
  });
}

/** What `/` puts the focus on. */
const filters: { current: HTMLElement | null }[] = [];

export function useFilterFocus(ref: { current: HTMLElement | null }): void {
  useEffect(() => {
    filters.push(ref);
    return () => { filters.splice(filters.indexOf(ref), 1); };
  }, [ref]);
}

export function focusFilter(): void {
  filters.at(-1)?.current?.focus();
}

const isTyping = (target: EventTarget | null) => target instanceof HTMLElement
  && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isControl = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('a, button, summary, [role="button"]') !== null;

export function startKeys(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (keys: string, event: KeyboardEvent): boolean => {
    const found = bindings.peek().find((binding) => binding.keys === keys);
    if (!found) return false;
    event.preventDefault();
    found.run();
    return true;
  };
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      run('mod+k', event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      leader.value = null;
      run('Escape', event);
      return;
    }
    if (isTyping(event.target) || !preferences.peek().keys || document.querySelector('dialog[open]')) return;
    const first = leader.peek();
    if (first !== null) {
      clearTimeout(timer);
      leader.value = null;
      if (run(`${first} ${event.key}`, event)) return;
      event.preventDefault();
      return;
    }
    if (LEADERS.includes(event.key)) {
      leader.value = event.key;
      timer = setTimeout(() => { leader.value = null; }, CHORD_MS);
      return;
    }
    const list = rows.at(-1);
    if (list && (event.key === 'j' || event.key === 'k')) {
      event.preventDefault();
      list.move(event.key === 'j' ? 1 : -1);
    } else if (list && event.key === 'Enter' && !isControl(event.target)) {
      event.preventDefault();
      list.open();
    } else {
      run(event.key, event);
    }
  });
}

/** How keys are written for a reader. */
export const keyText = (keys: string): string => keys.replace('mod', /Mac/.test(navigator.platform) ? '⌘' : 'Ctrl')
  .replace('ArrowLeft', '←').replace('ArrowRight', '→').replace('Escape', 'Esc');
