import type { Stamped } from '../../data/types';

export interface Route {
  route: string;
  requestsPerSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  errorsPerSecond: number;
}

/** GET status: how the service is, over the last seconds. */
export interface Status extends Stamped {
  version: string;
  mode: string;
  engine: string;
  startedAt: string | number;
  uptimeSeconds: number;
  health: { status: string; reason: string | null };
  counts: Record<string, number>;
  windowSeconds: number;
  routes: Route[];
  frames: { perSecond: number; intervalP50Ms: number | null; intervalP99Ms: number | null; sweepP50Ms: number | null;
    sweepP99Ms: number | null; sweepMaxMs: number | null; lagMs: number | null } | null;
  commands: { queued: number; capacity: number; oldestMs: number | null } | null;
  journal: { commits: number; records: number; bytes: number; failures: number; commitP50Ms: number | null;
    commitP99Ms: number | null; syncP50Ms: number | null; syncP99Ms: number | null;
    sinceSnapshotBytes: number | null } | null;
  gc: { gen0: number; gen1: number; gen2: number; pauseTotalMs: number; pausePercent: number; heapBytes: number;
    committedBytes: number };
  memory: { workingSetBytes: number; rowBytes: number | null; stateBytes: number | null };
  threads: { pool: number; queued: number };
  streams: { subscribers: number; dropped: number };
  rejected: { reason: string; count: number }[];
  configuration: Record<string, string | number | boolean | null>;
  silos?: { name: string; status: string; activations: number | null }[] | null;
  orleansDashboard?: string | null;
}

/** 1.24 GiB. */
export function bytesText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '--';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [left, at] = [value, 0];
  while (left >= 1024 && at < units.length - 1) [left, at] = [left / 1024, at + 1];
  return `${at === 0 ? left : left.toFixed(left >= 100 ? 0 : left >= 10 ? 1 : 2)} ${units[at]}`;
}
