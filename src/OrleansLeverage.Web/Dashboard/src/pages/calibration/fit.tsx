import { useQuery } from '../../app/router';
import { Columns, Reliability, TimeSeries, Toggle, VirtualTable, type Column } from '../../charts';
import { plain } from '../../charts/text';
import { fixed, percent, signed } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { dayOf, type LiquidationRow, type ModelRow, type WeekRow } from './types';

/** Beyond so many deviations a week is told: Shewhart's three sigmas. */
const LIMIT = 3;

/** Did what was said to happen with a probability happen as often? */
export function ReliabilityOf({ model }: { model: ModelRow }) {
  const { reliability, transforms } = model;
  if (!reliability || !transforms) {
    return <p class="note">This report was written before reliability was counted: run it again.</p>;
  }
  return (
    <div class="pair">
      <Reliability title="Reliability" points={reliability}
        definition={'Share of returns at or below the quantile that was forecast for each probability, with its 95 % '
          + 'interval (Wilson). On the diagonal the whole law is right.'} />
      <Columns title="Probability transforms" labels={transforms.map((bin) => plain(bin.from, 1))} height={280}
        format={(value, digits) => `${plain(value * 100, digits)}%`} digits={1}
        definition="F(r) of every return under its forecast: the same share in every bin where the law is right."
        series={[{ label: 'share of returns', values: transforms.map((bin) => bin.share), tone: 'long' }]}
        expected={{ label: 'right', values: transforms.map((bin) => bin.to - bin.from) }} />
    </div>
  );
}

/** Liquidations that the model predicted of longs, against those that were seen. */
export function Liquidations({ rows }: { rows: LiquidationRow[] }) {
  if (rows.length === 0) return null;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Liquidations predicted and seen">
      <table data-rows="leaf" data-why="Counted over every close of the series.">
        <caption>Longs opened anew at every close: liquidations within the next bar</caption>
        <thead><tr><th scope="col">Leverage</th><th scope="col">Fall that ends it</th><th scope="col">Predicted</th>
          <th scope="col">Seen</th><th scope="col">Accepted</th><th scope="col" class="left">Verdict</th></tr></thead>
        <tbody>{rows.map((row) => {
          const word = row.seen > row.acceptedTo ? 'TOO MANY' : row.seen < row.acceptedFrom ? 'TOO FEW' : 'ACCEPTED';
          return (
            <tr key={row.leverage}><th scope="row">{`${row.leverage}x`}</th><td>{percent(row.move)}</td>
              <td>{fixed(row.expected, 1)}</td><td>{`${row.seen} of ${fixed(row.observations, 0)}`}</td>
              <td>{`${row.acceptedFrom}–${row.acceptedTo}`}</td>
              <td class="left"><StateBadge state={word} quiet tone={word === 'ACCEPTED' ? 'ok'
                : word === 'TOO MANY' ? 'crit' : 'warn'} /></td></tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

const columns: Column<WeekRow>[] = [
  { key: 'week', header: 'Week', align: 'left', text: (row) => `${row.from} to ${row.to}`, isWide: true },
  { key: 'days', header: 'Returns', text: (row) => String(row.days) },
  { key: 'exceptions', header: 'Exceptions', text: (row) => `${row.exceptions} (${fixed(row.expected, 2)})`,
    title: 'Seen, and expected in brackets' },
  { key: 'spread', header: 'Moves', text: (row) => signed(row.spreadScore, 1),
    title: 'Deviations; above zero the week moved more than was forecast' },
  { key: 'bias', header: 'Direction', text: (row) => signed(row.biasScore, 1),
    title: 'Deviations; above zero the week rose more than was forecast' },
  { key: 'alarms', header: 'Alarms', align: 'left', text: (row) => row.alarms.join(', ') || 'none', isWide: true },
];

/** The fit week by week: when it drifted, and which alarms were raised. */
export function Drift({ model: { weeks } }: { model: ModelRow }) {
  const [which, choose] = useQuery('weeks', 'telling');
  if (!weeks || weeks.length === 0) return null;
  const rows = [...weeks].reverse().filter((week) => which === 'all' || week.alarms.length > 0 || week.exceptions > 0);
  return (
    <section aria-label="Drift by week">
      <TimeSeries title="Drift by week, in deviations" times={weeks.map((week) => dayOf(week.from))} height={170}
        digits={1} include={[0]} syncKey="parameters"
        definition={'Whether a week moved more, or more to one side, than was forecast. A right law stays within three '
          + 'deviations in all but one week of 370.'}
        series={[
          { label: 'moves', values: weeks.map((week) => week.spreadScore), tone: 'text' },
          { label: 'direction', values: weeks.map((week) => week.biasScore), tone: 'muted', dash: 1 },
        ]}
        marks={[{ value: LIMIT, label: 'alarm', tone: 'crit' }, { value: -LIMIT, label: 'alarm', tone: 'crit' }]} />
      <div class="fields inline after"><Toggle label="Weeks" value={which === 'all' ? 'all' : 'telling'}
        onChange={choose} options={[['telling', 'With exceptions or alarms'], ['all', 'All']]} /></div>
      <VirtualTable label="Weeks" columns={columns} rows={rows} rowKey={(row) => row.from} height={260}
        why="Weeks are the rows of the report." empty="No week had an exception or an alarm." />
    </section>
  );
}
