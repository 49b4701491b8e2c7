import type { PageProps } from '../registry';
import { useQuery } from '../../app/router';
import { chartText, Columns, HeatTable, Toggle } from '../../charts';
import type { ColumnSeries } from '../../charts/Columns';
import { plain } from '../../charts/text';
import { useResource, type Loaded } from '../../data/resource';
import type { AsOf } from '../../data/types';
import { Figure } from '../../figures/figure';
import { moreDefinitions } from '../../figures/definitionsMore';
import { price, usdSigned } from '../../format/numbers';
import { NotMeasured, Notice } from '../../states/notices';
import { Panel } from '../../states/panel';
import { Choice, Facts } from '../parts/fields';
import { bookOf, type ServedGreeks } from './served';
import { nearestTo, surface, type Greek, type GreeksView, type Holder, type Underlying } from './types';

const GREEKS: readonly (readonly [Greek, string])[] = [
  ['delta', 'Delta'], ['gamma', 'Gamma'], ['vega', 'Vega'], ['theta', 'Theta'],
];

/** What is not linear? Sensitivities by expiry and strike. */
export function Greeks({ query }: PageProps) {
  const served = useResource<ServedGreeks>('greeks', { everyMs: 5_000 });
  const answer: Loaded<GreeksView> = { ...served, value: served.value && bookOf(served.value) };
  return (
    <Panel title="Greeks and vega" question="Sums over one evaluation per series, in USD." of={answer}
      what="the option book" class="w12">
      {(value) => (
        <>
          {value.unvalued.length > 0 && <Notice tone="warn" title={`Not in it: ${value.unvalued.length} series`}>
            {value.unvalued.slice(0, 8).map((one) => `${one.symbol}: ${one.reason}`).join('; ')}</Notice>}
          {value.underlyings === null || value.underlyings.length === 0
            ? <NotMeasured why="No options are listed on this grid." />
            : <Book underlyings={value.underlyings} chosen={query.get('underlying')} asOf={value.asOf} />}
        </>
      )}
    </Panel>
  );
}

function Book({ underlyings, chosen, asOf }: { underlyings: Underlying[]; chosen: string | null;
  asOf: AsOf | null | undefined }) {
  const [, choose] = useQuery('underlying', underlyings[0].underlying);
  const [greek, setGreek] = useQuery('greek', 'vega');
  const [holder, setHolder] = useQuery('holder', 'makers');
  const book = underlyings.find((one) => one.underlying === chosen) ?? underlyings[0];
  const which = GREEKS.find(([key]) => key === greek)?.[0] ?? 'vega';
  const whose: Holder = holder === 'open' ? 'open' : 'makers';
  const { strikes, cells } = surface(book, whose, which);
  const tenors = book.expiries.map((expiry) => (expiry.days === null ? day(expiry.expiry)
    : `${Math.round(expiry.days)} d`));
  const values = (of: Greek): (number | null)[] => book.expiries.map((expiry) => expiry[whose][of]);
  return (
    <>
      <div class="fields inline">
        <Choice label="Underlying" value={book.underlying} onChange={choose}
          options={underlyings.map((one) => [one.underlying, one.underlying] as const)} />
        <Choice label="Of" value={whose} onChange={setHolder} hint="What one side gains the other loses: the net of the
          market is zero, the net of who quotes both sides is not."
          options={[['makers', 'market makers, net'], ['open', 'all that is held long']]} />
        <Toggle label="Sensitivity" value={which} onChange={setGreek} options={GREEKS} />
      </div>
      <Facts rows={[
        ['Spot', price(book.price)],
        ...GREEKS.map(([key, name]) => [name, <Figure of={key} value={book[whose][key]} show={usdSigned}
          asOf={asOf} />] as const),
      ]} />
      <HeatTable title={`${which[0].toUpperCase()}${which.slice(1)} by expiry and strike, USD`} corner="Expiry"
        definition={moreDefinitions[which].text} rows={book.expiries.map((expiry) => day(expiry.expiry))} values={cells}
        columns={strikes.map((strike) => plain(Number(strike), 0))} format={chartText.dollars}
        current={book.price === null ? undefined : { column: nearestTo(strikes.map(Number), Number(book.price)) }} />
      <div class="pair">
        <Columns title="Vega by tenor" definition={moreDefinitions.vega.text} labels={tenors} format={chartText.dollars}
          series={signed(values('vega'))} />
        <Columns title="Gamma by tenor" definition={moreDefinitions.gamma.text} labels={tenors}
          format={chartText.dollars} series={signed(values('gamma'))} />
      </div>
    </>
  );
}

const day = (moment: string): string => moment.slice(0, 10) || 'no expiry';

/** One figure as two series, so that below zero is hatched. */
const signed = (values: (number | null)[]): ColumnSeries[] => [
  { label: 'long', values: values.map((value) => (value === null ? null : Math.max(0, value))), tone: 'long' },
  { label: 'short', values: values.map((value) => (value === null ? null : Math.min(0, value))), tone: 'short',
    hatch: true },
];
