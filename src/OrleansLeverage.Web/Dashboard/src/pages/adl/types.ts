import type { AsOf, Listed, Side, Stamped } from '../../data/types';
import type { AdlWord } from '../../data/conditions';
import { isOption } from '../parts/markets';

/** Money and quantities are decimal strings; terms and scores are statistics. */
export interface Line {
  value: string | null;
  threshold: string | null;
  distance: string | null;
  met: boolean | null;
}

export interface AdlMarket {
  market: string;
  state: AdlWord;
  /** Why prices forbid it, in words; null where they do not. */
  inhibited: string | null;
  priceState: string;
  priceAgeMs: number | null;
  priceAgeMaxMs: number;
  /** The insurance fund. */
  insuranceBalance: string;
  /** Value is the shortfall, threshold is the fund. */
  trigger: Line;
  stop: Line;
  insolventAccounts: number;
  insolventContracts: string;
  insolvent: { account: string; side: Side; contracts: string; shortfall: string }[];
  openPlan: string | null;
}

export type AdlMarkets = Listed<AdlMarket>;

export interface Ranked {
  /** From 1; null for a position that is not taken from. */
  rank: number | null;
  /** Rank over all of its side that have one: small goes first. */
  quantile: number | null;
  /** 5 for the fifth that goes first, down to 1. */
  lights: number | null;
  account: string;
  side: Side;
  contracts: string;
  hedged: string;
  notional: string;
  unrealizedPnl: string;
  equity: string;
  pnlTerm: number | null;
  leverageTerm: number | null;
  score: number | null;
}

export type Queue = Listed<Ranked> & { market: string; policy: string; score: string };

export interface Standing {
  equity: string;
  notional: string;
  leverage: number | null;
  marginRatio: number | null;
  tier: string;
}

export interface PreviewLeg {
  counterparty: string;
  side: Side;
  contracts: string;
  held: string;
  rank: number;
  quantile: number;
  pnlTerm: number | null;
  leverageTerm: number | null;
  score: number | null;
  /** USD less than at the mark. */
  forgone: string;
  before: Standing;
  after: Standing;
}

/** A plan as it is made at one frame, with its accounts before and after. */
export interface Preview {
  market: string;
  bankruptAccount: string;
  side: Side;
  policy: string;
  score: string;
  rule: string;
  ruleVersion: number;
  asOf: AsOf;
  markPrice: string | null;
  price: string | null;
  priceState: string;
  priceAgeMs: number | null;
  requested: string;
  contracts: string;
  residual: string;
  shortfall: string;
  fund: string;
  ranked: number;
  excluded: { reason: string; accounts: number }[];
  legs: PreviewLeg[];
}

export interface KeptLeg {
  counterparty: string;
  side: Side;
  contracts: string;
  rank: number;
  score: number | null;
  forgone: string;
  commandId: string;
  state: string;
  refusal: string | null;
}

/** What is kept of a plan from arming to its end. */
export interface KeptPlan {
  planId: string;
  state: string;
  detail: string | null;
  market: string;
  bankruptAccount: string;
  side: Side;
  policy: string;
  armedBy: string;
  armedMs: number;
  executedBy: string | null;
  endedMs: number | null;
  requested: string;
  filled: string;
  residual: string;
  rounds: { round: number; timestamp: number; markPrice: string; price: string; priceTimestamp: number;
    legs: KeptLeg[] }[];
}

export interface Answer extends Stamped {
  /** planned, planned_short, armed, active, completed, ... or duplicate. */
  code: string;
  original: string | null;
  preview: Preview | null;
  plan: KeptPlan | null;
}

export interface LogRow {
  /** When the leg was sent; null for one that never was. */
  timestamp: number | null;
  market: string;
  bankruptAccount: string;
  counterparty: string;
  side: Side;
  size: string;
  price: string;
  priceAgeMs: number;
  rank: number;
  forgone: string;
  rule: string;
  ruleVersion: number;
  operator: string;
  commandId: string;
  state: string;
  refusal: string | null;
  planId: string;
  round: number;
  planState: string;
}

/**
 * Markets in the order in which they matter: plans first, then what is due, then what is short of most of the fund;
 * option series last.
 */
export function nearestFirst(items: readonly AdlMarket[]): AdlMarket[] {
  const share = (item: AdlMarket): number => {
    const [short, fund] = [Number(item.trigger.value ?? 0), Number(item.trigger.threshold ?? 0)];
    return short > 0 ? short / Math.max(fund, 1) : 0;
  };
  const place = (item: AdlMarket): number => (item.state === 'ACTIVE' ? 0 : item.state === 'ARMED' ? 1
    : item.trigger.met ? 2 : share(item) > 0 ? 3 : isOption(item.market) ? 5 : 4);
  return items.map((item, at) => ({ item, at })).sort((a, b) => place(a.item) - place(b.item)
    || share(b.item) - share(a.item) || a.at - b.at).map(({ item }) => item);
}

/** How contracts are taken from winners, with the words for people. */
export const POLICIES: readonly (readonly [string, string])[] = [
  ['queue', 'queue, highest score first'], ['pro-rata-contracts', 'pro rata by contracts'],
  ['pro-rata-profit', 'pro rata by profit'], ['pro-rata-equity', 'pro rata by equity'],
  ['capped-pro-rata', 'pro rata by profit, capped'], ['risk-aware', 'smallest largest leverage after'],
];

/** How positions are ranked: the formulas of venues. */
export const SCORES: readonly (readonly [string, string])[] = [
  ['hyperliquid', 'Hyperliquid'], ['binance', 'Binance'], ['bybit', 'Bybit'], ['bitmex', 'BitMEX'],
  ['profit-ratio', 'profit ratio'], ['leveraged-profit', 'leveraged profit'], ['position-size', 'position size'],
];

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: 48 bits of Unix milliseconds and 80 random ones, in Crockford's base 32 (github.com/ulid/spec). */
export function ulid(nowMs: number, random: Uint8Array): string {
  let time = '';
  for (let left = nowMs, at = 0; at < 10; at++, left = Math.floor(left / 32)) time = ALPHABET[left % 32] + time;
  let bits = 0n;
  for (const byte of random.subarray(0, 10)) bits = bits * 256n + BigInt(byte);
  let rest = '';
  for (let at = 0; at < 16; at++, bits /= 32n) rest = ALPHABET[Number(bits % 32n)] + rest;
  return time + rest;
}

export const newPlanId = (): string => ulid(Date.now(), crypto.getRandomValues(new Uint8Array(10)));

/** What an order needs before it can be rehearsed; null where nothing is missing. */
export function missing(account: string, contracts: string): string | null {
  if (account === '') return 'Name the account that is short.';
  if (contracts !== '' && !/^\d{1,18}(\.\d{1,18})?$/.test(contracts)) {
    return 'Contracts are a number above zero, or empty for all.';
  }
  return null;
}
