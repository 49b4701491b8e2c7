import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { flash } from '../figures/flash';
import { visibleRows } from './scale';
import { useMedia } from './size';

export interface Column<T> {
  key: string;
  header: string;
  /** Definition and unit. */
  title?: string;
  /** As text: it is compared to mark what changed, and copied. */
  text: (row: T) => string;
  /** As drawn, where that is more than text. */
  draw?: (row: T) => ComponentChildren;
  align?: 'left';
  /** On a phone it takes a line of its card by itself. */
  isWide?: boolean;
}

export interface VirtualTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Enter or a click on a row. */
  onOpen?: (row: T) => void;
  /** What a row opens, in words; without onOpen, why its numbers lead no further. */
  why: string;
  height?: number;
  /** Shown instead of rows where there are none. */
  empty?: ComponentChildren;
  /** The row that is open. */
  selected?: string;
}

/** Above so many rows only those in sight are in the page. */
export const ROWS_BEFORE_VIRTUAL = 200;

const ROW_HEIGHT = 30;
const CARD_LINE = 24;
const CARD_ROOM = 18;

/** Lines of a card: the first column and the wide ones by themselves, the others two by two. */
export function cardLines(columns: readonly { isWide?: boolean }[]): number {
  const wide = columns.filter((column, at) => at === 0 || column.isWide).length;
  return wide + Math.ceil((columns.length - wide) / 2);
}

/** Rows in the order of before: new ones at the end, gone ones left out. */
export function heldOrder<T>(order: readonly string[], rows: readonly T[], rowKey: (row: T) => string): T[] {
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  const held = order.flatMap((key) => {
    const row = byKey.get(key);
    byKey.delete(key);
    return row === undefined ? [] : [row];
  });
  return [...held, ...byKey.values()];
}

/**
 * A table of any length. Its order stands still while it is hovered or focused, so that nobody opens the wrong row; j
 * and k or the arrows go from row to row, Enter opens. On a phone every row is a card.
 */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { label, columns, rowKey, onOpen, why, height = 420, selected } = props;
  const root = useRef<HTMLDivElement>(null);
  const order = useRef<string[] | null>(null);
  const [held, setHeld] = useState({ hover: false, focus: false });
  const [top, setTop] = useState(0);
  const [cursor, setCursor] = useState<string | null>(null);
  const cards = useMedia('(max-width: 600px)');
  const isHeld = held.hover || held.focus;
  if (isHeld) order.current ??= props.rows.map(rowKey);
  else order.current = null;
  const rows = order.current ? heldOrder(order.current, props.rows, rowKey) : props.rows;
  if (order.current) order.current = rows.map(rowKey);
  const rowHeight = cards ? cardLines(columns) * CARD_LINE + CARD_ROOM : ROW_HEIGHT;
  const range = rows.length > ROWS_BEFORE_VIRTUAL ? visibleRows(rows.length, rowHeight, top, height)
    : { from: 0, to: rows.length };
  const at = Math.max(0, rows.findIndex((row) => rowKey(row) === cursor));

  const go = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    const element = root.current!;
    const place = next * rowHeight;
    if (place < element.scrollTop) element.scrollTop = place;
    else if (place + 2 * rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = place + 2 * rowHeight - element.clientHeight;
    }
    setTop(element.scrollTop);
    setCursor(rowKey(rows[next]!));
  };
  useLayoutEffect(() => {
    if (held.focus && cursor !== null) {
      root.current?.querySelector<HTMLElement>('tr[data-cursor=true]')?.focus({ preventScroll: true });
    }
  }, [cursor]);
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || rows.length === 0) return;
    const to = { j: at + 1, ArrowDown: at + 1, k: at - 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1,
      PageDown: at + 12, PageUp: at - 12 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      go(to);
    } else if (event.key === 'Enter' && event.target instanceof HTMLTableRowElement) {
      event.preventDefault();
      onOpen?.(rows[at]!);
    }
  };
  if (rows.length === 0) return <div class="vt-empty">{props.empty ?? 'No rows.'}</div>;
  return (
    <div class={`vt ${cards ? 'vt-cards' : ''}`}>
      <div ref={root} class="vt-scroll" style={{ maxHeight: `${height}px` }} onKeyDown={key}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onPointerEnter={() => setHeld((h) => ({ ...h, hover: true }))}
        onPointerLeave={() => setHeld((h) => ({ ...h, hover: false }))}
        onFocusCapture={() => setHeld((h) => ({ ...h, focus: true }))}
        onBlurCapture={(event) => setHeld((h) =>
          ({ ...h, focus: root.current?.contains(event.relatedTarget as Node | null) ?? false }))}>
        <table class="vt-table" aria-label={label} aria-rowcount={rows.length + 1}
          data-rows={onOpen ? 'row' : 'leaf'} data-why={why}>
          <thead><tr>{columns.map((column) => <th key={column.key} scope="col" title={column.title}
            class={column.align === 'left' ? 'vt-left' : ''}>{column.header}</th>)}</tr></thead>
          <tbody>
            {range.from > 0 && <tr aria-hidden="true" style={{ height: `${range.from * rowHeight}px` }} />}
            {rows.slice(range.from, range.to).map((row, index) => (
              <Row key={rowKey(row)} row={row} columns={columns} index={range.from + index} height={rowHeight}
                isCursor={range.from + index === at} isSelected={rowKey(row) === selected} onOpen={onOpen}
                onFocus={() => setCursor(rowKey(row))} />
            ))}
            {range.to < rows.length
              && <tr aria-hidden="true" style={{ height: `${(rows.length - range.to) * rowHeight}px` }} />}
          </tbody>
        </table>
      </div>
      <p class="chart-note">
        {`${rows.length.toLocaleString('en-US')} rows`}{isHeld && ', order held while you point at it'}
      </p>
    </div>
  );
}

interface RowProps<T> {
  row: T;
  columns: readonly Column<T>[];
  index: number;
  height: number;
  isCursor: boolean;
  isSelected: boolean;
  onOpen?: (row: T) => void;
  onFocus: () => void;
}

function Row<T>({ row, columns, index, height, isCursor, isSelected, onOpen, onFocus }: RowProps<T>) {
  const before = useRef<readonly string[] | null>(null);
  const line = useRef<HTMLTableRowElement>(null);
  const texts = columns.map((column) => column.text(row));
  useLayoutEffect(() => {
    texts.forEach((text, at) => {
      const cell = line.current?.cells[at];
      if (before.current !== null && before.current[at] !== text && cell) flash(cell);
    });
    before.current = texts;
  });
  return (
    <tr ref={line} tabIndex={isCursor ? 0 : -1} data-cursor={isCursor} aria-rowindex={index + 2}
      aria-selected={isSelected || undefined} class={onOpen ? 'vt-open' : ''} style={{ height: `${height}px` }}
      onFocus={onFocus} onClick={() => onOpen?.(row)}>
      {columns.map((column, at) => (
        <td key={column.key} data-label={column.header}
          class={`${column.isWide || at === 0 ? 'vt-wide ' : ''}${column.align === 'left' ? 'vt-left' : ''}`}>
          {column.draw ? column.draw(row) : texts[at]}
        </td>
      ))}
    </tr>
  );
}
