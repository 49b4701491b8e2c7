import { useEffect, useRef, useState } from 'preact/hooks';
import { copy, csv, download, say } from '../../app/copy';
import { useFilterFocus } from '../../app/keys';
import { prefer, preferences } from '../../app/preferences';
import { go, href, route, setQuery } from '../../app/router';
import { VirtualTable } from '../../charts';
import type { AccountList } from '../../data/types';
import { useLive, useResource, useSystem, type Loaded } from '../../data/resource';
import { isOffered, urlOf } from '../../data/server';
import { exporter } from '../../data/store';
import { count, exported } from '../../format/numbers';
import { NoMatch } from '../../states/notices';
import { Panel } from '../../states/panel';
import { columns, type ListedRow } from './columns';
import {
  exportOf, filterText, filtersOf, furtherText, matches, queryOf, SIDES, SORTS, TIERS, type Filters,
} from './filters';

const LIMIT = 500;

type List = Omit<AccountList, 'items' | 'ageMs' | 'accounts'> & { items: ListedRow[]; accounts?: number };

/** Who goes first? The worst first, and any other account by its filters. */
export function AtRisk() {
  const filters = filtersOf(route.value.query);
  const list = useList(filters);
  return (
    <>
      <Toolbar filters={filters} />
      <Panel
        title={filters.tier === 'at-risk' ? 'Accounts warned or worse' : 'Accounts'}
        actions={<Exports filters={filters} />}
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
function useList(filters: Filters): Loaded<List> {
  const isOwn = isOffered('accounts');
  const isPlain = filterText({ ...filters, filter: '' }) === '' && filters.tier === 'at-risk'
    && filters.sort === 'risk';
  const live = useLive<AccountList>('at-risk', 'at-risk', 1_000);
  const asked = useResource<AccountList>(isOwn && !isPlain ? queryOf(filters, LIMIT) : null,
    { everyMs: filters.moveFrom ? 5_000 : 1_000, keep: true });
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
            reach: known.reach,
            nextCursor: null,
            items: known.mostAtRisk.map(
              (row): ListedRow => ({
                account: row.account,
                tier: row.tier,
                marginRatio: row.marginRatio,
                notional: row.notional === null ? null : String(row.notional),
                leverage: null,
                leverageReason: null,
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

const FURTHER = { symbol: null, maxLeverage: null, minEquity: null, maxEquity: null, moveFrom: null, moveTo: null };

const clearFilters = () => setQuery({ ...FURTHER, tier: null, market: null, side: null, minLeverage: null,
  minNotional: null, filter: null });

/** Everything that is listed, however long, as the server streams it; `e` saves the rows that are here. */
function Exports({ filters }: { filters: Filters }) {
  if (!isOffered('export/accounts')) return null;
  const listed = exportOf(filters);
  return (
    <>
      {listed === null || filters.tier === 'all' ? null
        : <a class="link" href={urlOf(listed)} download="accounts-listed.csv">Export these</a>}
      <a class="link" href={urlOf('export/accounts?format=csv')} download="accounts.csv">Export every account</a>
    </>
  );
}

function Rows({ list, filters }: { list: List; filters: Filters }) {
  const rows = list.items.filter((row) => matches(row, filters));
  useEffect(() => {
    exporter.value = () => download('accounts.csv', csv(COLUMNS, rows.map(cells)));
    return () => {
      exporter.value = null;
    };
  });
  if (rows.length === 0) {
    return filterText(filters) === '' ? <Calm /> : <NoMatch filter={filterText(filters)} onClear={clearFilters} />;
  }
  return (
    <>
      <VirtualTable
        label="Accounts"
        columns={columns(list.asOf)}
        rows={rows}
        rowKey={(row) => row.account}
        why="The row opens the account."
        height={640}
        onOpen={(row) => go(href('account', [row.account]))}
      />
      {list.nextCursor ? <p class="chart-note">The first {count(list.items.length)}; narrow the filters, or export.</p>
        : null}
    </>
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

const cells = (row: ListedRow) => COLUMNS.map((name) => exported(row[name as keyof ListedRow] as string | null));

function Toolbar({ filters }: { filters: Filters }) {
  const filter = useRef<HTMLInputElement>(null);
  useFilterFocus(filter);
  const system = useSystem();
  const markets = [...new Set([...(filters.market ? [filters.market] : []),
    ...(system.value?.assets.map((asset) => asset.asset) ?? [])])];
  const further = furtherText(filters);
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
      {pick('market', 'Market', [['', 'any'], ...markets.map((market) => [market, market] as const)])}
      {pick('side', 'Side', SIDES)}
      {type('minLeverage', 'Leverage from', '10')}
      {type('minNotional', 'Notional from', '100000')}
      {pick('sort', 'Order', SORTS)}
      <Saved />
      {further ? (
        <p class="further">
          Only who: <strong>{further}</strong>{' '}
          <button type="button" class="small" onClick={() => setQuery(FURTHER)}>Clear</button>
        </p>
      ) : null}
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
          </button>
        </p>
      </div>
    </details>
  );
}
