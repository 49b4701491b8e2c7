import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { useResource } from '../../data/resource';
import { urlOf } from '../../data/server';
import type { ReportEntry, Reports } from '../../data/types';
import { Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { ReportFigures } from './report';
import { titleOf, type Report } from './types';

/** Is the model any good? Reports that were made from history, as they were written. */
export function Calibration({ query }: PageProps) {
  const list = useResource<Reports>('calibration', { everyMs: 0 });
  const name = query.get('report') ?? list.value?.items[0]?.name ?? null;
  const entry = list.value?.items.find((one) => one.name === name);
  const isRead = name !== null && (entry === undefined || entry.forms.includes('json'));
  const report = useResource<Report>(isRead ? `calibration/${encodeURIComponent(name)}` : null, { everyMs: 0 });
  const isKnown = /^leverage-(calibration|backtest)\//.test(report.value?.schema ?? '');
  return (
    <div class="grid">
      <Panel title="Reports" of={list} class="w3" what="the list of reports"
        question="Served as files; nothing is recomputed."
        isEmpty={(value) => value.items.length === 0}
        empty={{ why: list.value?.reason === 'no_folder'
          ? 'The server was given no folder of reports. Make one, and serve it with --reports.'
          : 'The folder of reports is empty.',
        command: 'leverage calibrate --prices BTC-USD=btc.csv --json > reports/btc.json' }}>
        {(value) => <List items={value.items} chosen={name} />}
      </Panel>
      <div class="w9 stack">
        {name !== null && !isRead && entry && <OnlyPage entry={entry} />}
        {name !== null && isRead && (
          <Panel title={entry ? titleOf(entry) : name} of={report} what="the report"
            actions={<>
              <a class="link" href={urlOf(`calibration/${encodeURIComponent(name)}`)} download={`${name}.json`}>JSON</a>
              {entry?.hasHtml && <a class="link" href={urlOf(`calibration/${encodeURIComponent(name)}.html`)}
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

function List({ items, chosen }: { items: ReportEntry[]; chosen: string | null }) {
  const [, choose] = useQuery('report', '');
  return (
    <ul class="reports">
      {items.map((item) => (
        <li key={item.name}>
          <button type="button" aria-pressed={item.name === chosen} onClick={() => choose(item.name)}>
            <strong>{titleOf(item)}</strong>
            <small>{[item.from && item.to ? `${item.from} to ${item.to}` : item.name,
              `written ${item.datetime.slice(0, 10)}`].join(', ')}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A report that was left as a page alone is downloaded, not shown: its styles are its own. */
function OnlyPage({ entry }: { entry: ReportEntry }) {
  return (
    <section class="panel"><div class="body">
      <Notice tone="muted" title={titleOf(entry)}>This report is a self-contained page:{' '}
        <a class="link" href={urlOf(`calibration/${encodeURIComponent(entry.name)}.html`)}
          download={`${entry.name}.html`}>download it</a>.</Notice>
    </div></section>
  );
}
