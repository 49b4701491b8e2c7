import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { chartText, Columns, HeatTable, Toggle } from '../../charts';
import { plain } from '../../charts/text';
import { useResource } from '../../data/resource';
import type { Stamped } from '../../data/types';
import { price, usdSigned, type Figure } from '../../format/numbers';
import { NotMeasured } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, Facts } from '../parts/fields';

interface Cell {
  expiry: string;
  strike: string;
  delta: number | null;
  gamma: number | null;
  vega: number | null;
  theta: number | null;
}

interface Underlying {
  underlying: string;
  spot: Figure;
  delta: number | null;
  gamma: number | null;
  vega: number | null;
  theta: number | null;
  cells: Cell[];
  tenors: { expiry: string; days: number; vega: number | null; gamma: number | null }[];
  matrix: { spotPct: number[]; volPoints: number[]; pnl: (number | null)[][] } | null;
}

interface GreeksAnswer extends Stamped {
  greeks: { underlyings: Underlying[] } | null;
  reason?: string | null;
}

type Greek = 'delta' | 'gamma' | 'vega' | 'theta';

const MEANING: Record<Greek, string> = {
  delta: 'USD gained per 1 USD of notional moved: the linear exposure.',
  gamma: 'Change of delta in USD for a move of 1 %.',
  vega: 'USD gained per point of volatility.',
  theta: 'USD gained per day that passes, ACT/365.',
};

/** What is not linear? Net sensitivities of the market by expiry and strike. */
export function Greeks({ query }: PageProps) {
  const answer = useResource<GreeksAnswer>('greeks', { everyMs: 5_000 });
  return (
    <Panel title="Greeks and vega" question="Sums over all accounts of one evaluation per series." of={answer}
      what="the option book" class="w12">
      {(value) => (value.greeks === null || value.greeks.underlyings.length === 0
        ? <NotMeasured why={value.reason ?? 'No options are listed.'} />
        : <Book underlyings={value.greeks.underlyings} chosen={query.get('underlying')} />)}
    </Panel>
  );
}

function Book({ underlyings, chosen }: { underlyings: Underlying[]; chosen: string | null }) {
  const [, choose] = useQuery('underlying', underlyings[0].underlying);
  const [greek, setGreek] = useQuery('greek', 'vega');
  const book = underlyings.find((one) => one.underlying === chosen) ?? underlyings[0];
  const which = (greek in MEANING ? greek : 'vega') as Greek;
  const expiries = [...new Set(book.cells.map((cell) => cell.expiry))].sort();
  const strikes = [...new Set(book.cells.map((cell) => cell.strike))].sort((a, b) => Number(a) - Number(b));
  const at = new Map(book.cells.map((cell) => [`${cell.expiry} ${cell.strike}`, cell[which]]));
  const nearest = nearestTo(strikes.map(Number), Number(book.spot));
  return (
    <>
      <div class="fields inline">
        <Choice label="Underlying" value={book.underlying} onChange={choose}
          options={underlyings.map((one) => [one.underlying, one.underlying] as const)} />
        <Toggle label="Sensitivity" value={which} onChange={setGreek}
          options={[['delta', 'Delta'], ['gamma', 'Gamma'], ['vega', 'Vega'], ['theta', 'Theta']]} />
      </div>
      <Facts rows={[
        ['Spot', price(book.spot)], ['Net delta', usdSigned(book.delta), MEANING.delta],
        ['Net gamma', usdSigned(book.gamma), MEANING.gamma], ['Net vega', usdSigned(book.vega), MEANING.vega],
        ['Net theta', usdSigned(book.theta), MEANING.theta],
      ]} />
      <HeatTable title={`Net ${which} by expiry and strike, USD`} definition={MEANING[which]} corner="Expiry"
        rows={expiries} columns={strikes.map((strike) => plain(Number(strike), 0))}
        values={expiries.map((expiry) => strikes.map((strike) => at.get(`${expiry} ${strike}`) ?? null))}
        format={chartText.dollars} current={{ column: nearest }} />
      <div class="pair">
        <Columns title="Vega by tenor" definition={MEANING.vega} labels={book.tenors.map((tenor) => `${tenor.days} d`)}
          format={chartText.dollars} series={[{ label: 'vega', values: book.tenors.map((tenor) => tenor.vega), tone: 'long' }]} />
        <Columns title="Gamma by tenor" definition={MEANING.gamma} labels={book.tenors.map((tenor) => `${tenor.days} d`)}
          format={chartText.dollars}
          series={[{ label: 'gamma', values: book.tenors.map((tenor) => tenor.gamma), tone: 'stale' }]} />
      </div>
      {book.matrix
        ? <HeatTable title="Profit and loss, spot × volatility" corner="Vol points" format={chartText.dollars}
            definition="Every option revalued at the moved spot and volatility; linear positions are not in it."
            rows={book.matrix.volPoints.map((points) => `${points > 0 ? '+' : ''}${plain(points, 0)}`)}
            columns={book.matrix.spotPct.map((pct) => `${pct > 0 ? '+' : ''}${plain(pct, 0)}%`)} values={book.matrix.pnl}
            current={{ row: book.matrix.volPoints.indexOf(0), column: book.matrix.spotPct.indexOf(0) }} />
        : <p class="note">The matrix of spot and volatility is not measured.</p>}
    </>
  );
}

/** Place of the value that is nearest; -1 of none. */
export function nearestTo(values: readonly number[], target: number): number {
  let best = -1;
  values.forEach((value, at) => {
    if (best < 0 || Math.abs(value - target) < Math.abs(values[best] - target)) best = at;
  });
  return best;
}
