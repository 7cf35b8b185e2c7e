import { ByteSlice } from '#server/base/byte-slice.js';
import { Config } from '#server/config/config.js';
import { NO_EXPIRY } from '#server/keyspace/database.js';
import { Evictor, POLICIES } from '#server/keyspace/evictor.js';
import type { Keyspace } from '#server/keyspace/keyspace.js';
import { MemoryGauge } from '#server/keyspace/memory-gauge.js';
import { HashValue } from '#server/types/hash.js';
import { bytes, keysOf, smallKeyspace, startMs } from '../../support/small-keyspace.js';

const VALUE = ByteSlice.of(Buffer.alloc(4000, 'v'));

interface Trial {
  readonly keyspace: Keyspace;
  readonly gauge: MemoryGauge;
  readonly config: Config;
  readonly evictor: Evictor;
  /** Microseconds that pass with each look at the clock. */
  stepUs: number;
}

function trial(policy: string): Trial {
  const keyspace = smallKeyspace(2);
  const config = new Config();
  config.setText('maxmemory-policy', policy);
  const gauge = new MemoryGauge(keyspace, config);
  let nowUs = 0;
  const made: Trial = {
    keyspace,
    gauge,
    config,
    evictor: new Evictor(keyspace, gauge, config, {
      nowMs: () => keyspace.shared.nowMs,
      monotonicUs: () => {
        nowUs += made.stepUs;
        return nowUs;
      },
    }),
    stepUs: 1,
  };
  return made;
}

/** 100 keys of 4 KB, one a second: `k0` is the oldest. Every second one expires, `k1` first. */
function fill({ keyspace }: Trial): void {
  for (let i = 0; i < 100; i++) {
    keyspace.shared.nowMs = startMs + i * 1000;
    const expiryMs = i % 2 === 1 ? startMs + 1_000_000 + i * 1000 : NO_EXPIRY;
    keyspace.database(0).setString(bytes(`k${i}`), VALUE, expiryMs);
  }
}

/** Leaves room for about this many of the keys that are there. */
function shrinkTo({ gauge, config }: Trial, keys: number): void {
  const dataBytes = 100 * 4096;
  config.setText('maxmemory', String(Math.floor(gauge.usedBytes - dataBytes * (1 - keys / 100))));
}

const numbersOf = ({ keyspace }: Trial): number[] => keysOf(keyspace.database(0)).map((name) => Number(name.slice(1)));
const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

describe('an evictor', () => {
  test.each(['noeviction', 'allkeys-lru'])('frees first, under %s, what has lost its key already', (policy) => {
    const made = trial(policy);
    fill(made);
    const large = made.keyspace.database(1).forWrite(HashValue, bytes('large'));
    for (let i = 0; i < 100; i++) large.set(bytes(`f${i}`), VALUE);
    made.keyspace.database(1).delete(bytes('large'), 'unlink');
    shrinkTo(made, 70);
    expect([made.gauge.isFull, made.keyspace.dyingCount]).toEqual([true, 1]);
    expect(made.evictor.makeRoom()).toBe(true);
    expect([made.gauge.isFull, made.keyspace.database(0).size]).toEqual([false, 100]);
  });

  test.each(Object.keys(POLICIES).filter((name) => name !== 'noeviction'))('makes room under %s', (policy) => {
    const made = trial(policy);
    fill(made);
    shrinkTo(made, 70);
    expect(made.gauge.isFull).toBe(true);
    expect(made.evictor.makeRoom()).toBe(true);
    expect(made.gauge.isFull).toBe(false);
    const left = numbersOf(made);
    expect(left.length).toBeGreaterThan(60);
    expect(made.keyspace.shared.stats.evictedKeys).toBe(100 - left.length);
    if (policy.startsWith('volatile')) expect(left.filter((number) => number % 2 === 0).length).toBe(50);
    made.keyspace.database(0).validate();
  });

  test('under lru the keys that were not accessed for longest go, but for what sampling misses', () => {
    const made = trial('allkeys-lru');
    fill(made);
    for (let i = 0; i < 20; i++) made.keyspace.database(0).touch(bytes(`k${i}`));
    shrinkTo(made, 50);
    made.evictor.makeRoom();
    const left = numbersOf(made);
    expect(left.filter((number) => number < 20).length).toBeGreaterThan(15);
    expect(meanOf(left.filter((number) => number >= 20))).toBeGreaterThan(65);
  });

  test('under lfu the keys that were asked for least go', () => {
    const made = trial('allkeys-lfu');
    made.config.setText('lfu-log-factor', '0');
    fill(made);
    for (let times = 0; times < 10; times++) {
      for (let i = 0; i < 30; i++) made.keyspace.database(0).touch(bytes(`k${i}`));
    }
    shrinkTo(made, 50);
    made.evictor.makeRoom();
    expect(numbersOf(made).filter((number) => number < 30).length).toBeGreaterThan(27);
  });

  test('under ttl the keys that expire first go', () => {
    const made = trial('volatile-ttl');
    fill(made);
    shrinkTo(made, 80);
    made.evictor.makeRoom();
    const left = numbersOf(made).filter((number) => number % 2 === 1);
    expect(meanOf(left)).toBeGreaterThan(55);
  });

  test('refuses when nothing may go: without a policy, or when no key expires', () => {
    const none = trial('noeviction');
    fill(none);
    shrinkTo(none, 50);
    expect(none.evictor.makeRoom()).toBe(false);
    expect(numbersOf(none).length).toBe(100);
    const volatile = trial('volatile-lru');
    fill(volatile);
    shrinkTo(volatile, 1);
    expect(volatile.evictor.makeRoom()).toBe(false);
    expect(numbersOf(volatile).length).toBe(50);
  });

  test('stops when its time is up, lets commands through, and goes on at the next call', () => {
    const made = trial('allkeys-random');
    fill(made);
    shrinkTo(made, 10);
    made.stepUs = 400;
    expect(made.evictor.makeRoom()).toBe(true);
    expect(made.gauge.isFull).toBe(true);
    const firstUs = made.evictor.exceeded().currentUs;
    expect(firstUs).toBeGreaterThan(0);
    while (made.gauge.isFull) made.evictor.makeRoom();
    expect(numbersOf(made).length).toBeGreaterThan(5);
    made.evictor.makeRoom();
    const { currentUs, totalUs } = made.evictor.exceeded();
    expect(currentUs).toBe(0);
    expect(totalUs).toBeGreaterThan(firstUs);
  });

  test('announces each key it evicts, with the effect of removing it', () => {
    const made = trial('allkeys-lru');
    fill(made);
    const told: string[] = [];
    made.keyspace.events.subscribe({
      keyChanged: (db, event, key) => told.push(`${db} ${event} ${key.utf8()}`),
      effect: (_db, argv) =>
        told.push(argv.map((token) => (typeof token === 'string' ? token : token.utf8())).join(' ')),
    });
    shrinkTo(made, 99);
    made.evictor.makeRoom();
    expect(told.length).toBe(2 * made.keyspace.shared.stats.evictedKeys);
    const key = told[1]?.slice('DEL '.length);
    expect(told.slice(0, 2)).toEqual([`0 evicted ${key}`, `DEL ${key}`]);
  });
});
