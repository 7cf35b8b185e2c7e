import { ByteSlice } from '#server/base/byte-slice.js';
import { DyingValues } from '#server/keyspace/lazy-free.js';
import { HashValue } from '#server/types/hash.js';
import { ListValue } from '#server/types/list.js';
import { SetValue } from '#server/types/set.js';
import { SortedSetValue } from '#server/types/sorted-set.js';
import { StreamValue } from '#server/types/stream.js';
import { StreamId } from '#server/types/stream-id.js';
import type { Value, ValueHome } from '#server/types/value.js';
import { startInProcess } from '../../support/in-process.js';
import { valueHome } from '../../support/value-home.js';

const bytes = (text: string): ByteSlice => ByteSlice.fromLatin1(text);

/** A value of each type with so many elements. */
const makers: readonly [string, (home: ValueHome, count: number) => Value][] = [
  ['hash', (home, count) => filled(new HashValue(home), count, (hash, i) => hash.set(bytes(`f${i}`), bytes('v')))],
  ['set', (home, count) => filled(new SetValue(home), count, (set, i) => set.add(bytes(`m${i}`)))],
  ['zset', (home, count) => filled(new SortedSetValue(home), count, (zset, i) => zset.set(bytes(`m${i}`), i))],
  ['list', (home, count) => filled(new ListValue(home), count, (list) => list.push('tail', bytes('x'.repeat(4000))))],
  [
    'stream',
    (home, count) =>
      filled(new StreamValue(home), count, (stream, i) => {
        stream.append(StreamId.of(i + 1, 0), [bytes('field'), bytes('x'.repeat(2000))]);
        stream.group('g') ?? stream.addGroup('g', StreamId.zero, 0);
      }),
  ],
];

function filled<V extends Value>(value: V, count: number, add: (value: V, i: number) => void): V {
  for (let i = 0; i < count; i++) add(value, i);
  return value;
}

describe.each(makers)('a large %s', (_, make) => {
  test('gives its memory back in parts, all of it', () => {
    const home = valueHome();
    const value = make(home, 1000);
    expect(value.blocks).toBeGreaterThan(64);
    let steps = 1;
    let before = home.arena.usage().liveBytes;
    while (value.freeSome?.(50) === true) {
      home.arena.validate();
      expect(home.arena.usage().liveBytes).toBeLessThanOrEqual(before);
      before = home.arena.usage().liveBytes;
      steps++;
    }
    expect(steps).toBeGreaterThan(5);
    expect(home.arena.usage().liveBytes).toBe(0);
  });

  test('is taken, and a small one is not', () => {
    const home = valueHome();
    const dying = new DyingValues();
    const small = make(home, 5);
    expect([dying.take(small), dying.take(make(home, 1000)), dying.count]).toEqual([false, true, 1]);
    small.free();
    let freed = 0;
    for (let step = 0; step < 1000; step++) freed += dying.freeSome(50);
    expect([freed, dying.count, home.arena.usage().liveBytes]).toEqual([1, 0, 0]);
  });
});

describe('a server', () => {
  const facts = (info: unknown): string[] => String(info).match(/lazyfree\w+:\d+/g) ?? [];

  test.each([
    ['UNLINK', 'maxmemory-samples', true],
    ['DEL', 'maxmemory-samples', false],
    ['DEL', 'lazyfree-lazy-user-del', true],
  ])('frees after %s with %s: in parts %s', (name, setting, inParts) => {
    const { server, connect } = startInProcess();
    const client = connect();
    if (setting.startsWith('lazyfree')) client.call('CONFIG', 'SET', setting, 'yes');
    const { keyspace } = server.facilities;
    for (let i = 0; i < 1000; i++) client.call('HSET', 'h', `f${i}`, 'v');
    expect(client.call(name, 'h')).toBe(1);
    expect(client.call('EXISTS', 'h')).toBe(0);
    const pending = inParts ? 1 : 0;
    expect(facts(client.call('INFO', 'memory'))).toEqual([
      `lazyfree_pending_objects:${pending}`,
      'lazyfreed_objects:0',
    ]);
    while (keyspace.freeSome(100));
    expect(facts(client.call('INFO', 'memory'))).toEqual([
      'lazyfree_pending_objects:0',
      `lazyfreed_objects:${pending}`,
    ]);
    expect(client.call('CONFIG', 'RESETSTAT')).toBe('OK');
    expect(facts(client.call('INFO', 'memory'))).toEqual(['lazyfree_pending_objects:0', 'lazyfreed_objects:0']);
    keyspace.database(0).validate();
  });

  test.each([
    ['lazyfree-lazy-expire', ['PEXPIRE', 'h', '-1']],
    ['lazyfree-lazy-server-del', ['SET', 'h', 'v']],
  ])('frees in parts with %s what %j removes', (setting, command) => {
    const { server, connect } = startInProcess();
    const client = connect();
    for (const value of ['no', 'yes']) {
      client.call('CONFIG', 'SET', setting, value);
      for (let i = 0; i < 1000; i++) client.call('HSET', 'h', `f${i}`, 'v');
      const [name = '', ...args] = command;
      client.call(name, ...args);
      expect(server.facilities.keyspace.dyingCount).toBe(value === 'yes' ? 1 : 0);
      client.call('FLUSHALL');
    }
    expect(server.facilities.keyspace.dyingCount).toBe(0);
  });
});
