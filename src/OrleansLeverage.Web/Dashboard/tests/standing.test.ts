import assert from 'node:assert/strict';
import test from 'node:test';

// The modules of the page look at their browser when they are read: as much of one as they ask for.
const listeners = new Map<string, (event: unknown) => void>();
Object.assign(globalThis, {
  document: { querySelector: () => null, querySelectorAll: () => [], baseURI: 'http://page.test/' },
  localStorage: { getItem: () => null, setItem: () => undefined },
  location: { hash: '' },
  HTMLElement: class {
    isContentEditable = false;
    constructor(readonly tagName = 'DIV') {}
    closest(): null { return null; }
  },
  addEventListener: (name: string, listener: (event: unknown) => void) => { listeners.set(name, listener); },
});

const { phaseOf } = await import('../src/data/resource');
const { isPaused, link, now } = await import('../src/data/store');
const { standingOf } = await import('../src/states/panel');
const { conditions } = await import('../src/data/conditions');
const { hrefHere, parse, route } = await import('../src/app/router');
const { bindings, leader, startKeys } = await import('../src/app/keys');
type System = Parameters<typeof conditions>[0];

const problem = (status: number, code: string) => ({ title: code, status, code });
const loaded = (ageMs: number, everyMs: number, state = 'LIVE', more: object = {}) => ({
  value: { freshness: { state, ...more } }, phase: 'ready' as const, problem: null, receivedAtMs: now.value - ageMs,
  everyMs, refresh: () => undefined,
});
const word = (of: Parameters<typeof standingOf>[0]) => standingOf(of)?.state;

test('what is not kept is not measured, what is not allowed is forbidden, all else is an error', () => {
  assert.equal(phaseOf(problem(501, 'not_supported')), 'not_measured');
  assert.equal(phaseOf(problem(503, 'not_measured')), 'not_measured');
  assert.equal(phaseOf(problem(403, 'forbidden')), 'forbidden');
  assert.equal(phaseOf(problem(401, 'unauthorized')), 'forbidden');
  assert.equal(phaseOf(problem(500, 'internal')), 'error');
});

test('a value is stale after twice its cadence, and disconnected where the link is lost', () => {
  assert.equal(word(loaded(3_900, 2_000)), 'LIVE');
  assert.equal(word(loaded(4_400, 2_000)), 'STALE');
  assert.equal(word(loaded(1e9, 0)), 'LIVE');
  link.value = { ...link.value, state: 'lost' };
  assert.equal(word(loaded(4_400, 2_000)), 'DISCONNECTED');
  link.value = { ...link.value, state: 'open' };
});

test('prices that are stale or halted make figures stale, partial ones name what is missing', () => {
  assert.equal(word(loaded(0, 2_000, 'STALE')), 'STALE');
  assert.equal(word(loaded(0, 2_000, 'HALTED')), 'STALE');
  assert.equal(word(loaded(0, 2_000, 'NOT_MEASURED')), 'NOT_MEASURED');
  const partial = standingOf(loaded(0, 2_000, 'PARTIAL', { notFresh: ['SOL-USD', 'XRP-USD'] }));
  assert.deepEqual(partial, { state: 'PARTIAL', detail: 'without SOL-USD, XRP-USD' });
  isPaused.value = true;
  assert.equal(word(loaded(0, 2_000)), 'PAUSED');
  isPaused.value = false;
});

test('figures of less than every account are partial, and say of what part and without how many silos', () => {
  const reached = (reach: object, state = 'LIVE', more: object = {}) => {
    const of = loaded(0, 2_000, state, more);
    return standingOf({ ...of, value: { ...(of.value as object), reach } } as typeof of);
  };
  const whole = { coverage: 1, accounts: 40, listed: 40, oldestFrame: '1.2', missing: [] };
  assert.equal(reached(whole)?.state, 'LIVE');
  assert.equal(reached({ ...whole, coverage: null, accounts: 0, listed: 0 })?.state, 'LIVE');
  assert.deepEqual(reached({ ...whole, coverage: 0.99999, accounts: 99_999, listed: 100_000 }),
    { state: 'PARTIAL', detail: 'of 99.9% of 100000 accounts' });
  assert.deepEqual(reached({ ...whole, coverage: 0.6, accounts: 24, missing: ['S1', 'S2'] }),
    { state: 'PARTIAL', detail: 'of 60.0% of 40 accounts, 2 silos missing' });
  assert.deepEqual(reached({ ...whole, coverage: null, listed: null }, 'PARTIAL', { notFresh: ['SOL-USD'] }),
    { state: 'PARTIAL', detail: 'without SOL-USD; of an unknown part of the accounts' });
});

const system = (more: object = {}) => ({ freshness: { state: 'LIVE', notFresh: [] }, assets: [], coverage: 1,
  bankrupt: 0, ...more }) as unknown as System;
const adl = (...states: string[]) => ({ items: states.map((state) => ({ market: `M-${state}`, state,
  inhibited: state === 'INHIBITED' ? 'oracle 14 s old' : null })) }) as unknown as Parameters<typeof conditions>[1];

test('deleveraging that is active is told before all else and interrupts; armed is not told', () => {
  const lost = { ...link.value, state: 'lost' as const, retryAtMs: 5_000 };
  const [first, second] = conditions(system(), adl('DISARMED', 'ACTIVE'), lost, 0, null);
  assert.equal(first.text, 'Deleveraging is ACTIVE in M-ACTIVE.');
  assert.equal(first.isAlert, true);
  assert.match(second.text, /trying again in 5 s/);
  assert.deepEqual(conditions(system(), adl('ARMED'), { ...link.value, state: 'open' }, 0, 0), []);
  const [named] = conditions(system({ bankrupt: 1 }), adl('INHIBITED'), { ...link.value, state: 'open' }, 0, 0);
  assert.equal(named.text, 'M-INHIBITED: oracle 14 s old');
});

test('a link within a view keeps the rest of the view', () => {
  route.value = parse('#/stress?job=J1&metric=deficit&compare=a');
  assert.equal(hrefHere({ compare: 'a|b' }), '#/stress?job=J1&metric=deficit&compare=a%7Cb');
  assert.equal(hrefHere({ compare: null }), '#/stress?job=J1&metric=deficit');
});

test('keys do nothing while somebody types, and the second key of a chord belongs to it alone', () => {
  const done: string[] = [];
  bindings.value = ['p', 'g o', 'o'].map((keys) => ({ keys, what: keys, run: () => done.push(keys) }));
  startKeys();
  const Element = globalThis.HTMLElement as unknown as new (tag?: string) => HTMLElement;
  const press = (key: string, tag = 'DIV') => {
    let prevented = false;
    listeners.get('keydown')!({ key, target: new Element(tag), ctrlKey: false, metaKey: false, altKey: false,
      defaultPrevented: false, preventDefault: () => { prevented = true; } });
    return prevented;
  };
  press('p', 'INPUT');
  press('p', 'SELECT');
  assert.deepEqual(done, []);
  press('p');
  press('g');
  press('o');
  assert.deepEqual(done, ['p', 'g o']);
  press('g');
  assert.equal(press('p'), true);
  assert.deepEqual(done, ['p', 'g o']);
  assert.equal(leader.value, null);
});
