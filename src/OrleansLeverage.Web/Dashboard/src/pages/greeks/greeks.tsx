import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { chartText, Columns, HeatTable, Toggle } from '../../charts';
import type { ColumnSeries } from '../../charts/Columns';
import { plain } from '../../charts/text';
import { useResource } from '../../data/resource';
import type { AsOf, GreeksView, Underlying } from '../../data/types';
import { moreDefinitions } from '../../figures/definitionsMore';
import { feed, noRows, page } from '../../figures/behind';
import { Figure } from '../../figures/figure';
import { price, usdSigned } from '../../format/numbers';
import { Series } from './series';
import { NotMeasured, Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, Facts } from '../parts/fields';
import { nearestTo, surface, type Greek } from './types';

const GREEKS: readonly (readonly [Greek, string])[] = [
  ['delta', 'Delta'], ['gamma', 'Gamma'], ['vega', 'Vega'], ['theta', 'Theta'],
];

/** What is not linear? Sensitivities of market makers, who hold the other side of everybody else. */
export function Greeks({ query }: PageProps) {
  const answer = useResource<GreeksView>('greeks', { everyMs: 5_000 });
  return (
    <Panel title="Greeks and vega" of={answer} what="the option book" class="w12"
      question="Net of market makers, in USD: the market has no net of its own, what one side gains the other loses.">
      {({ greeks, reason, asOf }) => (greeks === null || greeks.underlyings.length === 0
        ? <NotMeasured why={reason ?? 'No options are listed on this grid.'} />
        : <>
            {greeks.unvalued.length > 0 && <Notice tone="warn" title={`Not in it: ${greeks.unvalued.length} series`}>
              {greeks.unvalued.slice(0, 8).map((one) => `${one.symbol}: ${one.reason}`).join('; ')}</Notice>}
            <Book underlyings={greeks.underlyings} query={query} asOf={asOf} />
          </>)}
    </Panel>
  );
}

function Book({ underlyings, query, asOf }: { underlyings: Underlying[]; query: URLSearchParams;
  asOf: AsOf | null | undefined }) {
  const chosen = query.get('underlying');
  const [, choose] = useQuery('underlying', underlyings[0].underlying);
  const [greek, setGreek] = useQuery('greek', 'vega');
  const book = underlyings.find((one) => one.underlying === chosen) ?? underlyings[0];
  const which = GREEKS.find(([key]) => key === greek)?.[0] ?? 'vega';
  const { expiries, strikes, values } = surface(book.cells, which);
  const [expiry, strike] = [query.get('expiry'), query.get('strike')];
  const told = (of: string, value: number | null, greek: Greek) => (
    <Figure of={of} value={value} show={usdSigned} asOf={asOf} behind={page('greeks',
      `${greek} by expiry and strike`, { underlying: book.underlying, greek, expiry: 'all' })} />
  );
  return (
    <>
      <div class="fields inline">
        <Choice label="Underlying" value={book.underlying} onChange={choose}
          options={underlyings.map((one) => [one.underlying, one.underlying] as const)} />
        <Toggle label="Sensitivity" value={which} onChange={setGreek} options={GREEKS} />
      </div>
      <Facts rows={[
        ['Spot', <Figure of="price" value={book.spot} show={price} asOf={asOf}
          behind={feed(`${book.underlying}-USD`)} />],
        ...GREEKS.map(([key, name]) => [name, told(key, book[key], key)] as const),
        ['Gamma, all held long', told('gamma', book.openGamma, 'gamma')],
        ['Vega, all held long', told('vega', book.openVega, 'vega')],
      ]} />
      {expiry !== null && <Series book={book} expiry={expiry} strike={strike} asOf={asOf} />}
      <HeatTable title={`${which[0].toUpperCase()}${which.slice(1)} by expiry and strike, USD`} corner="Expiry"
        definition={moreDefinitions[which].text} rows={expiries} values={values} format={chartText.dollars}
        behind={(row, column) => page('greeks', 'its two series', { underlying: book.underlying, greek: which,
          expiry: expiries[row], strike: strikes[column] })}
        columns={strikes.map((strike) => plain(Number(strike), Number.isInteger(Number(strike)) ? 0 : 2))}
        current={{ column: nearestTo(strikes.map(Number), book.spot) }} />
      <div class="pair">
        <Tenors title="Vega by tenor" of="vega" book={book} />
        <Tenors title="Gamma by tenor" of="gamma" book={book} />
      </div>
      {book.matrix
        ? <HeatTable title="Profit and loss, spot × volatility" corner="Vol points" format={chartText.dollars}
            behind={() => noRows('Every option valued anew at one spot and volatility; nothing is kept of it.')}
            definition="What market makers gain at the moved spot and volatility; every option valued anew."
            rows={book.matrix.volPoints.map((points) => signed(points, ''))} values={book.matrix.pnl}
            columns={book.matrix.spotPct.map((pct) => signed(pct, '%'))}
            current={{ row: book.matrix.volPoints.indexOf(0), column: book.matrix.spotPct.indexOf(0) }} />
        : <p class="note">Market makers hold nothing: there is no matrix of spot and volatility.</p>}
    </>
  );
}

const signed = (value: number, unit: string): string => `${value > 0 ? '+' : ''}${plain(value, 0)}${unit}`;

function Tenors({ title, of, book }: { title: string; of: 'vega' | 'gamma'; book: Underlying }) {
  const values = book.tenors.map((tenor) => tenor[of]);
  // one figure as two series, so that below zero is hatched
  const series: ColumnSeries[] = [
    { label: 'long', values: values.map((value) => (value === null ? null : Math.max(0, value))), tone: 'long' },
    { label: 'short', values: values.map((value) => (value === null ? null : Math.min(0, value))), tone: 'short',
      hatch: true },
  ];
  return <Columns title={title} definition={moreDefinitions[of].text} format={chartText.dollars} series={series}
    labels={book.tenors.map((tenor) => `${Math.round(tenor.days)} d`)}
    behind={(at) => page('greeks', 'the series of this expiry', { underlying: book.underlying, greek: of,
      expiry: book.tenors[at].expiry })} />;
}
