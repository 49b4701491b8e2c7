import type { Status } from '../../data/types';

/** What a cluster's answer has beside that of one process. */
export type ClusterStatus = Status & {
  silos?: { name: string; status: string; activations: number | null }[] | null;
  orleansDashboard?: string | null;
};

/** 1.24 GiB. */
export function bytesText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '--';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [left, at] = [value, 0];
  while (left >= 1024 && at < units.length - 1) [left, at] = [left / 1024, at + 1];
  return `${at === 0 ? left : left.toFixed(left >= 100 ? 0 : left >= 10 ? 1 : 2)} ${units[at]}`;
}
