import type { Candle } from '../../charts';
import type { LadderHistory, MapBucket } from '../../data/types';

const ROWS = 60;
const CANDLE_MS = 60_000;

/** The ends of a bucket as multiples of the price: 1 % wide, from the end nearer to the price. */
export function ends(fromPct: number, place: number): [number, number] {
  // the first half is below the price: its far end is a percent further down
  const toPct = fromPct < 0 || (fromPct === 0 && place < 50) ? fromPct - 1 : fromPct + 1;
  return [1 + Math.min(fromPct, toPct) / 100, 1 + Math.max(fromPct, toPct) / 100];
}

/**
 * Buckets in percent of a price that moves, as rows of fixed prices: a bucket's notional is shared among the rows it
 * lies over, by width, so that what lies within the rows keeps its sum. Long above zero, short below it.
 */
export function grid(history: LadderHistory, reachPct: number): { bounds: number[]; values: (number | null)[][] } {
  const known = history.prices.filter((price): price is number => price !== null);
  if (known.length === 0) return { bounds: [], values: [] };
  const low = Math.min(...known) * (1 - reachPct / 100);
  const high = Math.max(...known) * (1 + reachPct / 100);
  const step = (high - low) / ROWS;
  const bounds = Array.from({ length: ROWS + 1 }, (_, row) => low + row * step);
  const values = history.times.map((_, at) => {
    const price = history.prices[at];
    if (price === null) return Array<null>(ROWS).fill(null);
    const rows = Array<number>(ROWS).fill(0);
    history.notional[at].forEach((notional, place) => {
      if (notional === 0) return;
      const [from, to] = ends(history.fromPct[place], place).map((share) => share * price);
      const sign = to <= price * (1 + 1e-9) ? 1 : -1;
      for (let row = Math.max(0, Math.floor((from - low) / step)); row < ROWS && bounds[row] < to; row++) {
        const over = Math.min(to, bounds[row + 1]) - Math.max(from, bounds[row]);
        if (over > 0) rows[row] += (sign * notional * over) / (to - from);
      }
    });
    return rows;
  });
  return { bounds, values };
}

/** A candle a minute, from the prices that were looked at. */
export function candlesOf({ times, prices }: Pick<LadderHistory, 'times' | 'prices'>): Candle[] {
  const candles: [number, number, number, number, number][] = [];
  times.forEach((timeMs, at) => {
    const price = prices[at];
    if (price === null) return;
    const begin = Math.floor(timeMs / CANDLE_MS) * CANDLE_MS;
    const last = candles.at(-1);
    if (!last || last[0] !== begin) candles.push([begin, price, price, price, price]);
    else {
      last[2] = Math.max(last[2], price);
      last[3] = Math.min(last[3], price);
      last[4] = price;
    }
  });
  return candles;
}

/** Sums from the price outwards: what a move to the far end of each bucket liquidates in all. */
export function cumulated(buckets: MapBucket[]): number[] {
  const sums: number[] = Array(buckets.length).fill(0);
  const add = (order: number[]) => order.reduce((sum, at) => (sums[at] = sum + buckets[at].notional), 0);
  const places = buckets.map((_, at) => at);
  add(places.filter((at) => buckets[at].side === 'long').sort((a, b) => buckets[b].toPct - buckets[a].toPct));
  add(places.filter((at) => buckets[at].side === 'short').sort((a, b) => buckets[a].toPct - buckets[b].toPct));
  return sums;
}
