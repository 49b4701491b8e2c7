import { fixed, known, UNKNOWN } from '../../format/numbers';

/** A term of a score; some rules have none. */
export const term = (value: number | null): string => (known(value) === null ? UNKNOWN : fixed(value!, 4));
