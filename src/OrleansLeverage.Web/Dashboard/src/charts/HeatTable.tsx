import type { Behind } from '../figures/behind';
import { Drill } from '../figures/figure';
import { ChartFrame } from './ChartFrame';
import type { Format, Num } from './scale';
import { extent } from './scale';
import { figure, plain } from './text';

export interface HeatTableProps {
  title: string;
  definition?: string;
  /** What the rows and the columns are, such as "expiry" and "strike". */
  corner: string;
  rows: readonly string[];
  columns: readonly string[];
  /** values[row][column]; null where there is nothing to say. */
  values: readonly (readonly Num[])[];
  format?: Format;
  digits?: number;
  /** A cell to outline: where the market is now. */
  current?: { row?: number; column?: number };
  /** Of values without a sign, larger is worse: one tone for all. */
  tone?: 'long' | 'warn' | 'crit';
  /** What a cell is made of. */
  behind: (row: number, column: number) => Behind;
}

/** Most of a tone that is mixed into a cell's ground: text on it stays at 4.5:1 in both themes. */
const MIX_MAX = 34;

/** Numbers in a table whose ground shows their size. The sign is written, the largest has a mark. */
export function HeatTable(props: HeatTableProps) {
  const { title, definition, corner, rows, columns, values, format = plain, digits = 1, current, tone, behind } = props;
  const range = extent(...values);
  const max = range ? Math.max(Math.abs(range[0]), Math.abs(range[1])) : 0;
  return (
    <ChartFrame title={title} definition={definition} table={() => ({
      columns: [corner, ...columns],
      rows: rows.map((name, row) => [name, ...columns.map((_, at) =>
        figure(values[row]?.[at], format, digits + 1))]),
    })}>
      <div class="chart-scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="heat-table">
          <thead><tr>
            <th scope="col">{corner}</th>
            {columns.map((name, at) => <th key={name} scope="col" class={current?.column === at ? 'heat-now' : ''}>
              {name}{current?.column === at && <span class="chart-hidden"> (now)</span>}</th>)}
          </tr></thead>
          <tbody>
            {rows.map((name, row) => (
              <tr key={name}>
                <th scope="row" class={current?.row === row ? 'heat-now' : ''}>{name}</th>
                {columns.map((_, column) => {
                  const value = values[row]?.[column] ?? null;
                  return (
                    <td key={column} style={{ background: ground(value, max, tone) }}
                      class={value !== null && max > 0 && Math.abs(value) === max ? 'heat-most' : ''}>
                      {value === null ? figure(value, format, digits)
                        : <Drill behind={behind(row, column)} name={`${title}, ${name}, ${columns[column]}:`}
                            text={figure(value, format, digits)} />}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFrame>
  );
}

function ground(value: Num, max: number, tone?: string): string {
  if (value === null || value === 0 || max <= 0) return 'transparent';
  const share = Math.round(MIX_MAX * Math.sqrt(Math.abs(value) / max));
  return `color-mix(in srgb, var(--${tone ?? (value < 0 ? 'short' : 'long')}) ${share}%, transparent)`;
}
