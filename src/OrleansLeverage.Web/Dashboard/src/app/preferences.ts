import { signal } from '@preact/signals';

// Kept in this browser alone; the page says so.
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  /** Colours of long and short. Blue and orange stay apart under every kind of colour blindness. */
  sides: 'blue-orange' | 'green-red' | 'red-green';
  /** Single-letter keys, which some people need off. */
  keys: boolean;
  /** Seconds between two looks at what is polled. */
  refreshS: 1 | 2 | 5 | 15 | 30;
  legends: boolean;
  filters: Record<string, string>;
}

const PLACE = 'leverage.preferences';

const usual: Preferences = {
  theme: 'system', sides: 'blue-orange', keys: true, refreshS: 1, legends: true, filters: {},
};

function read(): Preferences {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Preferences>) };
  } catch {
    return usual;
  }
}

export const preferences = signal<Preferences>(read());

export function prefer<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  preferences.value = { ...preferences.value, [name]: value };
  try {
    localStorage.setItem(PLACE, JSON.stringify(preferences.value));
  } catch {
    // a browser that keeps nothing still shows everything
  }
}
