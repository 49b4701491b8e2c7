import { useEffect, useRef, useState } from 'preact/hooks';
import { copy, csv, download, say } from '../../app/copy';
import { useFilterFocus } from '../../app/keys';
import { prefer, preferences } from '../../app/preferences';
import { go, href, route, setQuery } from '../../app/router';
import { VirtualTable } from '../../charts';
import type { AccountList, AccountRow } from '../../data/reads';
import { useLive, useResource, useSystem, type Loaded } from '../../data/resource';
import { get, isOffered } from '../../data/server';
import { exporter } from '../../data/store';
import { count, exported } from '../../format/numbers';
import { NoMatch } from '../../states/notices';
import { Panel } from '../../states/panel';
import { columns } from './columns';
import { filterText, filtersOf, matches, queryOf, SIDES, SORTS, TIERS, type Filters } from './filters';

const LIMIT = 500;

/** Who goes first? The worst first, and any other account by its filters. */
export function AtRisk() {
  const filters = filtersOf(route.value.query);
  const list = useList(filters);
  return (
    <>
      <Toolbar filters={filters} />
      <Panel
        title={filters.tier === 'at-risk' ? 'Accounts at risk' : 'Accounts'}
        of={list}
        skeleton={12}
        what="the list of accounts"
        class="flush"
      >
        {(value) => <Rows list={value} filters={filters} />}
      </Panel>
    </>
  );
}

/** The stream's list where it is the one that is asked for; else the endpoint's; else what the figures name. */
function useList(filters: Filters): Loaded<AccountList> {
  const isOwn = isOffered('accounts');
  const isPlain = filterText({ ...filters, filter: '' }) === '' && filters.tier === 'at-risk'
    && filters.sort === 'risk';
  const live = useLive<AccountList>('at-risk', 'at-risk', 1_000);
  const asked = useResource<AccountList>(isOwn && !isPlain ? queryOf(filters, LIMIT) : null,
    { everyMs: 1_000, keep: true });
  const system = useSystem();
  if (isOwn) return isPlain ? live : asked;
  const known = system.value;
  return {
    ...system,
    value:
      known === null
        ? null
        : {
            asOf: known.asOf,
            seq: known.seq,
            freshness: known.freshness,
            nextCursor: null,
            items: known.mostAtRisk.map(
              (row): AccountRow => ({
                account: row.account,
                tier: row.tier,
                marginRatio: row.marginRatio,
                notional: row.notional === null ? null : String(row.notional),
                leverage: null,
                equity: null,
                netNotional: null,
                side: null,
                worstSymbol: null,
                distanceToLiquidation: null,
                ageMs: null,
              }),
            ),
          },
  };
}

function Rows({ list, filters }: { list: AccountList; filters: Filters }) {
  const rows = list.items.filter((row) => matches(row, filters));
  useEffect(() => {
    exporter.value = () => download('accounts.csv', csv(COLUMNS, rows.map(cells)));
    return () => {
      exporter.value = null;
    };
  });
  const clear = () =>
    setQuery({ tier: null, symbol: null, side: null, minLeverage: null, minNotional: null, filter: null });
  if (rows.length === 0) {
    return filterText(filters) === '' ? <Calm /> : <NoMatch filter={filterText(filters)} onClear={clear} />;
  }
  return (
    <VirtualTable
      label="Accounts"
      columns={columns(list.asOf)}
      rows={rows}
      rowKey={(row) => row.account}
      height={640}
      onOpen={(row) => go(href('account', [row.account]))}
    />
  );
}

const Calm = () => (
  <div class="empty">
    <p class="ok">No account is at risk.</p>
    <p>
      None has a margin ratio at or above the warning line. Every account:{' '}
      <a class="link" href={href('at-risk', [], { tier: 'all' })}>
        show all
      </a>
      .
    </p>
  </div>
);

const COLUMNS = [
  'account',
  'tier',
  'marginRatio',
  'distanceToLiquidation',
  'leverage',
  'equity',
  'notional',
  'side',
  'worstSymbol',
  'ageMs',
];

const cells = (row: AccountRow) => COLUMNS.map((name) => exported(row[name as keyof AccountRow] as string | null));

function Toolbar({ filters }: { filters: Filters }) {
  const filter = useRef<HTMLInputElement>(null);
  useFilterFocus(filter);
  const system = useSystem();
  const symbols = system.value?.assets.map((asset) => asset.asset) ?? [];
  const pick = (name: keyof Filters, title: string, options: readonly (readonly [string, string])[]) => (
    <label>
      {title}{' '}
      <select value={filters[name]} onChange={(event) => setQuery({ [name]: event.currentTarget.value })}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  const type = (name: 'minLeverage' | 'minNotional', title: string, hint: string) => (
    <label>
      {title}{' '}
      <input
        type="text"
        inputMode="decimal"
        size={6}
        placeholder={hint}
        value={filters[name]}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value.replace(/[^0-9.]/g, '') })}
      />
    </label>
  );
  return (
    <div class="toolbar" role="search">
      <label>
        Account{' '}
        <input
          ref={filter}
          type="search"
          size={12}
          value={filters.filter}
          placeholder="/ to filter"
          onInput={(event) => setQuery({ filter: event.currentTarget.value })}
        />
      </label>
      {pick('tier', 'Status', TIERS)}
      {pick('symbol', 'Market', [['', 'any'], ...symbols.map((symbol) => [symbol, symbol] as const)])}
      {pick('side', 'Side', SIDES)}
      {type('minLeverage', 'Leverage from', '10')}
      {type('minNotional', 'Notional from', '100000')}
      {pick('sort', 'Order', SORTS)}
      <Saved />
    </div>
  );
}

/** Filters under a name, kept in this browser. */
function Saved() {
  const [name, setName] = useState('');
  const saved = preferences.value.filters;
  const save = () => {
    if (!name.trim()) return;
    prefer('filters', { ...saved, [name.trim()]: location.hash });
    setName('');
    say('Saved in this browser');
  };
  const forget = (key: string) =>
    prefer('filters', Object.fromEntries(Object.entries(saved).filter(([other]) => other !== key)));
  return (
    <details class="saved">
      <summary>Saved filters ({count(Object.keys(saved).length)})</summary>
      <div class="box">
        {Object.entries(saved).map(([key, hash]) => (
          <p key={key}>
            <a class="link" href={hash}>
              {key}
            </a>{' '}
            <button type="button" class="small" onClick={() => forget(key)}>
              Forget
            </button>
          </p>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <label>
            Name <input type="text" size={12} value={name} onInput={(event) => setName(event.currentTarget.value)} />
          </label>{' '}
          <button type="submit">Save</button>
        </form>
        <p>
          <button type="button" class="small" onClick={() => copy(location.href)}>
            Copy link
          </button>{' '}
          {isOffered('export/accounts') ? (
            <button type="button" class="small" onClick={() => void exportAll()}>
              Export every account
            </button>
          ) : null}
        </p>
      </div>
    </details>
  );
}

async function exportAll(): Promise<void> {
  const list = await get<AccountList>(`accounts?sort=id&limit=1000`);
  download('all-accounts.csv', csv(COLUMNS, list.items.map(cells)));
  if (list.nextCursor) say(`The first ${count(list.items.length)} accounts; GET /v1/export/accounts has all`);
}
