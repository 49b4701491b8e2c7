import type { AccountRow } from '../../data/reads';

export interface Filters {
  tier: string;
  symbol: string;
  side: string;
  minLeverage: string;
  minNotional: string;
  sort: string;
  /** A part of the account's name; matched here. */
  filter: string;
}

export const TIERS = [
  ['at-risk', 'at risk'], ['all', 'every'], ['WARNING', 'warning'], ['MARGIN_CALL', 'margin call'],
  ['LIQUIDATION', 'liquidation'], ['BANKRUPT', 'bankrupt'], ['UNKNOWN', 'unknown'], ['HEALTHY', 'healthy'],
] as const;

export const SIDES = [['', 'any'], ['long', 'long'], ['short', 'short'], ['flat', 'flat']] as const;

export const SORTS = [
  ['risk', 'margin ratio'], ['notional', 'notional'], ['leverage', 'leverage'], ['id', 'account'],
] as const;

const oneOf = (options: readonly (readonly [string, string])[], value: string | null) =>
  options.find(([key]) => key === value)?.[0] ?? options[0][0];

/** What the address asks for; what it does not know is as if it were not there. */
export function filtersOf(query: URLSearchParams): Filters {
  const number = (name: string) => (/^\d+(\.\d+)?$/.test(query.get(name) ?? '') ? query.get(name)! : '');
  return {
    tier: oneOf(TIERS, query.get('tier')), symbol: query.get('symbol') ?? '', side: oneOf(SIDES, query.get('side')),
    minLeverage: number('minLeverage'), minNotional: number('minNotional'), sort: oneOf(SORTS, query.get('sort')),
    filter: query.get('filter') ?? '',
  };
}

/** The endpoint and its parameters. */
export function queryOf(filters: Filters, limit: number): string {
  const query = new URLSearchParams();
  const isAtRisk = filters.tier === 'at-risk' && filters.sort === 'risk';
  if (!isAtRisk) query.set('sort', filters.sort);
  if (filters.tier === 'at-risk' && !isAtRisk) query.set('tier', 'WARNING,MARGIN_CALL,LIQUIDATION,BANKRUPT');
  else if (filters.tier !== 'at-risk' && filters.tier !== 'all') query.set('tier', filters.tier);
  for (const name of ['symbol', 'side', 'minLeverage', 'minNotional'] as const) {
    if (filters[name]) query.set(name, filters[name]);
  }
  query.set('limit', String(limit));
  return `${isAtRisk ? 'at-risk' : 'accounts'}?${query}`;
}

/** The filter in words; empty where nothing is left out. */
export function filterText(filters: Filters): string {
  const words = [
    filters.tier === 'at-risk' || filters.tier === 'all' ? '' : filters.tier.toLowerCase().replace('_', ' '),
    filters.symbol, filters.side, filters.minLeverage && `leverage from ${filters.minLeverage}x`,
    filters.minNotional && `notional from ${filters.minNotional}`, filters.filter && `"${filters.filter}"`,
  ];
  return words.filter(Boolean).join(', ');
}

export const matches = (row: AccountRow, filters: Filters): boolean =>
  row.account.toLowerCase().includes(filters.filter.toLowerCase());
