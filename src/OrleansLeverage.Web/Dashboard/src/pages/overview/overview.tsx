import { href } from '../../app/router';
import { chartText, TimeSeries } from '../../charts';
import { useResource, useSystem } from '../../data/resource';
import type { ReportView } from '../../data/reads';
import { useTrail, type Metric, type Trail } from '../../data/trail';
import type { SystemView } from '../../data/types';
import { definitions } from '../../figures/definitions';
import { Figure, Tile, type TileProps } from '../../figures/figure';
import { count, known, ratio, share, signed, times, usd } from '../../format/numbers';
import { Panel, standingOf } from '../../states/panel';
import { Skeleton } from '../../states/notices';
import { Facts } from '../parts/fields';
import { RangePicker } from '../parts/rangePicker';
import { EventFeed } from './events';
import { Movers } from './movers';

const SYNC = 'overview';

/** Are we safe, and what changed? */
export function Overview() {
  const loaded = useSystem();
  const trail = useTrail();
  const report = useResource<ReportView>('report', { everyMs: 10_000 });
  return (
    <>
      <Tiles figures={loaded.value} trail={trail} isStale={isStale(standingOf(loaded)?.state)} />
      <div class="grid">
        <Panel title="Systemic leverage" class="w8 one" of={loaded} skeleton={7} actions={<RangePicker />}>
          {() => <Leverage trail={trail} />}
        </Panel>
        <Panel title="The market" class="w4" of={loaded} skeleton={9}>
          {(figures) => <MarketFacts figures={figures} report={report.value} />}
        </Panel>
        <Panel title="Long and short notional" class="w8 one" of={loaded} skeleton={6}>
          {() => <Sides trail={trail} />}
        </Panel>
        <Movers class="w4" of={loaded} />
        <EventFeed class="w12" />
      </div>
    </>
  );
}

const isStale = (state: string | undefined) => state === 'STALE' || state === 'DISCONNECTED';

function Tiles({ figures, trail, isStale: dimmed }: { figures: SystemView | null; trail: Trail; isStale: boolean }) {
  if (!figures) {
    return (
      <div class="tiles" role="group" aria-label="Headline figures">
        {Array.from({ length: 6 }, (_, at) => (
          <div key={at} class="tile">
            <Skeleton rows={3} what="the first figures" />
          </div>
        ))}
      </div>
    );
  }
  const { asOf } = figures;
  const tile = (metric: Metric, show: TileProps['show'], to: string, more: Partial<TileProps> = {}) => (
    <Tile
      of={metric}
      value={figures[metric]}
      show={show}
      href={to}
      asOf={asOf}
      trail={trail.values[metric]}
      percentile={trail.percentiles[metric]}
      {...more}
    />
  );
  return (
    <div class={`tiles${dimmed ? ' stale' : ''}`} role="group" aria-label="Headline figures">
      {tile('marketLeverage', times, '#/histogram', {
        title: 'Market leverage',
        children: <span>borrowed {usd(figures.borrowed)}</span>,
      })}
      {tile('longLeverage', times, '#/skew', {
        tone: 'long',
        children: <span>{usd(figures.longNotional)} long</span>,
      })}
      {tile('shortLeverage', times, '#/skew', {
        tone: 'short',
        children: <span>{usd(figures.shortNotional)} short</span>,
      })}
      {tile('leverageSkew', signed, '#/skew', {
        children: <span>without makers {signed(figures.leverageSkewExMakers)}</span>,
      })}
      {tile('accountsAtRisk', count, '#/at-risk', {
        children: <span>of {count(figures.accountsWithExposure)} with exposure</span>,
      })}
      {tile('notionalAtRisk', usd, '#/at-risk', {
        title: 'Notional at risk',
        children: <span>{shareOf(figures.notionalAtRisk, figures.notional)} of all</span>,
      })}
    </div>
  );
}

const shareOf = (part: number | null, whole: number | null) =>
  share(known(part) !== null && known(whole) ? part! / whole! : null);

/** Two definitions side by side: what accounts show, and what others estimate without seeing accounts. */
function Leverage({ trail: { times: at, values } }: { trail: Trail }) {
  return (
    <TimeSeries
      title="Systemic leverage"
      definition={definitions.marketLeverage.formula}
      times={at}
      height={230}
      syncKey={SYNC}
      format={chartText.times}
      series={[
        { label: 'Σ G / Σ E', values: values.marketLeverage, tone: 'text' },
        { label: 'long L+', values: values.longLeverage, tone: 'long' },
        { label: 'short L−', values: values.shortLeverage, tone: 'short' },
        {
          label: 'estimated: open interest / collateral',
          values: values.estimatedLeverageRatio,
          tone: 'muted',
          dash: 1,
        },
      ]}
    />
  );
}

function Sides({ trail: { times: at, values } }: { trail: Trail }) {
  const below = values.shortNotional.map((value) => (value === null ? null : -value));
  return (
    <TimeSeries
      title="Long and short notional"
      definition="Long above zero, short below it"
      times={at}
      height={190}
      syncKey={SYNC}
      format={chartText.dollars}
      digits={2}
      include={[0]}
      series={[
        { label: 'long', values: values.longNotional, tone: 'long', fill: true },
        { label: 'short', values: below, tone: 'short', fill: true },
      ]}
    />
  );
}

function MarketFacts({ figures, report }: { figures: SystemView; report: ReportView | null }) {
  const { asOf, concentration } = figures;
  const figure = (of: string, value: number | null | undefined, show: TileProps['show'], to?: string) => (
    <Figure of={of} value={value} show={show} href={to} asOf={asOf} />
  );
  const accounts = href('at-risk', [], { tier: 'all' });
  return (
    <Facts
      rows={[
        ['Equity', figure('equity', figures.equity, usd, accounts)],
        ['Notional', figure('notional', figures.notional, usd, accounts)],
        ['Borrowed', figure('borrowed', figures.borrowed, usd, accounts)],
        ['Estimated leverage ratio', figure('estimatedLeverageRatio', figures.estimatedLeverageRatio, ratio)],
        [
          'Accounts, with exposure',
          <>
            {figure('coverage', figures.accounts, count, accounts)}
            {', '}
            {count(figures.accountsWithExposure)}
          </>,
        ],
        ['Coverage', figure('coverage', figures.coverage, share, '#/system')],
        [
          'Share of the ten largest',
          figure(
            'top10',
            concentration.notionalTop10Share,
            share,
            href('at-risk', [], { tier: 'all', sort: 'notional' }),
          ),
        ],
        ['Gini of notional', figure('gini', report?.structure.notionalGini, (value) => ratio(value, 3))],
        ['At-risk skew', figure('atRiskSkew', report?.atRiskSkew, signed, '#/liquidation-map')],
        [
          'Without equity, deficit',
          <>
            {figure('bankrupt', figures.bankrupt, count, href('at-risk', [], { tier: 'BANKRUPT' }))},{' '}
            {figure('deficit', figures.deficit, usd)}
          </>,
        ],
      ]}
    />
  );
}
