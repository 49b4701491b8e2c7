import { setQuery } from '../../app/router';
import type { AsOf, GreeksCell, Underlying } from '../../data/types';
import { accounts } from '../../figures/behind';
import { Figure } from '../../figures/figure';
import { known, price, UNKNOWN, usdSigned, type Figure as Value } from '../../format/numbers';
import { quantity } from '../adl/terms';
import { GREEK_KEYS, symbolOf } from './types';

const SHOWN = 60;

/** The series that a figure is the sum of: what is open in each, and what market makers have of it. */
export function Series({ book, expiry, strike, asOf }: { book: Underlying; expiry: string; strike: string | null;
  asOf: AsOf | null | undefined }) {
  const cells = book.cells.filter((cell) => (expiry === 'all' || cell.expiry === expiry)
    && (strike === null || cell.strike === strike) && (cell.callContracts > 0 || cell.putContracts > 0));
  const shown = cells.slice(0, SHOWN);
  return (
    <section class="plan" aria-label="Series">
      <header>
        <h3>{expiry === 'all' ? 'Every series with open contracts' : `Series of ${expiry}${
          strike === null ? '' : `, strike ${price(strike)}`}`}</h3>
        <button type="button" class="small" onClick={() => setQuery({ expiry: null, strike: null })}>Close</button>
      </header>
      {shown.length === 0 ? <p class="note">No contract is open in it.</p> : (
        <div class="scroll legs" tabIndex={0} role="region" aria-label="Series, table">
          <table data-rows="row" data-why="Contracts lead to who holds the series.">
            <thead><tr><th scope="col">Expiry</th><th scope="col">Strike</th><th scope="col">Calls open</th>
              <th scope="col">Puts open</th>{GREEK_KEYS.map((key) => <th key={key} scope="col">{key}</th>)}</tr></thead>
            <tbody>{shown.map((cell) => (
              <tr key={`${cell.expiry} ${cell.strike}`}>
                <th scope="row">{cell.expiry}</th><td>{price(cell.strike)}</td>
                {(['C', 'P'] as const).map((kind) => (
                  <td key={kind}><Held book={book} cell={cell} kind={kind} asOf={asOf} /></td>
                ))}
                {GREEK_KEYS.map((key) => <td key={key}>{usdSigned(cell[key])}</td>)}
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {cells.length > SHOWN && <p class="note">{`${cells.length - SHOWN} more: choose an expiry or a strike.`}</p>}
    </section>
  );
}

/** Sums of lots in double: what is below a millionth is dust. */
const contractsText = (value: Value): string => (known(value) === null ? UNKNOWN
  : quantity(String(Number(known(value)!.toFixed(6)))));

function Held({ book, cell, kind, asOf }: { book: Underlying; cell: GreeksCell; kind: 'C' | 'P';
  asOf: AsOf | null | undefined }) {
  const symbol = symbolOf(book.underlying, cell, kind);
  return (
    <Figure of="openContracts" value={kind === 'C' ? cell.callContracts : cell.putContracts}
      show={contractsText} asOf={asOf}
      behind={accounts({ symbol, sort: 'notional' }, `who holds ${symbol}`)} />
  );
}
