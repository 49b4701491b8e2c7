import { useQuery } from '../../app/router';
import { Columns, TimeSeries } from '../../charts';
import { plain } from '../../charts/text';
import { count, fixed, known, percent, share, UNKNOWN } from '../../format/numbers';
import { StateBadge } from '../../states/badge';
import { Choice, Facts } from '../parts/fields';
import { Drift, Liquidations, ReliabilityOf } from './fit';
import { parameterLines, verdictOf, type ModelRow, type Report } from './types';

export function ReportFigures({ report, query }: { report: Report; query: URLSearchParams }) {
  const { models } = report;
  const [, choose] = useQuery('model', report.best ?? models[0]?.model ?? '');
  const model = models.find((one) => one.model === query.get('model')) ?? models.find((one) =>
    one.model === report.best) ?? models[0];
  return (
    <>
      <Facts why="Of the whole series; the file has its returns day by day." rows={[
        ['Series', `${report.feed} from ${report.from} to ${report.to}`], ['Returns', `${count(report.returns)}, ${
          report.gaps} gaps`], ['Source', report.source],
        ['Tail', `${share(1 - report.tail)} VaR and expected shortfall`],
        ...(report.best ? [['Forecasts best', report.best] as const] : []),
        ...(report.nextVolatility === undefined ? [] : [
          ['Next bar', `volatility ${share(report.nextVolatility, 2)} (${
            share(report.nextVolatilityPerYear, 0)} a year)`] as const,
          ['VaR / ES', `${share(report.nextValueAtRisk, 2)} / ${share(report.nextExpectedShortfall, 2)}`] as const]),
      ]} />
      <Columns title="Exceptions against what was expected" labels={models.map((m) => m.model)} format={plain}
        digits={0}
        definition="Bars whose loss exceeded the value at risk that was forecast for them."
        series={[{ label: 'exceptions', values: models.map((m) => m.exceptions), tone: 'short', hatch: true }]}
        expected={{ label: 'expected', values: models.map((m) => m.expected) }} />
      <Verdicts models={models} />
      {model && (
        <>
          <div class="fields inline"><Choice label="Below, of the model" value={model.model} onChange={choose}
            options={models.map((one) => [one.model, one.model] as const)} /></div>
          <ReliabilityOf model={model} />
          <Liquidations rows={report.liquidations?.filter((row) => row.model === model.model) ?? []} />
          <Drift model={model} />
          <Tests model={model} />
          <Parameters report={report} model={model.model} />
        </>
      )}
      {report.reverseStress && report.reverseStress.length > 0 && <Breaking rows={report.reverseStress} />}
    </>
  );
}

const number = (value: number | null, digits: number): string =>
  (known(value) === null ? UNKNOWN : fixed(value!, digits).replace('-', '\u2212'));

function Verdicts({ models }: { models: ModelRow[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Models">
      <table data-rows="leaf" data-why="Of every day that was forecast; the weeks below have them.">
        <thead><tr><th scope="col">Model</th><th scope="col">Exceptions</th><th scope="col">Expected</th>
          <th scope="col">Accepted</th><th scope="col" class="left">Verdict</th>
          <th scope="col" class="left">Basel zone</th>
          <th scope="col" title="Acerbi and Székely; below zero: the shortfall was underestimated">ES Z2</th>
          <th scope="col" title="Of value at risk and shortfall; lower is better">Joint loss</th>
          <th scope="col">Drift alarms</th></tr></thead>
        <tbody>{models.map((model) => (
          <tr key={model.model}><th scope="row">{model.model}</th>
            <td>{`${model.exceptions} of ${count(model.observations)}`}</td>
            <td>{number(model.expected, 1)}</td><td>{`${model.acceptedFrom}–${model.acceptedTo}`}</td>
            <td class="left"><StateBadge state={verdictOf(model)} tone={verdictOf(model) === 'ACCEPTED' ? 'ok'
              : verdictOf(model) === 'TOO MANY' ? 'crit' : 'warn'} quiet /></td>
            <td class="left">{model.zone ? <StateBadge state={model.zone} tone={ZONES[model.zone] ?? 'muted'} quiet />
              : UNKNOWN}</td>
            <td>{number(model.z2, 3)}</td><td>{number(model.meanJointLoss, 4)}</td>
            <td title={model.alarms.map((alarm) => `${alarm.date} ${alarm.watch}`).join(', ')}>
              {model.alarms.length}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}

const ZONES: Record<string, 'ok' | 'warn' | 'crit'> = { GREEN: 'ok', YELLOW: 'warn', RED: 'crit' };

const NAMES: Record<string, string> = {
  kupiec: 'Coverage (Kupiec)', independence: 'Independence (Christoffersen)',
  conditionalCoverage: 'Conditional coverage', timeUntilFirstFailure: 'Time until first failure',
  acerbiSzekelyZ2: 'Shortfall (Acerbi, Székely Z2)', berkowitz: 'Density (Berkowitz)',
  kolmogorovSmirnov: 'Reliability (Kolmogorov, Smirnov)',
};

function Tests({ model }: { model: ModelRow }) {
  return (
    <div class="pair">
      <div>
        <h3>Tests</h3>
        <div class="scroll" tabIndex={0} role="region" aria-label={`Tests of ${model.model}`}>
          <table data-rows="none" data-why="A statistic over all days.">
            <thead><tr><th scope="col">Test</th><th scope="col">Statistic</th><th scope="col">p</th>
              <th scope="col" class="left">Verdict</th></tr></thead>
            <tbody>{model.tests.map((test) => (
              <tr key={test.test}><th scope="row">{NAMES[test.test] ?? test.test}</th>
                <td>{number(test.statistic, 3)}</td>
                <td>{test.pValue !== null && test.pValue < 1e-4 ? '< 0.0001' : number(test.pValue, 4)}</td>
                <td class="left">{test.rejected === null ? 'cannot be made'
                  : <StateBadge state={test.rejected ? 'REJECTED' : 'NOT REJECTED'} tone={test.rejected ? 'crit' : 'ok'}
                      quiet />}</td></tr>
            ))}</tbody>
          </table>
        </div>
      </div>
      <div>
        <h3>Drift alarms</h3>
        {model.alarms.length === 0 ? <p class="note">None was raised.</p> : <ul class="alarms">
          {model.alarms.slice(-20).reverse().map((alarm) => <li key={`${alarm.date} ${alarm.watch}`}>
            <span>{alarm.date}</span> {alarm.watch} <span class="muted">{number(alarm.statistic, 2)}</span></li>)}
        </ul>}
      </div>
    </div>
  );
}

function Parameters({ report, model }: { report: Report; model: string }) {
  const lines = parameterLines(report).filter((line) => line.model === model);
  if (lines.length === 0) return null;
  return (
    <>
      <h3 class="section">Parameters, calibration by calibration</h3>
      <div class="multiples">
        {lines.map((line) => (
          <TimeSeries key={line.parameter} title={line.parameter} times={line.times} height={130} syncKey="parameters"
            digits={3} series={[{ label: line.parameter, values: line.values, tone: 'text' }]}
            events={line.alarms.map((timeMs) => ({ timeMs, label: 'jumped' }))} />
        ))}
      </div>
    </>
  );
}

function Breaking({ rows }: { rows: NonNullable<Report['reverseStress']> }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Which fall ends which leverage">
      <table data-rows="none" data-why="A forecast of the next bar, and a count over the series.">
        <caption>Which fall within one bar ends which leverage</caption>
        <thead><tr><th scope="col">Leverage</th><th scope="col">Fall</th><th scope="col">Sigmas</th>
          <th scope="col">Probability of the next bar</th><th scope="col">Times in history</th></tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={row.leverage}><th scope="row">{`${row.leverage}x`}</th><td>{percent(row.move)}</td>
            <td>{number(row.sigmas, 1)}</td><td>{row.probability > 0 && row.probability < 1e-4
              ? row.probability.toExponential(1).replace('-', '\u2212') : share(row.probability, 2)}</td>
            <td>{count(row.timesInHistory)}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}
