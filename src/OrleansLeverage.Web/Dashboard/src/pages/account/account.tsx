import { useEffect, useState } from 'preact/hooks';
import { copy } from '../../app/copy';
import { go, href } from '../../app/router';
import { chartText, TimeSeries, Waterfall } from '../../charts';
import { useResource, type Loaded } from '../../data/resource';
import { urlOf } from '../../data/server';
import type { AccountJson, CommandList } from '../../data/types';
import { account as accountOf, noRows, type Behind } from '../../figures/behind';
import { Drill, Figure, Tile } from '../../figures/figure';
import { known, percent, ratio, times, usd, type Figure as Value } from '../../format/numbers';
import { quantity } from '../adl/terms';
import { StateBadge } from '../../states/badge';
import { Panel } from '../../states/panel';
import type { PageProps } from '../registry';
import { Facts } from '../parts/fields';
import { useCourse } from './course';
import { Commands, historyOf, Orders, Triggers } from './lists';
import { Portfolios } from './portfolio';
import { Positions } from './positions';

/** What explains this number? One account, down to the answer that all of it comes from. */
export function Account({ path: [id], query }: PageProps) {
  if (!id) return <Pick />;
  return <One key={id} id={id} part={query.get('part')} />;
}

/** Takes the reader to the part of the page that the address names. */
function usePart(part: string | null, isThere: boolean): void {
  useEffect(() => {
    if (part === null || !isThere) return;
    const place = document.getElementById(`account-${part}`);
    place?.scrollIntoView({ block: 'start' });
    place?.focus({ preventScroll: true });
  }, [part, isThere]);
}

function One({ id, part }: { id: string; part: string | null }) {
  const path = `accounts/${encodeURIComponent(id)}`;
  const account = useResource<AccountJson>(path, { everyMs: 1_000 });
  const { value } = account;
  usePart(part, value !== null);
  return (
    <>
      <div class="who">
        <h2>{id}</h2>
        {value ? <StateBadge state={value.tier} /> : null}
        {value?.freshness && value.freshness.state !== 'FRESH' ? (
          <StateBadge state={value.freshness.state} detail={value.freshness.missingFeed ?? undefined} />
        ) : null}
        <Curl path={path} />
      </div>
      {value ? <Head account={value} /> : null}
      <div class="grid">
        <Panel
          title="Positions"
          id="account-positions"
          class="w12"
          of={account}
          skeleton={6}
          what={`the account ${id}`}
          isEmpty={(found) => found.positions.length === 0}
          empty={{ why: 'The account has no open position.' }}
        >
          {(found) => <Positions account={found} />}
        </Panel>
        {value || account.phase === 'loading' ? <Rest id={id} account={account} /> : null}
      </div>
    </>
  );
}

function Rest({ id, account }: { id: string; account: Loaded<AccountJson> }) {
  const history = useResource<CommandList>(historyOf(id), { everyMs: 2_000 });
  const course = useCourse(history.value, account.value);
  return (
    <>
      <Panel
        title="Margin"
        id="account-margin"
        class="w6 one"
        of={account}
        skeleton={7}
        question="Equity, what must be kept of it, and what is free"
      >
        {(value) => <Margin account={value} />}
      </Panel>
      <Panel
        title="Leverage"
        class="w6 one"
        of={account}
        skeleton={7}
        question="Since this page was opened, with what was applied to the account"
      >
        {() => (
          <TimeSeries
            title="Leverage and margin ratio"
            events={course.events}
            times={course.times}
            height={240}
            series={[
              { label: 'leverage, x', values: course.leverage, tone: 'text' },
              { label: 'margin ratio, 1.00 = liquidation', values: course.marginRatio, tone: 'warn', dash: 1 },
            ]}
            marks={course.marks}
            format={chartText.plain}
          />
        )}
      </Panel>
      {account.value?.portfolios?.length ? (
        <Panel title="Portfolio margin" question="Which scenario asks for it, and why" class="w12" of={account}>
          {(value) => <Portfolios account={value} />}
        </Panel>
      ) : null}
      <Panel title="Collateral and exposure" id="account-collateral" class="w4" of={account} skeleton={5}>
        {(value) => <Exposure account={value} />}
      </Panel>
      <Orders id={id} class="w4" />
      <Triggers id={id} class="w4" />
      <Commands of={history} class="w6" />
      <Raw account={account} class="w6" />
    </>
  );
}

function Head({ account }: { account: AccountJson }) {
  const { asOf } = account;
  const part = (name: string) => accountOf(account.account, name);
  const told = (of: string, value: Value, show: (value: Value) => string, behind: Behind) =>
    <Figure of={of} value={value} show={show} asOf={asOf} behind={behind} />;
  return (
    <div class="tiles" role="group" aria-label="Headline figures of the account">
      <Tile of="equity" value={account.equity} show={usd} asOf={asOf} behind={part('collateral')}>
        <span>margin balance {told('marginBalance', account.marginBalance, usd, part('collateral'))}</span>
      </Tile>
      <Tile of="notional" value={account.notional} show={usd} asOf={asOf} behind={part('positions')}>
        <span>net {told('netNotional', account.netNotional, usd, part('positions'))}</span>
      </Tile>
      <Tile of="leverage" value={account.leverage} show={times} asOf={asOf} reason={account.leverageReason}
        behind={part('positions')}>
        <span>net {told('netLeverage', account.netLeverage, times, part('positions'))}
          {account.maxLeverage === null ? null : <>, at most {times(account.maxLeverage)}</>}</span>
      </Tile>
      <Tile of="marginRatio" value={account.marginRatio} show={ratio} asOf={asOf} behind={part('margin')}
        reason={account.leverageReason}>
        1.00 = liquidation
      </Tile>
      <Tile of="freeCollateral" value={account.freeCollateral} show={usd} asOf={asOf} behind={part('margin')}>
        <span>maintenance {told('maintenanceMargin', account.maintenanceMargin, usd, part('margin'))}</span>
      </Tile>
      <Tile
        of="distance"
        title="Market move that liquidates"
        value={account.jointMoveDown}
        show={percent}
        asOf={asOf}
        reason="no move of the whole market does"
        behind={part('positions')}
      >
        <span>down; up {told('distance', account.jointMoveUp, percent, part('positions'))}</span>
      </Tile>
    </div>
  );
}

/** From equity, less what maintenance takes, to what stands between the account and its liquidation. */
function Margin({ account }: { account: AccountJson }) {
  const balance = known(account.marginBalance) ?? known(account.equity);
  const equity = known(account.equity);
  const maintenance = known(account.maintenanceMargin);
  const initial = known(account.initialMargin);
  const haircut = equity !== null && balance !== null ? balance - equity : null;
  const buffer = balance !== null && maintenance !== null ? balance - maintenance : null;
  const further = initial !== null && maintenance !== null ? maintenance - initial : null;
  const [held, put] = [accountOf(account.account, 'positions'), accountOf(account.account, 'collateral')];
  return (
    <Waterfall
      title="Equity to free collateral"
      definition="Liquidation begins when the buffer is below zero"
      steps={[
        { label: 'Equity', value: equity, total: true, tone: 'text', behind: put },
        { label: 'Haircuts', value: haircut, tone: 'muted', behind: put },
        { label: 'Maintenance', value: maintenance === null ? null : -maintenance, tone: 'warn', behind: held },
        { label: 'Buffer', value: buffer, total: true, tone: buffer !== null && buffer < 0 ? 'crit' : 'ok' },
        { label: 'To initial', value: further, tone: 'muted', behind: held },
        { label: 'Free', value: known(account.freeCollateral), total: true, tone: 'text' },
      ]}
      format={chartText.dollars}
      height={250}
    />
  );
}

function Exposure({ account }: { account: AccountJson }) {
  const part = (name: string) => accountOf(account.account, name);
  const pair = (one: string, first: Value, other: string, second: Value, show: (value: Value) => string) => (
    <>
      <Figure of={one} value={first} show={show} asOf={account.asOf} behind={part('positions')} />,{' '}
      <Figure of={other} value={second} show={show} asOf={account.asOf} behind={part('positions')} />
    </>
  );
  return (
    <Facts
      rows={[
        ...account.balances.map((balance): [string, preact.ComponentChildren] => [`Collateral, ${balance.asset}`,
          <Drill behind={part('commands')} name={`Collateral, ${balance.asset}`} text={quantity(balance.amount)} />]),
        ['Long, short notional',
          pair('longNotional', account.longNotional, 'shortNotional', account.shortNotional, usd)],
        ['Long, short leverage',
          pair('longLeverage', account.longLeverage, 'shortLeverage', account.shortLeverage, times)],
        ...account.leverageFactors.map((factor): [string, preact.ComponentChildren] => [
          `Equity per 1% of ${factor.feed}`,
          <Figure of="leverageFactor" value={factor.value / 100} show={(value) => percent(value, 2)}
            asOf={account.asOf} behind={part('positions')} />,
        ]),
        ['Commands applied', <Figure of="commands" value={account.seq} behind={part('commands')} />],
        ['Rules', <Drill behind={noRows('The version of the rules in force.')} name="Rules"
          text={`version ${account.rulesVersion}`} />],
      ]}
    />
  );
}

function Curl({ path }: { path: string }) {
  const command = `curl -s ${new URL(urlOf(path), location.href).href}`;
  return (
    <button type="button" class="small" onClick={() => copy(command)} title={command}>
      Copy curl
    </button>
  );
}

function Raw({ account, class: more }: { account: Loaded<AccountJson>; class: string }) {
  return (
    <Panel
      title="The answer itself"
      class={more}
      of={account}
      skeleton={8}
      actions={
        <button type="button" class="small" onClick={() => copy(JSON.stringify(account.value, null, 2))}>
          Copy
        </button>
      }
    >
      {(value) => (
        <pre class="raw" tabIndex={0} role="region" aria-label="The account as JSON">
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </Panel>
  );
}

/** Reached without a name: which one? */
function Pick() {
  const [id, setId] = useState('');
  return (
    <form
      class="panel login"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim()) go(href('account', [id.trim()]));
      }}
    >
      <label>
        Account <input type="text" value={id} required onInput={(event) => setId(event.currentTarget.value)} />
      </label>
      <button type="submit">Open</button>
      <p>
        <a class="link" href="#/at-risk">
          Accounts at risk
        </a>
      </p>
    </form>
  );
}
