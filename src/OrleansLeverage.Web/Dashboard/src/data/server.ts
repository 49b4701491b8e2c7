import { signal } from '@preact/signals';
import { problemOf, ProblemError, unreachable } from './problem';
import type { Session } from './types';

// What the page was told of its server when it was loaded: nothing is asked for that is not offered.
const meta = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="leverage-${name}"]`)?.content ?? '';

const BASE = new URL(meta('api') || 'v1', document.baseURI).pathname;

/** DEMO, REPLAY or LIVE. */
export const servedMode = meta('mode');

const routes = meta('routes').split(' ').filter(Boolean).map((line) => {
  const at = line.indexOf(':');
  const pattern = line.slice(at + 1).split('/').map((part) => (part.startsWith('{') ? '[^/]+' : escape(part)));
  return { method: line.slice(0, at), path: new RegExp('^' + pattern.join('/') + '$') };
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whether this server has the endpoint; a server that lists nothing is taken to have all. */
export function isOffered(path: string, method = 'GET'): boolean {
  const name = path.split('?')[0];
  return routes.length === 0 || routes.some((route) => route.method === method && route.path.test(name));
}

/** Who asks, as the server sees it; null before it has been asked, and where nobody is asked for a name. */
export const session = signal<Session | null>(null);

/** Whether the server wants to know who asks before it shows anything. */
export const isLoginNeeded = signal(false);

export const urlOf = (path: string): string => `${BASE}/${path}`;

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(urlOf(path), init);
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault;
    throw new ProblemError(unreachable);
  }
  if (response.status === 401) isLoginNeeded.value = true;
  if (!response.ok) throw new ProblemError(await problemOf(response));
  return response;
}

/** GET below the API's prefix. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, { headers: { Accept: 'application/json' }, signal })).json() as Promise<T>;
}

/** POST or DELETE; the answer, or a ProblemError. */
export async function send<T>(method: 'POST' | 'DELETE' | 'PUT', path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (session.value?.csrf) headers['X-CSRF-Token'] = session.value.csrf;
  const response = await ask(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

/** Asks who the page is, where the server says so. */
export async function readSession(): Promise<void> {
  if (!isOffered('me')) return;
  try {
    session.value = await get<Session>('me');
    isLoginNeeded.value = false;
  } catch (fault) {
    if (!(fault instanceof ProblemError)) throw fault;
  }
}

/** By the one-time token of the printed address, or by a pasted key. */
export async function logIn(by: { token: string } | { key: string }): Promise<void> {
  session.value = await send<Session>('POST', 'session', by);
  isLoginNeeded.value = false;
}

export async function logOut(): Promise<void> {
  await send('DELETE', 'session');
  session.value = null;
  isLoginNeeded.value = true;
}
