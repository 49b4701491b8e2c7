import { useEffect, useRef, useState } from 'preact/hooks';
import { pages } from '../pages/registry';
import { get, isOffered } from '../data/server';
import { system } from '../data/store';
import type { AccountJson } from '../data/types';
import { Dialog } from './dialog';
import { go, href } from './router';

interface Target {
  name: string;
  kind: string;
  hash: string;
}

const SHOWN_MAX = 12;

/** Pages, markets and accounts whose name holds what was typed; an account need not be on any list. */
export function targets(text: string, markets: string[], accounts: string[]): Target[] {
  const wanted = text.trim().toLowerCase();
  const all: Target[] = [
    ...pages.filter((page) => page.id !== 'account')
      .map((page) => ({ name: page.title, kind: 'page', hash: href(page.id) })),
    ...markets.map((market) => ({ name: market, kind: 'market', hash: href('liquidation-map', [], { market }) })),
    ...accounts.map((account) => ({ name: account, kind: 'account', hash: href('account', [account]) })),
  ];
  const found = all.filter((target) => target.name.toLowerCase().includes(wanted));
  const isExact = found.some((target) => target.name.toLowerCase() === wanted);
  const typed: Target[] = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(text.trim()) && !isExact
    ? [{ name: text.trim(), kind: 'account', hash: href('account', [text.trim()]) }] : [];
  return [...found.slice(0, SHOWN_MAX - typed.length), ...typed];
}

export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [listed, setListed] = useState<string[]>([]);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    if (!isOffered('accounts')) return;
    get<{ items: Pick<AccountJson, 'account'>[] }>('accounts?sort=notional&limit=100')
      .then((list) => setListed(list.items.map((item) => item.account)), () => undefined);
  }, []);
  const markets = system.value?.assets.map((asset) => asset.asset) ?? [];
  const near = system.value?.mostAtRisk.map((account) => account.account) ?? [];
  const found = targets(text, markets, [...new Set([...near, ...listed])]);
  const chosen = Math.min(at, found.length - 1);
  const open = (target: Target | undefined) => {
    if (!target) return;
    go(target.hash);
    onClose();
  };
  return (
    <Dialog title="Go to" onClose={onClose} class="palette">
      <input ref={input} type="text" role="combobox" aria-label="Account, market or page" aria-expanded="true"
        aria-controls="palette-list" aria-activedescendant={chosen >= 0 ? `palette-${chosen}` : undefined}
        placeholder="Account, market or page" value={text}
        onInput={(event) => { setText(event.currentTarget.value); setAt(0); }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, chosen + 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
          else if (event.key === 'Enter') open(found[chosen]);
          else return;
          event.preventDefault();
        }} />
      <ul id="palette-list" role="listbox" aria-label="Found">
        {found.map((target, place) => (
          <li key={target.hash} id={`palette-${place}`} role="option" aria-selected={place === chosen}
            onClick={() => open(target)} onPointerMove={() => setAt(place)}>
            <span>{target.name}</span><span class="muted">{target.kind}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
