import { fixed, known, UNKNOWN } from '../../format/numbers';
import type { StateTone } from '../../states/badge';

/** What the state of a leg or of a plan says. */
export const LEG_TONES: Record<string, StateTone> = {
  FILLED: 'ok', COMPLETED: 'ok', PLANNED: 'ok', RECOVERED: 'ok', SENT: 'warn', PLANNED_SHORT: 'warn',
  COMPLETED_SHORT: 'warn', REFUSED: 'crit',
};

/** Contracts as they are kept, every digit, with thousands apart. */
export function quantity(text: string): string {
  const [whole, rest] = text.split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest ? `.${rest}` : '');
}

/** A term of a score; some rules have none. */
export const term = (value: number | null): string => (known(value) === null ? UNKNOWN : fixed(value!, 4));
