import { known, type Figure } from '../../format/numbers';

/** Less than half a cent is the dust of sums in doubles. */
const DUST = 0.005;

export interface RangeRow {
  label: string;
  low: Figure;
  middle: Figure;
  high: Figure;
  write: (value: Figure) => string;
  isMoney?: boolean;
}

/** Median and 5–95 % band of each figure; every row has a scale of its own, from zero, which its numbers give. */
export function RangeBars({ rows, runs }: { rows: readonly RangeRow[]; runs: number }) {
  return (
    <table class="rows ranges" data-rows="none" data-why="Over simulated runs, whose accounts are not kept.">
      <caption>{runs > 1 ? `Nearest rank over ${runs} runs` : 'One run: the band has no width'}</caption>
      <thead><tr><th scope="col">Figure</th><th scope="col">5%</th><th scope="col">median</th><th scope="col">95%</th>
        <th scope="col" class="picture">from zero</th></tr></thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label}>
            <th scope="row">{row.label}</th>
            <td>{row.write(row.low)}</td><td><strong>{row.write(row.middle)}</strong></td><td>{row.write(row.high)}</td>
            <td class="picture"><RangeBar {...row} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RangeBar({ low, middle, high, isMoney }: RangeRow) {
  const values = [low, middle, high].map((value) => Math.abs(known(value) ?? 0));
  const most = Math.max(...values);
  const end = isMoney && most < DUST ? 0 : most;
  const at = (value: number): string => `${end > 0 ? (value / end) * 96 + 1 : 1}%`;
  const width = end > 0 ? (Math.abs(values[2] - values[0]) / end) * 96 : 0;
  return (
    <svg width="100%" height="14" aria-hidden="true">
      <line x1="0" x2="100%" y1="7" y2="7" class="chart-grid" />
      <rect x={at(Math.min(values[0], values[2]))} width={`${width}%`} y="3" height="8"
        class="chart-fill-muted chart-faint" />
      <line x1={at(values[1])} x2={at(values[1])} y1="0" y2="14" class="chart-line-text" />
    </svg>
  );
}
