import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { useResource } from '../../data/resource';
import { urlOf } from '../../data/server';
import { Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { ReportFigures } from './report';
import type { Entries, Entry, Report } from './types';

/** Is the model any good? Reports that were made from history, as they were written. */
export function Calibration({ query }: PageProps) {
  const list = useResource<Entries>('calibration', { everyMs: 0 });
  const name = query.get('report') ?? list.value?.items[0]?.name ?? null;
  const report = useResource<Report>(name === null ? null : `calibration/${encodeURIComponent(name)}`, { everyMs: 0 });
  const entry = list.value?.items.find((one) => one.name === name);
  const isKnown = /^leverage-(calibration|backtest)\//.test(report.value?.schema ?? '');
  return (
    <div class="grid">
      <Panel title="Reports" of={list} class="w3" what="the list of reports"
        question="Served as files; nothing is recomputed."
        isEmpty={(value) => value.items.length === 0}
        empty={{ why: 'No report is served. Make one, and serve its folder with --reports.',
          command: 'leverage calibrate prices.csv --json > reports/btc.json' }}>
        {(value) => <List items={value.items} chosen={name} />}
      </Panel>
      <div class="w9 stack">
        {name !== null && (
          <Panel title={entry?.title ?? report.value?.feed ?? name} of={report} what="the report"
            actions={<>
              <a class="link" href={urlOf(`calibration/${encodeURIComponent(name)}`)} download={`${name}.json`}>JSON</a>
              {entry?.hasHtml !== false && <a class="link" href={urlOf(`calibration/${encodeURIComponent(name)}.html`)}
                download={`${name}.html`}>Self-contained HTML</a>}
            </>}>
            {(value) => (isKnown ? <ReportFigures report={value} query={query} />
              : <Notice tone="warn" title={`A report of an unknown schema: ${String(value.schema ?? 'none')}`}>
                  It can be downloaded all the same.</Notice>)}
          </Panel>
        )}
      </div>
    </div>
  );
}

function List({ items, chosen }: { items: Entry[]; chosen: string | null }) {
  const [, choose] = useQuery('report', '');
  return (
    <ul class="reports">
      {items.map((item) => (
        <li key={item.name}>
          <button type="button" aria-pressed={item.name === chosen} onClick={() => choose(item.name)}>
            <strong>{item.title ?? item.name}</strong>
            <small>{[item.kind, item.from && item.to ? `${item.from} to ${item.to}` : null].filter(Boolean).join(', ')}
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}
