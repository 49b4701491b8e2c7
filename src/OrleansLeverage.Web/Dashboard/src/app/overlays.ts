import { signal } from '@preact/signals';

/** The one box that is open over the page. */
export const overlay = signal<'help' | 'palette' | 'preferences' | null>(null);
export const isKiosk = signal(false);
export const isMenuOpen = signal(false);
