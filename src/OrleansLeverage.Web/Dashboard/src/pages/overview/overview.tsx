import { chartText, TimeSeries } from '../../charts';
import { useResource, useSystem } from '../../data/resource';
import { useTrail, type Metric, type Trail } from '../../data/trail';
import type { ReportView, SystemView } from '../../data/types';
import { accounts, AT_RISK, MAKERS, page, type Behind } from '../../figures/behind';
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
  const figure = (of: string, value: number | null, show: TileProps['show'], behind: Behind, name?: string) => (
    <Figure of={of} value={value} show={show} behind={behind} name={name} asOf={asOf} />
  );
  const tile = (metric: Metric, show: TileProps['show'], behind: Behind, more: Partial<TileProps> = {}) => (
    <Tile
      of={metric}
      value={figures[metric]}
      show={show}
      behind={behind}
      asOf={asOf}
      trail={trail.values[metric]}
      percentile={{
        value: trail.percentiles[metric],
        behind: page('overview', 'the last day', { range: '24h' }),
      }}
      {...more}
    />
  );
  const side = (name: 'long' | 'short', sort: 'leverage' | 'notional') =>
    accounts({ side: name, sort }, `accounts that are net ${name}, by ${sort}`);
  return (
    <div class={`tiles${dimmed ? ' stale' : ''}`} role="group" aria-label="Headline figures">
      {tile('marketLeverage', times, page('histogram', 'accounts by leverage'), {
        title: 'Market leverage',
        children: <span>borrowed {figure('borrowed', figures.borrowed, usd, BY_LEVERAGE)}</span>,
      })}
      {tile('longLeverage', times, side('long', 'leverage'), {
        tone: 'long',
        children: <span>{figure('longNotional', figures.longNotional, usd, side('long', 'notional'))} long</span>,
      })}
      {tile('shortLeverage', times, side('short', 'leverage'), {
        tone: 'short',
        children: <span>{figure('shortNotional', figures.shortNotional, usd, side('short', 'notional'))} short</span>,
      })}
      {tile('leverageSkew', signed, page('skew', 'the skew of every market'), {
        children: (
          <span>
            without makers {figure('leverageSkewExMakers', figures.leverageSkewExMakers, signed, MAKERS)}
          </span>
        ),
      })}
      {tile('accountsAtRisk', count, CALLED, {
        children: <span>of {figure('exposed', figures.accountsWithExposure, count, EXPOSED)} with exposure</span>,
      })}
      {tile('notionalAtRisk', usd, CALLED, {
        children: (
          <span>
            {figure('notionalAtRisk', shareOf(figures.notionalAtRisk, figures.notional), share, CALLED,
              'Share of notional at risk')} of all
          </span>
        ),
      })}
    </div>
  );
}

const BY_NOTIONAL = accounts({ sort: 'notional' }, 'every account, by notional');
const BY_LEVERAGE = accounts({ sort: 'leverage' }, 'every account, by leverage');
const EXPOSED = accounts({ minNotional: 0.01, sort: 'notional' }, 'accounts with positions');
const CALLED = accounts({ tier: AT_RISK }, 'these accounts, the worst first');
const WITHOUT_EQUITY = accounts({ tier: 'BANKRUPT' }, 'accounts without equity');

const shareOf = (part: number | null, whole: number | null): number | null =>
  known(part) !== null && known(whole) ? part! / whole! : null;

/** Two definitions side by side: what accounts show, and what others estimate without seeing accounts. */
function Leverage({ trail: { times: at, values } }: { trail: Trail }) {
  return (
    <TimeSeries
      title="Systemic leverage"
      definition={definitions.marketLeverage.formula}
      times={at}
      height={276}
      syncKey={SYNC}
      format={chartText.times}
      series={[
        { label: 'Σ G / Σ E', values: values.marketLeverage, tone: 'text' },
        { label: 'long L+', values: values.longLeverage, tone: 'long' },
        { label: 'short L−', values: values.shortLeverage, tone: 'short' },
        {
          label: 'estimated, OI / collateral',
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
  const figure = (of: string, value: number | null | undefined, show: TileProps['show'], behind: Behind) => (
    <Figure of={of} value={value} show={show} behind={behind} asOf={asOf} />
  );
  return (
    <Facts
      rows={[
        ['Equity', figure('equity', figures.equity, usd, BY_NOTIONAL)],
        ['Notional', figure('notional', figures.notional, usd, BY_NOTIONAL)],
        ['Borrowed', figure('borrowed', figures.borrowed, usd, BY_LEVERAGE)],
        [
          'Estimated leverage ratio',
          figure('estimatedLeverageRatio', figures.estimatedLeverageRatio, ratio,
            page('skew', 'open interest by market')),
        ],
        [
          'Accounts, with exposure',
          <>
            {figure('accounts', figures.accounts, count, BY_NOTIONAL)}
            {', '}
            {figure('exposed', figures.accountsWithExposure, count, EXPOSED)}
          </>,
        ],
        ['Coverage', figure('coverage', figures.coverage, share, page('system', 'what the service has seen'))],
        ['Share of the ten largest', figure('top10', concentration.notionalTop10Share, share, BY_NOTIONAL)],
        ['Gini of notional', figure('gini', report?.structure.notionalGini, (value) => ratio(value, 3), BY_NOTIONAL)],
        [
          'At-risk skew',
          figure('atRiskSkew', report?.atRiskSkew, signed, page('liquidation-map', 'liquidations by price')),
        ],
        [
          'Without equity, deficit',
          <>
            {figure('bankrupt', figures.bankrupt, count, WITHOUT_EQUITY)},{' '}
            {figure('deficit', figures.deficit, usd, WITHOUT_EQUITY)}
          </>,
        ],
      ]}
    />
  );
}
