import type { AdlMarket } from '../../data/types';
import { isOption } from '../parts/markets';

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
