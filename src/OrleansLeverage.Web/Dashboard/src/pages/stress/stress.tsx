import { useEffect, useState } from 'preact/hooks';
import type { PageProps } from '../registry';
import { copy, download, say } from '../../app/copy';
import { setQuery } from '../../app/router';
import { useResource } from '../../data/resource';
import type { Library, Scenario } from '../../data/types';
import { exporter } from '../../data/store';
import { Empty, NoMatch } from '../../states/notices';
import { Panel } from '../../states/panel';
import { useJob } from '../parts/job';
import { JobProgress } from '../parts/progress';
import { Check, TextField } from '../parts/fields';
import { isOption, shortened } from '../parts/markets';
import { BreakingMoves } from './breaks';
import { CustomForm } from './custom';
import { StressFigures } from './result';
import { fromLink, readSaved, writeSaved, type Custom, type StressResult } from './types';

/** What would named scenarios do? Full repricing; nobody acts in between. */
export function Stress({ query }: PageProps) {
  const library = useResource<Library>('stress/scenarios', { everyMs: 0 });
  const work = useJob<StressResult>(query.get('job'), 'stress');
  const [saved, setSaved] = useState<Custom[]>(readSaved);
  const linked = fromLink(query.get('custom'));
  const chosen = query.get('scenarios')?.split('|').filter(Boolean) ?? [];
  const keep = (list: Custom[]): void => {
    writeSaved(list);
    setSaved(list);
  };
  const custom = [...saved, ...linked.filter((one) => !saved.some((kept) => kept.name === one.name))];
  const run = (): void => {
    // a list that is left out is not asked for; without either the whole library is
    const own = custom.filter((one) => chosen.includes(one.name));
    const named = chosen.filter((name) => !custom.some((one) => one.name === name));
    work.start({ ...(named.length > 0 ? { scenarios: named } : {}), ...(own.length > 0 ? { custom: own } : {}) });
  };
  const { result } = work;
  useEffect(() => {
    exporter.value = result ? () => download('stress.json', JSON.stringify(result, null, 2), 'application/json') : null;
    return () => { exporter.value = null; };
  }, [result]);
  const share = (): void => {
    const own = custom.filter((one) => chosen.includes(one.name));
    if (own.length > 0) setQuery({ custom: JSON.stringify(own) });
    copy(location.href);
  };
  return (
    <div class="grid lab">
      <Panel title="Library" of={library} class="w5" what="the library of scenarios"
        question="None chosen runs all of them." isEmpty={(value) => value.items.length + custom.length === 0}
        empty={{ why: 'No scenario is known.' }}>
        {(value) => <Choose items={value.items} custom={custom} chosen={chosen}
          onForget={(name) => { keep(saved.filter((one) => one.name !== name)); say(`Forgot ${name}`); }} />}
      </Panel>
      <div class="w7 stack">
        <CustomForm onSave={(one) => {
          keep([...saved.filter((kept) => kept.name !== one.name), one]);
          setQuery({ scenarios: [...new Set([...chosen, one.name])].join('|') });
          say(`Saved ${one.name} in this browser`);
        }} />
        <section class="panel" aria-label="Run">
          <div class="body">
            <p class="buttons">
              <button type="button" class="primary" disabled={work.isBusy} onClick={run}>
                {chosen.length === 0 ? 'Run the whole library' : `Run ${chosen.length} chosen`}</button>
              <button type="button" onClick={share}>Copy link</button>
            </p>
            <JobProgress work={work} onRetry={run} />
          </div>
        </section>
        <BreakingMoves job={query.get('breaks')} />
      </div>
      {result ? <StressFigures result={result} query={query} />
        : !work.isBusy && <section class="panel"><div class="body">
            <Empty why="No scenario has been run from here yet." command="leverage stress" /></div></section>}
    </div>
  );
}

/** A scenario of the library, or of one's own, which has no note. */
type Choosable = Pick<Scenario, 'name' | 'kind'> & Partial<Scenario>;

const KIND_SHOWN = 80;

// in the order in which they are listed; what it does not name comes last
const KINDS: Record<string, string> = {
  CUSTOM: 'Of your own, kept in this browser alone', HISTORICAL: 'Days that happened',
  CORRELATION_ONE: 'All feeds together',
  COLLATERAL_DEPEG: 'Collateral loses its price', VENUE_OUTAGE: 'Venue outage', ORACLE_FREEZE: 'Oracle frozen',
  FUNDING_SPIKE: 'Funding', BASIS_GAP: 'Basis', GRID: 'One feed alone',
};

function ordered(list: readonly Choosable[]): string[] {
  const order = Object.keys(KINDS);
  const place = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return [...new Set(list.map((one) => one.kind))].sort((a, b) => place(a) - place(b));
}

function Choose({ items, custom, chosen, onForget }: { items: Scenario[]; custom: Custom[]; chosen: string[];
  onForget: (name: string) => void }) {
  const [text, setText] = useState('');
  const all: Choosable[] = [...custom.map((one) => ({ name: one.name, kind: 'CUSTOM', moves: one.moves })), ...items];
  const shown = all.filter((one) => `${one.name} ${one.note ?? ''}`.toLowerCase().includes(text.toLowerCase()));
  // series are moved with their underlying, not alone
  const part = (kind: string) => shortened(shown.filter((one) => one.kind === kind
    && (text !== '' || kind !== 'GRID' || !isOption(one.name.split(' ')[0]))), KIND_SHOWN,
    (one) => chosen.includes(one.name));
  const toggle = (name: string, isOn: boolean): void => {
    const next = isOn ? [...chosen, name] : chosen.filter((one) => one !== name);
    setQuery({ scenarios: next.join('|') });
  };
  return (
    <>
      <div class="fields inline">
        <TextField label="Filter" value={text} onChange={setText} placeholder="2020, depeg, BTC" />
        {chosen.length > 0 && <button type="button" onClick={() => setQuery({ scenarios: null })}>Choose none</button>}
      </div>
      {shown.length === 0 ? <NoMatch filter={text} onClear={() => setText('')} /> : (
        <div class="library" tabIndex={0} role="region" aria-label="Scenarios">
          {ordered(shown).map((kind) => (
            <fieldset key={kind}>
              <legend>{KINDS[kind] ?? kind.replaceAll('_', ' ').toLowerCase()}</legend>
              {part(kind).shown.map((one) => (
                <div key={one.name} class="scenario">
                  <Check label={one.name.replace(/ -(?=\d)/, ' \u2212')} hint={one.note}
                    value={chosen.includes(one.name)}
                    onChange={(isOn) => toggle(one.name, isOn)} />
                  {one.note && <small>{one.note}</small>}
                  {kind === 'CUSTOM' && <button type="button" class="small" aria-label={`Forget ${one.name}`}
                    onClick={() => onForget(one.name)}>Forget</button>}
                </div>
              ))}
              {part(kind).left > 0 && <small class="note">{`${part(kind).left} more by the filter`}</small>}
            </fieldset>
          ))}
        </div>
      )}
    </>
  );
}
