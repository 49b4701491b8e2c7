import type { AssetView } from '../../data/types';

const SHOWN = 5;

export interface Mover {
  asset: AssetView;
  /** Change of the notional since the beginning. */
  change: number | null;
}

/** Markets by how much their notional has changed since a moment, the largest change first. */
export function movers(now: AssetView[], then: AssetView[]): Mover[] {
  const before = new Map(then.map((asset) => [asset.asset, both(asset)]));
  const list = now.map((asset) => {
    const [first, last] = [before.get(asset.asset), both(asset)];
    return { asset, change: first === undefined || first === null || last === null ? null : last - first };
  });
  return list.sort((one, other) => Math.abs(other.change ?? 0) - Math.abs(one.change ?? 0)
    || (both(other.asset) ?? 0) - (both(one.asset) ?? 0)).slice(0, SHOWN);
}

/** Long and short together; null where either is unknown. */
export const both = ({ longNotional, shortNotional }: AssetView): number | null =>
  longNotional === null || shortNotional === null ? null : longNotional + shortNotional;
