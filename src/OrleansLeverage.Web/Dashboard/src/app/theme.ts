import { computed, effect, signal } from '@preact/signals';
import { preferences } from './preferences';

export const TONES = [
  'bg', 'panel', 'text', 'muted', 'grid', 'long', 'short', 'ok', 'warn', 'crit', 'stale',
] as const;
export type Tone = (typeof TONES)[number];

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(systemDark.matches);
const applied = signal(0);

export const isDark = computed(() => preferences.value.theme === 'dark'
  || (preferences.value.theme === 'system' && isSystemDark.value));

/** The tokens as strings, for canvas; changes with the theme. */
export const colours = computed(() => {
  void applied.value;
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(TONES.map((tone) => [tone, style.getPropertyValue('--' + tone).trim()])) as
    Record<Tone, string>;
});

export function startTheme(): void {
  systemDark.addEventListener('change', () => { isSystemDark.value = systemDark.matches; });
  effect(() => {
    const root = document.documentElement;
    root.dataset.theme = isDark.value ? 'dark' : 'light';
    root.dataset.sides = preferences.value.sides;
    root.dataset.legends = preferences.value.legends ? 'shown' : 'hidden';
    applied.value = applied.peek() + 1;
  });
}
