import { csv, download } from '../../app/copy';
import { hrefHere, setQuery, useQuery } from '../../app/router';
import { chartText, HeatTable, Toggle, VirtualTable, type Column } from '../../charts';
import { count, exported, known, ratio, times, usd, type Figure } from '../../format/numbers';
import { utcDateTime } from '../../format/time';
import { StateBadge } from '../../states/badge';
import { Notice } from '../../states/notices';
import type { Behind } from '../../figures/behind';
import { matrixOf, type Outcome, type StressResult } from './types';

const PINNED_MAX = 3;

const FIELDS: readonly (readonly [keyof Outcome, string, (value: Figure) => string])[] = [
  ['leverage', 'Leverage after', times], ['equity', 'Equity', usd], ['notional', 'Notional', usd],
  ['liquidatedAccounts', 'Accounts liquidated', count], ['liquidatedNotional', 'Notional liquidated', usd],
  ['longLiquidated', 'of it long', usd], ['shortLiquidated', 'of it short', usd],
  ['undetectedAccounts', 'Below the line unseen', count], ['bankruptAccounts', 'Bankrupt', count],
  ['deficit', 'Deficit', usd], ['fundCoverage', 'Fund / deficit', (value) => ratio(value)],
];

const value = (outcome: Outcome, field: keyof Outcome): Figure => outcome[field] as Figure;

export function StressFigures({ result, query }: { result: StressResult; query: URLSearchParams }) {
  const { scenarios } = result;
  const pinned = (query.get('compare')?.split('|') ?? []).map((name) =>
    scenarios.find((one) => one.scenario === name)).filter((one): one is Outcome => one !== undefined);
  const pin = (name: string): void => {
    const names = pinned.map((one) => one.scenario);
    const next = names.includes(name) ? names.filter((one) => one !== name) : [...names, name].slice(-PINNED_MAX);
    setQuery({ compare: next.join('|') });
  };
  const columns: Column<Outcome>[] = [
    { key: 'scenario', header: 'Scenario', align: 'left', text: (row) => row.scenario },
    ...FIELDS.map(([field, header, write]): Column<Outcome> => ({ key: field, header,
      text: (row) => write(value(row, field)) })),
  ];
  const worst = [...scenarios].sort((a, b) => (known(b.deficit) ?? 0) - (known(a.deficit) ?? 0)
    || (known(b.liquidatedNotional) ?? 0) - (known(a.liquidatedNotional) ?? 0));
  return (
    <>
      <Market result={result} pinned={pinned.map((one) => one.scenario)} />
      {pinned.length > 0 && <Compare outcomes={pinned} onDrop={pin} />}
      <section class="panel" aria-labelledby="stress-outcomes">
        <header>
          <h2 id="stress-outcomes">Outcomes, the largest deficit first</h2>
          <StateBadge state="SIMULATION" tone="warn" />
          <span class="asof">{result.asOf ? `as of frame ${result.asOf.frame}, ${
            utcDateTime(result.asOf.timestamp)}` : ''}
          </span>
          <span class="actions">
            <button type="button" class="small" onClick={() => download('stress.csv', csv(
              ['scenario', 'kind', ...FIELDS.map(([field]) => field), 'note'], scenarios.map((row) => [row.scenario,
                row.kind, ...FIELDS.map(([field]) => exported(value(row, field))), row.note])))}>CSV</button>
            <button type="button" class="small" onClick={() =>
              download('stress.json', JSON.stringify(result, null, 2), 'application/json')}>JSON</button>
          </span>
          <p class="question">{`${count(result.accounts)} accounts, fund ${usd(result.fund)}. Full repricing; `
            + 'nobody acts in between. Open a row to compare it.'}</p>
        </header>
        <div class="body">
          {result.unknownAccounts > 0 && <Notice tone="warn"
            title={`${count(result.unknownAccounts)} accounts are not in it`}>
            A price that they need is missing.</Notice>}
          <VirtualTable label="Outcomes" columns={columns} rows={worst} rowKey={(row) => row.scenario} height={360}
            why="The row is compared; a simulation keeps no accounts."
            onOpen={(row) => pin(row.scenario)} />
        </div>
      </section>
    </>
  );
}

function Compare({ outcomes, onDrop }: { outcomes: Outcome[]; onDrop: (name: string) => void }) {
  return (
    <section class="panel" aria-labelledby="stress-compare">
      <header><h2 id="stress-compare">Side by side</h2><p class="question">The largest of each row is bold.</p></header>
      <div class="body scroll" tabIndex={0} role="region" aria-label="Side by side">
        <table class="compare" data-rows="none" data-why="A simulation: its accounts are not kept.">
          <thead><tr><th scope="col">Figure</th>{outcomes.map((one) => <th key={one.scenario} scope="col">
            {one.scenario} <button type="button" class="small" aria-label={`Drop ${one.scenario}`}
              onClick={() => onDrop(one.scenario)}>Drop</button></th>)}</tr></thead>
          <tbody>
            {FIELDS.map(([field, name, write]) => {
              const figures = outcomes.map((one) => known(value(one, field)));
              const most = Math.max(...figures.map((figure) => figure ?? -Infinity));
              return (
                <tr key={field}><th scope="row">{name}</th>{outcomes.map((one, at) => (
                  <td key={one.scenario}>{figures[at] === most && outcomes.length > 1 && new Set(figures).size > 1
                    ? <strong>{write(value(one, field))}</strong> : write(value(one, field))}</td>
                ))}</tr>
              );
            })}
            <tr><th scope="row">Note</th>{outcomes.map((one) =>
              <td key={one.scenario} class="wrap">{one.note}</td>)}</tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

const METRICS = { liquidatedNotional: 'Liquidated', deficit: 'Deficit', leverage: 'Leverage' } as const;
type Metric = keyof typeof METRICS;

function Market({ result, pinned }: { result: StressResult; pinned: string[] }) {
  const [chosen, choose] = useQuery('metric', 'liquidatedNotional');
  const matrix = matrixOf(result.scenarios);
  if (!matrix) return null;
  const compared = (cell: Outcome | null): Behind => (cell === null ? { leaf: 'Not in the library.' } : {
    href: hrefHere({ compare: [...pinned.filter((name) => name !== cell.scenario), cell.scenario].slice(-PINNED_MAX)
      .join('|') }), to: `${cell.scenario} beside others` });
  const metric: Metric = chosen in METRICS ? chosen as Metric : 'liquidatedNotional';
  return (
    <section class="panel"><div class="body">
      <p class="buttons"><Toggle label="Figure" value={metric} onChange={choose}
        options={Object.entries(METRICS) as [Metric, string][]} /></p>
      <HeatTable title={`${METRICS[metric]} by market and shock`} corner="Feed" rows={matrix.feeds}
        columns={matrix.moves}
        values={matrix.cells.map((row) => row.map((cell) => (cell ? known(value(cell, metric)) : null)))}
        format={metric === 'leverage' ? chartText.times : chartText.dollars} digits={metric === 'leverage' ? 2 : 1}
        tone="warn" behind={(row, column) => compared(matrix.cells[row][column])}
        definition="One feed moves alone, everything else stands still. Open a cell to compare it." />
    </div></section>
  );
}
