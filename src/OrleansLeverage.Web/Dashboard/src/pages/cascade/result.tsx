import { chartText, Columns, TimeSeries, Waterfall } from '../../charts';
import { plain } from '../../charts/text';
import { useQuery } from '../../app/router';
import { noRows } from '../../figures/behind';
import { Figure } from '../../figures/figure';
import { download } from '../../app/copy';
import { urlOf } from '../../data/server';
import { count, fixed, known, percent, share, times, usd, type Figure as Value } from '../../format/numbers';
import { utcDateTime } from '../../format/time';
import { StateBadge } from '../../states/badge';
import { Notice } from '../../states/notices';
import { Choice, Facts } from '../parts/fields';
import { isOption } from '../parts/markets';
import { RangeBars, type RangeRow } from '../parts/rangeBars';
import { grouped, moveOf, type CascadeResult } from './types';

const COLUMNS = 72;

const WRITE: Record<string, (value: Value) => string> = {
  'accounts liquidated': count, 'deepest fall of a feed': (value) => share(value),
};

const WHY = 'A simulation: its accounts are not kept. The chart and the file have it tick by tick.';
const SIMULATED = noRows(WHY);

export function CascadeFigures({ result, query }: { result: CascadeResult; query: URLSearchParams }) {
  const { totals, assumptions, bands } = result;
  const rows: RangeRow[] = bands.map((band) => ({
    label: band.figure, low: band.p5, middle: band.median, high: band.p95, write: WRITE[band.figure] ?? usd,
      isMoney: WRITE[band.figure] === undefined,
  }));
  const told = (of: string, value: Value, show: (value: Value) => string) =>
    <Figure of={of} value={value} show={show} asOf={result.asOf} behind={SIMULATED} />;
  const branching = result.branching.filter((row) => !isOption(row.feed));
  return (
    <>
      <section class="panel w6" aria-labelledby="cascade-totals">
        <header>
          <h2 id="cascade-totals">First run</h2>
          <StateBadge state="SIMULATION" tone="warn" />
          <span class="asof">{result.asOf
            ? <span title={utcDateTime(result.asOf.timestamp)}>{`as of frame ${result.asOf.frame}`}</span> : ''}</span>
          <span class="actions">
            <button type="button" class="small" onClick={() =>
              download('cascade.json', JSON.stringify(result, null, 2), 'application/json')}>JSON</button>
            <a class="link" href={urlOf(`jobs/${query.get('job')}/result?format=csv`)} download="cascade.csv">
              Ticks as CSV</a>
          </span>
        </header>
        <div class="body">
          {result.unknownAccounts > 0 && <Notice tone="warn"
            title={`${count(result.unknownAccounts)} accounts are not in it`}>
            A price that they need is missing.</Notice>}
          {!totals.isSettled && <Notice tone="crit" title="Not settled">
            A tick ran out of rounds: what is below is a lower bound.</Notice>}
          <Facts rows={[
            ['Leverage before', told('simulatedLeverage', result.leverageBefore, times)],
            ['Leverage after', told('simulatedLeverage', result.leverageAfter, times)],
            ['Accounts liquidated', <>{told('simulatedAccounts', totals.liquidatedAccounts, count)}
              {` of ${count(result.accounts)}`}</>],
            ['Notional liquidated', told('simulatedNotional', totals.liquidatedNotional, usd)],
            ['Deepest fall of a feed', told('deepestFall', totals.deepestFall, (value) => share(value))],
            ['Deficit', told('simulatedDeficit', totals.deficit, usd)],
            ['Bad debt', told('badDebt', totals.badDebt, usd)],
            ['Rounds', told('rounds', totals.rounds, count)],
          ]} />
        </div>
      </section>
      <section class="panel w6" aria-labelledby="cascade-band">
        <header><h2 id="cascade-band">Median and 5–95% band</h2></header>
        <div class="body"><RangeBars rows={rows} runs={assumptions.runs} /></div>
      </section>
      <Rounds result={result} query={query} />
      <WhoPays result={result} />
      <Prices result={result} />
      <Policies result={result} />
      {branching.length > 0 && <section class="panel w6"><div class="body">
        <Columns title="Liquidations that one causes" format={plain} digits={2} height={240}
          definition="Branching ratio: notional that a liquidation's own price impact liquidates, where that is most."
          labels={branching.map((row) => row.feed.replace(/-USD$/, ''))}
          series={[{ label: 'where it is most', values: branching.map((row) => row.ratio), tone: 'warn' }]}
          expected={{ label: '1 runs away', values: branching.map(() => 1) }} />
        <p class="note">{`Most at a move of ${branching.map((row) =>
          `${row.feed} ${percent(row.move, 0)}`).join(', ')}.`}</p>
      </div></section>}
      <Printed result={result} />
    </>
  );
}

function Rounds({ result, query }: { result: CascadeResult; query: URLSearchParams }) {
  const { ticks, assumptions } = result;
  const groups = grouped(ticks, COLUMNS);
  const feed = Math.max(0, assumptions.feeds.indexOf(query.get('feed') ?? ''));
  const labels = groups.map((g) => (g.from === g.to ? `${g.from}` : `${g.from}–${g.to}`));
  return (
    <section class="panel"><div class="body">
      {groups.length === 0 ? <p>Nobody was liquidated.</p> : <>
        <Columns title="Liquidated by tick"
          definition="Notional of forced orders; a tick has as many rounds as it takes."
          labels={labels} format={chartText.dollars} series={[
            { label: 'longs sold', values: groups.map((g) => g.longsSold), tone: 'long' },
            { label: 'shorts bought', values: groups.map((g) => g.shortsBought), tone: 'short', hatch: true },
          ]} line={{ label: `${assumptions.feeds[feed] ?? 'price'}, own book`, format: chartText.signedPercent,
            digits: 1,
            values: groups.map((g) => moveOf(ticks, feed, g.ownPrices)) }} />
        <Columns title="Deficit and who bore it, by tick" labels={labels} format={chartText.dollars} height={170}
          definition="Deficit left by bankrupt accounts in these ticks, and what winners paid." series={[
            { label: 'deficit', values: groups.map((g) => g.deficit), tone: 'crit' },
            { label: 'taken from winners', values: groups.map((g) => -g.deleveragedAmount), tone: 'stale',
              hatch: true },
          ]} />
      </>}
    </div></section>
  );
}

function WhoPays({ result: { totals } }: { result: CascadeResult }) {
  return (
    <section class="panel w6"><div class="body">
      <Waterfall title="Who pays the deficit" definition="Deficit − insurance fund − winners = bad debt." height={230}
        steps={[
          { label: 'deficit', value: known(totals.deficit), total: true },
          { label: 'fund', value: minus(totals.fundPaid), tone: 'long' },
          { label: 'winners', value: minus(totals.deleveragedAmount), tone: 'short' },
          { label: 'bad debt', value: known(totals.badDebt), total: true, tone: 'crit' },
        ]} />
      {(known(totals.overshoot) ?? 0) > 0 && <p class="note">
        {`The rule took ${usd(totals.overshoot)} more than was missing.`}</p>}
    </div></section>
  );
}

const minus = (value: Value): number | null => {
  const number = known(value);
  return number === null ? null : -number;
};

function Prices({ result }: { result: CascadeResult }) {
  const { ticks, assumptions: { feeds } } = result;
  const [name, setName] = useQuery('feed', feeds[0] ?? '');
  const feed = Math.max(0, feeds.indexOf(name));
  const marks = ticks[0]?.marks.length === feeds.length;
  return (
    <section class="panel w6"><div class="body">
      <Choice label="Feed" value={feeds[feed] ?? ''} onChange={setName}
        options={feeds.filter((key) => !isOption(key)).map((key) => [key, key] as const)} />
      <TimeSeries title="Price, tick by tick" times={ticks.map((tick) => tick.tick)} steps="tick" height={190}
        definition="Of the first run, against the first tick."
        format={chartText.signedPercent} digits={1} include={[0]} series={[
          { label: 'own book', values: ticks.map((tick) => moveOf(ticks, feed, tick.ownPrices)), tone: 'text' },
          ...(marks ? [{ label: 'mark', values: ticks.map((tick) => tick.marks[feed] / ticks[0].marks[feed] - 1),
            tone: 'stale' as const, dash: 1 }] : []),
        ]} />
    </div></section>
  );
}

function Policies({ result: { policies } }: { result: CascadeResult }) {
  if (policies.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="cascade-policies">
      <header><h2 id="cascade-policies">What other policies would have done</h2>
        <p class="question">The same path, one thing changed at a time.</p></header>
      <div class="body scroll" tabIndex={0} role="region" aria-label="Policies">
        <table class="rows" data-rows="none" data-why={WHY}>
          <thead><tr><th scope="col">Policy</th><th scope="col">Accounts</th><th scope="col">Liquidated</th>
            <th scope="col">Deepest fall</th><th scope="col">Deficit</th><th scope="col">From winners</th>
            <th scope="col">Overshoot</th><th scope="col">Bad debt</th></tr></thead>
          <tbody>{policies.map(({ policy, totals }) => (
            <tr key={policy}><th scope="row">{policy}</th><td>{count(totals.liquidatedAccounts)}</td>
              <td>{usd(totals.liquidatedNotional)}</td><td>{share(totals.deepestFall)}</td>
              <td>{usd(totals.deficit)}</td><td>{usd(totals.deleveragedAmount)}</td>
              <td>{usd(totals.overshoot)}</td><td>{usd(totals.badDebt)}</td></tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}

function Printed({ result: { assumptions: a, totals } }: { result: CascadeResult }) {
  return (
    <section class="panel w6" aria-labelledby="cascade-assumptions">
      <header><h2 id="cascade-assumptions">Assumptions of this result</h2></header>
      <div class="body">
        <Facts why="What was assumed, not counted." rows={[
          ['Shock', `${percent(a.shock)} over ${a.rampTicks} of ${a.ticks} ticks`],
          ['Comes back', share(a.recoveredShare, 0)], ['Noise per tick', share(a.noisePerTick, 3)],
          ['Depth', `${fixed(a.depthInInterest, 1)} open interests, falls as volatility^${fixed(a.depthExponent, 2)}`],
          ['Impact', `${a.impact}; ${share(a.permanentShare, 0)} stays, ${
            share(a.recoveryPerTick, 0)} of the rest fades a tick`],
          ['Margin is tested at', a.oracle],
          ['Liquidation', `${a.liquidation}, to a ratio of ${fixed(a.targetRatio, 2)}`],
          ['Deficit is paid by', a.deleveraging], ['Insurance fund', usd(a.fund)],
          ['Liquidation fee', share(a.feeRate, 2)], ['Seed', String(a.seed)], ['Runs', count(a.runs)],
          ['Trigger hash', <code class="hash">{totals.triggerHash.slice(0, 16)}</code>],
          ['Books close to', totals.conservationError.toExponential(1)],
        ]} />
      </div>
    </section>
  );
}
