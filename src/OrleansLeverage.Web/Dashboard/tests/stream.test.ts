import assert from 'node:assert/strict';
import test from 'node:test';
import { applied, backoffMs, EventReader, type StreamMessage } from '../src/data/deltas';

const message = (type: StreamMessage['type'], seq: number, contents: Record<string, unknown>, channel = 'system') =>
  ({ channel, type, seq, contents });

test('a delta replaces the members it names and leaves the others', () => {
  const first = applied(null, message('snapshot', 5, { a: 1, b: { c: 2 } }));
  const next = applied(first, message('delta', 9, { b: { d: 3 } }));
  assert.deepEqual(next, { contents: { a: 1, b: { d: 3 } }, seq: 9 });
});

test('a delta without a snapshot, and lagged, ask for a new stream', () => {
  assert.equal(applied(null, message('delta', 1, {})), null);
  assert.equal(applied({ contents: {}, seq: 1 }, message('lagged', 2, {})), null);
});

test('what is not newer changes nothing', () => {
  const known = { contents: { a: 1 }, seq: 5 };
  assert.equal(applied(known, message('delta', 5, { a: 2 })), known);
  assert.equal(applied(known, message('delta', 4, { a: 2 })), known);
});

test('a snapshot counts from anew', () => {
  assert.deepEqual(applied({ contents: { a: 1 }, seq: 50 }, message('snapshot', 2, { b: 1 })),
    { contents: { b: 1 }, seq: 2 });
});

test('new events come before those that are known, each once, and the list is bounded', () => {
  const known = { contents: { items: Array.from({ length: 500 }, (_, at) => ({ seq: 500 - at })) }, seq: 1 };
  const next = applied(known, message('delta', 2, { items: [{ seq: 501 }, { seq: 500 }] }, 'events'));
  const items = next!.contents.items as { seq: number }[];
  assert.deepEqual(items.slice(0, 3).map((item) => item.seq), [501, 500, 499]);
  assert.equal(items.length, 500);
});

test('events are put together from any pieces', () => {
  const text = 'retry: 2000\n\nid: 1\nevent: snapshot\ndata: {"a":1}\n\n: still here\n\ndata: x\r\ndata: y\r\n\r\n';
  for (let size = 1; size <= text.length; size++) {
    const reader = new EventReader();
    const found: string[] = [];
    for (let at = 0; at < text.length; at += size) found.push(...reader.read(text.slice(at, at + size)));
    assert.deepEqual(found, ['{"a":1}', 'x\ny'], `pieces of ${size}`);
  }
});

test('tries get rarer up to a quarter of a minute', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 50].map(backoffMs), [1000, 2000, 4000, 8000, 15000, 15000, 15000]);
});
