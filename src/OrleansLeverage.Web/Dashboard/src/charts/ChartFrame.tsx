import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Behind } from '../figures/behind';
import { Drill } from '../figures/figure';

/** A cell, and what is behind its number where that is more than the chart. */
export type ChartCell = string | { text: string; name: string; behind: Behind };

/** The same data as the drawing, as text. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly ChartCell[])[];
}

export interface ChartFrameProps {
  title: string;
  /** What the chart means, with its formula and unit; shown as a tooltip on the title. */
  definition?: string;
  /** Made when it is asked for: a chart that moves must not make a table at every frame. */
  table: () => ChartTable;
  /** Toggles and legends that stand beside the title. */
  tools?: ComponentChildren;
  children: ComponentChildren;
}

const ROWS_MAX = 500;

/** A chart's title, its tools and "view as table". The drawing inside carries its own label. */
export function ChartFrame({ title, definition, table, tools, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure class="chart">
      <figcaption class="chart-head">
        <span class="chart-title" title={definition}>{title}</span>
        <span class="chart-tools">
          {tools}
          <button type="button" class="chart-button" aria-pressed={asTable} aria-label={`${title}: view as table`}
            onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </button>
        </span>
      </figcaption>
      {asTable ? <DataTable title={title} table={table()} /> : children}
    </figure>
  );
}

function DataTable({ title, table }: { title: string; table: ChartTable }) {
  const rows = table.rows.slice(0, ROWS_MAX);
  return (
    <div class="chart-scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
      <table class="chart-table" data-rows="leaf" data-why="The values that the chart draws.">
        <thead><tr>{table.columns.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, at) => <tr key={at}>{row.map((cell, column) => (
            <td key={column}>{typeof cell === 'string' ? cell : <Drill {...cell} />}</td>
          ))}</tr>)}
        </tbody>
      </table>
      {table.rows.length > rows.length && <p class="chart-note">
        {`${rows.length} of ${table.rows.length} rows; the export has all.`}
      </p>}
    </div>
  );
}

export interface ToggleProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** A few buttons of which one is pressed. */
export function Toggle<T extends string>({ label, value, options, onChange }: ToggleProps<T>) {
  return (
    <span class="chart-toggle" role="group" aria-label={label}>
      {options.map(([key, text]) => (
        <button key={key} type="button" class="chart-button" aria-pressed={key === value}
          onClick={() => onChange(key)}>{text}</button>
      ))}
    </span>
  );
}
