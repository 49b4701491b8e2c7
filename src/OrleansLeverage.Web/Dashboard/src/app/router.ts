import { signal } from '@preact/signals';

// The hash holds the view: #/page/more?market=BTC-USD&range=1h. Copying the address shares what is seen.
export interface Route {
  page: string;
  /** What follows the page's name: #/account/alice has ['alice']. */
  path: string[];
  query: URLSearchParams;
}

export const HOME = 'overview';

export function parse(hash: string): Route {
  const at = hash.indexOf('?');
  const names = (at < 0 ? hash : hash.slice(0, at)).replace(/^#\/?/, '').split('/').filter(Boolean);
  const [page = HOME, ...path] = names.map(decode);
  return { page, path, query: new URLSearchParams(at < 0 ? '' : hash.slice(at + 1)) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function href(page: string, path: string[] = [], query: Record<string, string | null> = {}): string {
  const known = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null);
  const text = new URLSearchParams(known).toString();
  return '#/' + [page, ...path].map(encodeURIComponent).join('/') + (text ? '?' + text : '');
}

export const route = signal<Route>({ page: HOME, path: [], query: new URLSearchParams() });

export function go(hash: string): void {
  location.hash = hash;
}

/** Puts values into the address without a new place in the history; null or '' takes one out. */
export function setQuery(values: Record<string, string | null>): void {
  const { page, path, query } = route.value;
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  }
  history.replaceState(null, '', href(page, path, Object.fromEntries(next)));
  route.value = { page, path, query: next };
}

/** The address of this view with some values changed: a link that Back returns from. */
export function hrefHere(values: Record<string, string | null>): string {
  const { page, path, query } = route.value;
  return href(page, path, { ...Object.fromEntries(query), ...values });
}

/** One value of the view that lives in the address. */
export function useQuery(name: string, fallback: string): [string, (value: string) => void] {
  const value = route.value.query.get(name) ?? fallback;
  return [value, (next) => setQuery({ [name]: next === fallback ? null : next })];
}

export function startRouter(): void {
  const read = () => { route.value = parse(location.hash); };
  addEventListener('hashchange', read);
  read();
}
