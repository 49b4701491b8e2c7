import { href } from '../app/router';

/**
 * What is behind a number: rows that a click or Enter leads to, or why there are none. `row` is a number of a row or
 * card that opens as a whole; `leaf` is a number of the rows themselves.
 */
export type Behind =
  | { href: string; to: string; download?: boolean }
  | { none: string }
  | { row: string }
  | { leaf: string };

export const noRows = (why: string): Behind => ({ none: why });

/** Filters of the list of accounts, as its address has them. */
export interface AccountsOf {
  tier?: string;
  market?: string;
  symbol?: string;
  side?: string;
  minLeverage?: number | null;
  maxLeverage?: number | null;
  minNotional?: number | null;
  minEquity?: number | null;
  maxEquity?: number | null;
  moveFrom?: number | null;
  moveTo?: number | null;
  sort?: 'risk' | 'notional' | 'leverage' | 'id';
}

/** As a query reads it: no exponent, no more digits than a filter takes. */
export const plainNumber = (value: number): string => {
  const text = value.toFixed(12).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
};

/**
 * Above every leverage there is: with it as the bound below which they are, accounts without equity, which have no
 * leverage, are left out, as distributions leave them out.
 */
export const ANY_LEVERAGE = 1_000_000;

/** Accounts that a number is made of, by the filters of their list. */
export function accounts(of: AccountsOf, to: string): Behind {
  const query: Record<string, string | null> = { tier: 'all' };
  for (const [name, value] of Object.entries(of)) {
    query[name] = value === null || value === undefined || value === '' ? null
      : typeof value === 'number' ? plainNumber(value) : value;
  }
  return { href: href('at-risk', [], query), to };
}

/** Who is called for margin, in liquidation, or without equity: what the headline counts. */
export const AT_RISK = 'MARGIN_CALL,LIQUIDATION,BANKRUPT';

export const account = (id: string, part?: string): { href: string; to: string } =>
  ({ href: href('account', [id], { part: part ?? null }), to: part ? `${part} of ${id}` : `the account ${id}` });

export const feed = (name: string): Behind =>
  ({ href: href('oracle', [], { feed: name }), to: `the sources of ${name}` });

export const page = (id: string, to: string, query: Record<string, string | null> = {}): Behind =>
  ({ href: href(id, [], query), to });

/** The market of an instrument: what its name begins with. */
export const feedOf = (symbol: string): string => symbol.split('-').slice(0, 2).join('-').replace(/USDI$/, 'USD');

/** Sums that leave market makers out: the list of accounts does not tell makers apart. */
export const MAKERS = noRows('Accounts are not listed by whether they make markets.');
