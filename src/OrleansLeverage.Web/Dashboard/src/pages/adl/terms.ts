import { fixed, known, UNKNOWN } from '../../format/numbers';
import type { StateTone } from '../../states/badge';

/** What the state of a leg or of a plan says. */
export const LEG_TONES: Record<string, StateTone> = {
  FILLED: 'ok', COMPLETED: 'ok', PLANNED: 'ok', RECOVERED: 'ok', SENT: 'warn', PLANNED_SHORT: 'warn',
  COMPLETED_SHORT: 'warn', REFUSED: 'crit',
};

/** A term of a score; some rules have none. */
export const term = (value: number | null): string => (known(value) === null ? UNKNOWN : fixed(value!, 4));
