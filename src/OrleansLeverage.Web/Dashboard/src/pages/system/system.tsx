import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageProps } from '../registry';
import { TimeSeries, VirtualTable, type Column, type Num } from '../../charts';
import { plain } from '../../charts/text';
import { useResource, type Loaded } from '../../data/resource';
import { urlOf } from '../../data/server';
import type { RouteStatus as Route } from '../../data/types';
import { count, duration, fixed, share } from '../../format/numbers';
import { utcDateTime } from '../../format/time';
import { accounts, noRows, page, type Behind } from '../../figures/behind';
import { Drill } from '../../figures/figure';
import { StateBadge } from '../../states/badge';
import { NotMeasured } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Facts } from '../parts/fields';
import { bytesText, type ClusterStatus as Status } from './types';

const ms = (value: number | null | undefined): string =>
  (value === null || value === undefined ? '--' : value < 10 ? `${fixed(value, 2)} ms` : duration(value));

/** Is the service well? */
export function SystemPage(_: PageProps) {
  const status = useResource<Status>('status', { everyMs: 2_000 });
  return (
    <div class="grid">
      <Panel title="Service" of={status} class="w6" what="the state of the service">
        {(value) => <Service status={value} />}
      </Panel>
      <div class="w6 stack">
        <Panel title="Frames and sweeps" of={status} what="frames">
          {(value) => <Frames status={value} />}
        </Panel>
        <Panel title="Refused" of={status} question="Since the start, by reason."
          isEmpty={(value) => value.rejected.length === 0} empty={{ why: 'Nothing was refused.' }}>
          {(value) => <Facts why={COUNTER} rows={value.rejected.map((one) => [one.reason.replaceAll('_', ' '),
            count(one.count)] as const)} />}
        </Panel>
      </div>
      <Trail status={status} />
      <Panel title="Requests" of={status}
        question={`Over the last ${Math.round(status.value?.windowSeconds ?? 15)} seconds.`}
        isEmpty={(value) => value.routes.length === 0} empty={{ why: 'Nothing was asked for in that time.' }}>
        {(value) => <VirtualTable label="Requests by route" columns={routes} rows={value.routes} height={360}
          why="Requests are counted and timed, not kept."
          rowKey={(row) => row.route} />}
      </Panel>
      <Panel title="Journal and commands" of={status} class="w6">{(value) => <Journal status={value} />}</Panel>
      <Panel title="Memory and collector" of={status} class="w6">{(value) => <Memory status={value} />}</Panel>
      {status.value?.silos && <Panel title="Silos" of={status} class="w6">{(value) => <Silos status={value} />}</Panel>}
      <Panel title="Configuration" of={status} question="Secrets are masked by the server.">
        {(value) => <Facts why="A setting, not a count."
          rows={Object.entries(value.configuration).map(([name, setting]) =>
            [name, <code>{setting === null ? 'not set' : String(setting)}</code>] as const)} />}
      </Panel>
    </div>
  );
}

const routes: Column<Route>[] = [
  { key: 'route', header: 'Route', align: 'left', text: (row) => row.route, draw: (row) => <code>{row.route}</code> },
  { key: 'rate', header: 'Requests/s', text: (row) => fixed(row.requestsPerSecond, 1) },
  { key: 'p50', header: 'p50', text: (row) => ms(row.p50Ms) },
  { key: 'p99', header: 'p99', text: (row) => ms(row.p99Ms) },
  { key: 'max', header: 'Slowest', text: (row) => ms(row.maxMs) },
  { key: 'errors', header: 'Errors/s', text: (row) => fixed(row.errorsPerSecond, 2), draw: (row) =>
    <span class={row.errorsPerSecond > 0 ? 'crit' : ''}>{fixed(row.errorsPerSecond, 2)}</span> },
];

const COUNTER = 'A count of this process since it began; what is counted is not kept.';

/** What is counted, where it is listed. */
const COUNTED: Record<string, Behind> = {
  accounts: accounts({ sort: 'notional' }, 'every account'), feeds: page('oracle', 'every feed'),
  instruments: { href: urlOf('universe'), to: 'every instrument, as the API lists them' },
  triggers: page('overview', 'the newest of them, among the events'),
};

function Service({ status }: { status: Status }) {
  return (
    <>
      <p class="buttons"><StateBadge state={status.health.status.toUpperCase()} detail={status.health.reason}
        tone={/^(healthy|ready|running|ok|live)$/i.test(status.health.status) ? 'ok' : 'warn'} /></p>
      <Facts why={COUNTER} rows={[
        ['Version', status.version], ['Mode', status.mode], ['Engine', status.engine],
        ['Up', duration(status.uptimeSeconds * 1_000)], ['Since', utcDateTime(status.startedAt)],
        ...Object.entries(status.counts).map(([name, n]) => [words(name),
          <Drill behind={COUNTED[name] ?? noRows(COUNTER)} name={words(name)} text={count(n)} />] as const),
        ['Stream readers', count(status.streams.subscribers)],
        ['Left out for slow readers', count(status.streams.dropped), 'States that were coalesced to the newest'],
      ]} />
      {status.orleansDashboard && <p><a class="link" href={status.orleansDashboard}>Orleans dashboard</a></p>}
    </>
  );
}

const words = (name: string): string => {
  const text = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function Frames({ status: { frames } }: { status: Status }) {
  if (!frames) return <NotMeasured why="This engine does not tell its frames." />;
  return <Facts why="Times of the last seconds; frames are not kept one by one." rows={[
    ['Frames/s', fixed(frames.perSecond, 1)], ['Between frames, p50', ms(frames.intervalP50Ms)],
    ['Between frames, p99', ms(frames.intervalP99Ms)], ['Sweep, p50', ms(frames.sweepP50Ms)],
    ['Sweep, p99', ms(frames.sweepP99Ms)], ['Slowest sweep', ms(frames.sweepMaxMs)],
    ['Figures behind the newest frame', ms(frames.lagMs)],
  ]} />;
}

function Journal({ status: { journal, commands } }: { status: Status }) {
  return (
    <>
      {commands ? <Facts why={COUNTER} rows={[
        ['Commands waiting', `${count(commands.queued)} of ${count(commands.capacity)}`],
        ['Oldest of them', ms(commands.oldestMs)],
      ]} /> : <p class="note">The queue of commands is not measured.</p>}
      {journal ? <Facts why={COUNTER} rows={[
        ['Commits', count(journal.commits)], ['Records', count(journal.records)], ['Size', bytesText(journal.bytes)],
        ['Since the last snapshot', bytesText(journal.sinceSnapshotBytes)], ['Commit, p50', ms(journal.commitP50Ms)],
        ['Commit, p99', ms(journal.commitP99Ms)], ['Sync, p99', ms(journal.syncP99Ms)],
        ['Failures', <span class={journal.failures > 0 ? 'crit' : ''}>{count(journal.failures)}</span>],
      ]} /> : <p class="note">No journal is kept: nothing outlives this process.</p>}
    </>
  );
}

function Memory({ status: { gc, memory, threads } }: { status: Status }) {
  return <Facts why="Of the process as a whole." rows={[
    ['Working set', bytesText(memory.workingSetBytes)], ['Rows', bytesText(memory.rowBytes)],
    ['Account state', bytesText(memory.stateBytes)], ['Heap', bytesText(gc.heapBytes)],
    ['Collections 0 / 1 / 2', `${count(gc.gen0)} / ${count(gc.gen1)} / ${count(gc.gen2)}`],
    ['Paused', `${share(gc.pausePercent / 100, 2)}, ${ms(gc.pauseTotalMs)} in all`],
    ['Threads', `${threads.pool}, ${count(threads.queued)} waiting`],
  ]} />;
}

function Silos({ status }: { status: Status }) {
  return <Facts why={COUNTER} rows={status.silos!.map((silo) => [silo.name,
    <><StateBadge state={silo.status.toUpperCase()} quiet /> {count(silo.activations)} activations</>] as const)} />;
}

const TRAIL = 300;

interface Point {
  at: number;
  rate: Num;
  p99: Num;
  sweep: Num;
}

/** The service since the page was opened: the server keeps no history of itself, metrics do. */
function Trail({ status }: { status: Loaded<Status> }) {
  const points = useRef<Point[]>([]);
  const [, redraw] = useState(0);
  const { value, receivedAtMs } = status;
  useEffect(() => {
    if (!value || receivedAtMs === null) return;
    const slowest = value.routes.map((route) => route.p99Ms).filter((p99): p99 is number => p99 !== null);
    points.current = [...points.current, {
      at: receivedAtMs, rate: value.routes.reduce((sum, route) => sum + route.requestsPerSecond, 0),
      p99: slowest.length > 0 ? Math.max(...slowest) : null, sweep: value.frames?.sweepP99Ms ?? null,
    }].slice(-TRAIL);
    redraw((n) => n + 1);
  }, [receivedAtMs]);
  const list = points.current;
  const times = list.map((point) => point.at);
  const millis = (v: number, digits: number): string => `${plain(v, digits)} ms`;
  return (
    <>
      <section class="panel w6"><div class="body">
        <TimeSeries title="Requests per second, since this page was opened" times={times} height={130} syncKey="status"
          digits={1} include={[0]} series={[{ label: 'requests/s', values: list.map((p) => p.rate), tone: 'text' }]} />
      </div></section>
      <section class="panel w6"><div class="body">
        <TimeSeries title="p99 of the slowest route and of sweeps" times={times} height={130} syncKey="status"
          digits={1}
          include={[0]} format={millis} series={[
            { label: 'requests', values: list.map((p) => p.p99), tone: 'text' },
            { label: 'sweeps', values: list.map((p) => p.sweep), tone: 'stale', dash: 1 },
          ]} />
      </div></section>
    </>
  );
}
