import { useEffect, useState } from 'preact/hooks';

/** What a mark means; its colour is a token of the page, its other sign is position, dash or hatch. */
export type Tone = 'long' | 'short' | 'ok' | 'warn' | 'crit' | 'stale' | 'text' | 'muted';

const NAMES = ['long', 'short', 'ok', 'warn', 'crit', 'stale', 'text', 'muted', 'grid', 'panel', 'bg'] as const;

export type Tokens = Record<(typeof NAMES)[number], string>;

let tokens: Tokens | null = null;
let listening = false;
const listeners = new Set<() => void>();

/** Colours of the theme in force, for canvases, which know no CSS variables. Read once and again when it changes. */
export function themeTokens(): Tokens {
  listen();
  if (tokens === null) {
    const style = getComputedStyle(document.documentElement);
    tokens = Object.fromEntries(NAMES.map((name) =>
      [name, style.getPropertyValue(`--${name}`).trim() || '#808080'])) as Tokens;
  }
  return tokens;
}

/** The page's typeface, for canvases. */
export const typeface = (): string => getComputedStyle(document.body).fontFamily;

/** Calls back after the theme changed; the answer stops it. */
export function onThemeChange(listener: () => void): () => void {
  listen();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The colours, and a new drawing when they change. */
export function useTokens(): Tokens {
  const [value, set] = useState(themeTokens);
  useEffect(() => onThemeChange(() => set(themeTokens())), []);
  return value;
}

function listen(): void {
  if (listening) return;
  listening = true;
  const changed = (): void => {
    tokens = null;
    listeners.forEach((listener) => listener());
  };
  new MutationObserver(changed).observe(document.documentElement,
    { attributes: true, attributeFilter: ['data-theme', 'data-sides'] });
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', changed);
  }
}

/** #rrggbb or rgb(r, g, b) as three bytes. */
export function bytes(colour: string): [number, number, number] {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  if (short) return [1, 2, 3].map((at) => parseInt(short[at]! + short[at]!, 16)) as [number, number, number];
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour);
  if (long) return [1, 2, 3].map((at) => parseInt(long[at]!, 16)) as [number, number, number];
  const parts = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(colour);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : [128, 128, 128];
}

/** True where the user asked for less motion. */
export const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Dashes by series, so that lines differ without colour: solid, dashed, dotted, dash-dot. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
