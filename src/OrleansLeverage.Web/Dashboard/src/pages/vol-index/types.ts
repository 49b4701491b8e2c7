import type { Volatility } from '../../data/types';

/** What is shown first: an index, else what is estimated, else the first. */
export function firstOf(items: readonly Volatility[]): Volatility {
  return items.find((one) => one.points !== null) ?? items.find((one) => one.realisedEwma !== null) ?? items[0];
}
