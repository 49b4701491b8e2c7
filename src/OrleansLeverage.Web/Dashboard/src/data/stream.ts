import { applied, backoffMs, EventReader, type ChannelContents, type StreamMessage } from './deltas';
import { problemOf, unreachable, type Problem } from './problem';
import { isLoginNeeded, urlOf } from './server';
import { buffered, channel, isPaused, link, now, refreshes, type Link } from './store';

// One stream feeds the page: a snapshot of each channel, then what changed. Read with fetch, which says why it was
// refused, and tells a heartbeat from silence. Painted at most four times a second.
const PAINT_MS = 250;

/** The server says something every 15 s; after two of those in silence the line is dead. */
const SILENCE_MS = 35_000;

const known = new Map<string, ChannelContents>();
const changed = new Set<string>();
let paintTimer: ReturnType<typeof setTimeout> | null = null;
let wake: (() => void) | null = null;
let current: AbortController | null = null;
let isStopped = false;

function setLink(change: Partial<Link>): void {
  const isOther = change.state !== undefined && change.state !== link.peek().state;
  link.value = { ...link.peek(), ...(isOther ? { sinceMs: Date.now() } : {}), ...change };
}

function paint(): void {
  paintTimer = null;
  if (isPaused.value) {
    return;
  }
  for (const name of changed) {
    const state = known.get(name);
    if (state) channel(name).value = { value: state.contents, receivedAtMs: Date.now(), seq: state.seq };
  }
  changed.clear();
}

/** Goes on after a pause with the newest state. */
export function resume(): void {
  isPaused.value = false;
  buffered.value = 0;
  paint();
}

/** False asks for a new stream. */
function take(text: string): boolean {
  const message = JSON.parse(text) as StreamMessage;
  const next = applied(known.get(message.channel) ?? null, message);
  if (!next) return false;
  known.set(message.channel, next);
  changed.add(message.channel);
  if (message.dropped) setLink({ coalesced: link.peek().coalesced + message.dropped });
  if (isPaused.peek()) buffered.value++;
  else paintTimer ??= setTimeout(paint, channel(message.channel).peek() ? PAINT_MS : 0);
  return true;
}

async function read(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  const text = new TextDecoder();
  const events = new EventReader();
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    while (true) {
      silence = setTimeout(() => void reader.cancel(), SILENCE_MS);
      const { done, value } = await reader.read();
      clearTimeout(silence);
      if (done) return;
      for (const data of events.read(text.decode(value, { stream: true }))) {
        if (!take(data)) return;
      }
    }
  } finally {
    clearTimeout(silence);
    void reader.cancel().catch(() => undefined);
  }
}

/** Ends when the stream ends; says why it was refused, null where it had been open. */
async function once(channels: string[]): Promise<Problem | null> {
  current = new AbortController();
  let response: Response;
  try {
    response = await fetch(urlOf('stream?channels=' + channels.join(',')),
      { headers: { Accept: 'text/event-stream' }, cache: 'no-store', signal: current.signal });
  } catch {
    return unreachable;
  }
  if (!response.ok || !response.body) return problemOf(response);
  setLink({ state: 'open', retryAtMs: null, problem: null });
  try {
    await read(response.body);
  } catch {
    // the line broke: the same as an end
  }
  return null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Tries again at once. */
export function reconnect(): void {
  if (link.peek().state === 'open') current?.abort();
  wake?.();
}

/** Keeps one stream open until the page goes. */
export async function startStream(channels: string[]): Promise<void> {
  setInterval(() => { now.value = Date.now(); }, 1_000);
  addEventListener('pagehide', () => { isStopped = true; current?.abort(); });
  let tries = 0;
  while (!isStopped) {
    const problem = await once(channels);
    if (isStopped) return;
    const isRefused = problem !== null && (problem.status === 401 || problem.status === 403);
    if (problem?.status === 401) isLoginNeeded.value = true;
    tries = problem === null ? 1 : tries + 1;
    const wait = isRefused ? 60_000 : backoffMs(tries);
    setLink({ state: isRefused ? 'forbidden' : 'lost', problem, retryAtMs: Date.now() + wait });
    // what was known stays on the page and ages; the next stream begins with a snapshot
    await pause(wait);
    setLink({ retryAtMs: null });
    refreshes.value++;
  }
}
