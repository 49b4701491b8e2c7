import { ANY_LEVERAGE, AT_RISK } from '../../figures/behind';
import type { AccountRow } from '../../data/types';
import { percent, usd } from '../../format/numbers';

export interface Filters {
  tier: string;
  market: string;
  symbol: string;
  side: string;
  minLeverage: string;
  maxLeverage: string;
  minNotional: string;
  minEquity: string;
  maxEquity: string;
  /** The move of the market that liquidates, as a fraction, from and to. */
  moveFrom: string;
  moveTo: string;
  sort: string;
  /** A part of the account's name; matched here. */
  filter: string;
}

/** What the endpoint takes besides the tier and the order. */
const SENT = ['market', 'symbol', 'side', 'minLeverage', 'maxLeverage', 'minNotional', 'minEquity', 'maxEquity',
  'moveFrom', 'moveTo'] as const;

export const TIERS = [
  ['at-risk', 'warned or worse'], ['all', 'every'], [AT_RISK, 'called or worse'], ['WARNING', 'warning'],
  ['MARGIN_CALL', 'margin call'], ['LIQUIDATION', 'liquidation'], ['LIQUIDATION,BANKRUPT', 'past the line'],
  ['BANKRUPT', 'bankrupt'], ['UNKNOWN', 'unknown'], ['HEALTHY', 'healthy'],
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
  const move = (name: string) => (/^-?\d+(\.\d+)?$/.test(query.get(name) ?? '') ? query.get(name)! : '');
  const market = query.get('market') ?? '';
  const isMove = market !== '' && move('moveFrom') !== '' && move('moveTo') !== '';
  return {
    tier: oneOf(TIERS, query.get('tier')), market, symbol: query.get('symbol') ?? '',
    side: oneOf(SIDES, query.get('side')), minLeverage: number('minLeverage'), maxLeverage: number('maxLeverage'),
    minNotional: number('minNotional'), minEquity: number('minEquity'), maxEquity: number('maxEquity'),
    moveFrom: isMove ? move('moveFrom') : '', moveTo: isMove ? move('moveTo') : '',
    sort: oneOf(SORTS, query.get('sort')), filter: query.get('filter') ?? '',
  };
}

/** The endpoint and its parameters. */
export function queryOf(filters: Filters, limit: number): string {
  const query = new URLSearchParams();
  const isAtRisk = filters.tier === 'at-risk' && filters.sort === 'risk';
  if (!isAtRisk) query.set('sort', filters.sort);
  if (!isAtRisk) tiers(filters, query);
  for (const name of SENT) {
    if (filters[name]) query.set(name, filters[name]);
  }
  query.set('limit', String(limit));
  return `${isAtRisk ? 'at-risk' : 'accounts'}?${query}`;
}

function tiers({ tier }: Filters, query: URLSearchParams): void {
  if (tier === 'at-risk') query.set('tier', `WARNING,${AT_RISK}`);
  else if (tier !== 'all') query.set('tier', tier);
}

/** The export of what is listed, however long; null where a part of a name is asked for, which only the page knows. */
export function exportOf(filters: Filters): string | null {
  if (filters.filter) return null;
  const query = new URLSearchParams({ format: 'csv' });
  tiers(filters, query);
  for (const name of SENT) {
    if (filters[name]) query.set(name, filters[name]);
  }
  return `export/accounts?${query}`;
}

/** The filters that the toolbar has no field for, in words. */
export function furtherText(filters: Filters): string {
  const between = (name: string, from: string, to: string) => (from && to ? `${name} ${from} to ${to}`
    : from ? `${name} from ${from}` : to ? `${name} below ${to}` : '');
  return [
    filters.symbol && `holds ${filters.symbol}`,
    filters.maxLeverage && (Number(filters.maxLeverage) >= ANY_LEVERAGE ? 'has equity'
      : `leverage below ${filters.maxLeverage}x`),
    between('equity', filters.minEquity && usd(filters.minEquity), filters.maxEquity && usd(filters.maxEquity)),
    filters.moveFrom && `liquidated where ${filters.market} alone moves ${percent(filters.moveFrom, 0)} to ${
      percent(filters.moveTo, 0)}`,
  ].filter(Boolean).join(', ');
}

/** The filter in words; empty where nothing is left out. */
export function filterText(filters: Filters): string {
  const tier = TIERS.find(([key]) => key === filters.tier)?.[1] ?? '';
  const words = [
    filters.tier === 'at-risk' || filters.tier === 'all' ? '' : tier,
    filters.market, filters.side, filters.minLeverage && `leverage from ${filters.minLeverage}x`,
    filters.minNotional && `notional from ${filters.minNotional}`, furtherText(filters),
    filters.filter && `"${filters.filter}"`,
  ];
  return words.filter(Boolean).join(', ');
}

export const matches = (row: Pick<AccountRow, 'account'>, filters: Filters): boolean =>
  row.account.toLowerCase().includes(filters.filter.toLowerCase());
