import { UNKNOWN } from './numbers';

// UTC on the page, local time in the tooltip.
type Moment = number | string | null | undefined;

function at(moment: Moment): Date | null {
  if (moment === null || moment === undefined) return null;
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** 12:34:56 */
export const utcTime = (moment: Moment): string => at(moment)?.toISOString().slice(11, 19) ?? UNKNOWN;

/** 12:34 */
export const utcMinute = (moment: Moment): string => at(moment)?.toISOString().slice(11, 16) ?? UNKNOWN;

/** 2026-03-27 12:34:56 UTC */
export const utcDateTime = (moment: Moment): string =>
  at(moment)?.toISOString().slice(0, 19).replace('T', ' ').concat(' UTC') ?? UNKNOWN;

/** The same moment where the reader is. */
export const localDateTime = (moment: Moment): string => {
  const date = at(moment);
  return date === null ? UNKNOWN : local.format(date);
};

// made once: making one is most of the work of using it
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
