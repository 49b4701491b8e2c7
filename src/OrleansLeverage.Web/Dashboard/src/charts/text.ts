import { STEPS } from '../format/numbers';
import type { Format } from './scale';

/** U+2212, as wide as a plus; exports keep the ASCII one. */
export const MINUS = '\u2212';

export const NOT_MEASURED = '--';

/** Digits grouped by commas and a true minus sign. */
export const plain: Format = (value, digits) => {
  const [whole, part] = Math.abs(value).toFixed(digits).split('.') as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const isZero = /^[0.,]*$/.test(`${whole}${part ?? ''}`);
  return `${value < 0 && !isZero ? MINUS : ''}${grouped}${part ? `.${part}` : ''}`;
};

/** 1.24M, 18.2K: at least so many digits after the point. */
export const short: Format = (value, digits) => {
  const size = Math.abs(value);
  for (const [scale, letter] of STEPS) {
    // what would read as 1,000 of the scale below steps up: 999,960 is 1M, and 600,000 is not
    if (size >= scale || +(size / scale * 1000).toFixed(digits) >= 1000) return plain(value / scale, digits) + letter;
  }
  return plain(value, digits);
};

/** $1.24M; the sign stands before the currency. */
export const dollars: Format = (value, digits) => {
  if (value === 0) return '$0';
  const text = short(value, digits);
  return text.startsWith(MINUS) ? `${MINUS}$${text.slice(1)}` : `$${text}`;
};

/** 3.21x. */
export const times: Format = (value, digits) => `${plain(value, digits)}x`;

/** A fraction as a signed percentage: 0.124 is +12.4%. */
export const signedPercent: Format = (value, digits) => {
  const text = plain(value * 100, digits);
  return `${value > 0 && !/^0[.0]*$/.test(text) ? '+' : ''}${text}%`;
};

/** Basis points: 1.25 bp. */
export const basisPoints: Format = (value, digits) => `${plain(value, digits)} bp`;

/** A fraction as a percentage without a plus. */
export const percent: Format = (value, digits) => `${plain(value * 100, digits)}%`;

/** The value as a figure is written where it stands alone, or "--" where it is not known. */
export function figure(value: number | null | undefined, format: Format, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? NOT_MEASURED : format(value, digits);
}

/** Decimal text to a number for drawing; the text itself is what is shown and copied. */
export function drawn(text: string | number | null | undefined): number | null {
  if (text === null || text === undefined || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** 14:03:07 */
export function clock(timestamp: number): string {
  const at = new Date(timestamp);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** 2026-03-27 */
export function day(timestamp: number): string {
  const at = new Date(timestamp);
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}

/** 2026-03-27 14:03:07 UTC */
export const moment = (timestamp: number): string => `${day(timestamp)} ${clock(timestamp)} UTC`;

/** Ticks of a time axis: months, days or the clock, whichever tells them apart. */
export function timeLabels(stamps: readonly number[]): string[] {
  const step = stamps.length > 1 ? stamps[1]! - stamps[0]! : 1;
  if (step >= 27 * 86_400_000) return stamps.map((at) => day(at).slice(0, 7));
  if (step >= 86_400_000) return stamps.map((at) => day(at).slice(5));
  const digits = step >= 60_000 ? 5 : 8;
  return stamps.map((at) => (at % 86_400_000 === 0 ? day(at).slice(5)
    : clock(at).slice(0, digits) + (step < 1_000 ? fraction(at, step) : '')));
}

/** The digits of a second that tell moments a step apart: .5, .25. */
function fraction(at: number, stepMs: number): string {
  const digits = stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3;
  return '.' + String(Math.floor(at % 1_000)).padStart(3, '0').slice(0, digits);
}

/** 12 s, 3 min 20 s, 4 h 2 min. */
export function span(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${plain(seconds, 1)} s`;
  if (seconds < 120) return `${plain(seconds, 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
