/** An option series, by its id: BTC-USD-20260327-80000-C. */
export const isOption = (symbol: string): boolean => /-\d{8}-\d+(?:\.\d+)?-[CP]$/.test(symbol);

/** The first of a long list and how many are left out; what is wanted by name is always among them. */
export function shortened<T>(list: readonly T[], most: number, isWanted: (item: T) => boolean = () => false):
  { shown: T[]; left: number } {
  if (list.length <= most) return { shown: [...list], left: 0 };
  const wanted = list.slice(most).filter(isWanted);
  return { shown: [...list.slice(0, most), ...wanted], left: list.length - most - wanted.length };
}
