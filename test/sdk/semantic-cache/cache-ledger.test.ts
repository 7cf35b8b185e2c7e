import { CacheLedger, type VolumeConfig } from '#sdk/semantic-cache/cache-ledger.js';
import { SemanticCache, type SemanticCacheConfig } from '#sdk/semantic-cache/semantic-cache.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';
import { WordEmbedder } from '../word-embedder.js';

const id = (number: number): string => number.toString(16).padStart(32, '0');
const prefix = 'nearkey:cache:{limited}:';

function ledgerOf(config: VolumeConfig) {
  const { server } = startInProcess();
  const { commander } = server;
  const ledger = new CacheLedger({ commander, keyPrefix: prefix, config, onError: () => undefined });
  const store = (number: number, hitDollars: number, bytes = 100, endsAtMs: number | null = null, nowMs = 0) =>
    ledger.stored({ id: id(number), bytes, hitDollars, endsAtMs }, nowMs);
  const hit = async (number: number, hits: number): Promise<void> => {
    for (let i = 0; i < hits; i++) ledger.used(id(number));
    while ((await commander.call('HGET', `${prefix}ledger`, id(number))) === null) return;
    for (let i = 0; i < 20; i++) await commander.call('PING');
  };
  return { ledger, commander, store, hit };
}

/** The plain twin: the same rule over a list. */
class PlainGreedyDual {
  readonly #entries = new Map<string, { bytes: number; value: number; hits: number; worth: number }>();
  #floor = 0;

  store(key: string, dollars: number, bytes: number, config: VolumeConfig): string[] {
    this.#entries.delete(key);
    const { entriesMax = Number.POSITIVE_INFINITY, bytesMax = Number.POSITIVE_INFINITY } = config;
    if (bytes > bytesMax) return [key];
    const value = Math.round((dollars * 1e12) / bytes) / 1000;
    this.#entries.set(key, { bytes, value, hits: 1, worth: this.#floor + value });
    const leaving: string[] = [];
    const total = () => [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    while (this.#entries.size > entriesMax || total() > bytesMax) {
      const [[least, { worth }] = ['', { worth: 0 }]] = [...this.#entries].sort(
        ([a, x], [b, y]) => x.worth - y.worth || (a < b ? -1 : 1),
      );
      this.#floor = worth;
      this.#entries.delete(least);
      leaving.push(least);
    }
    return leaving;
  }

  hit(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.hits++;
    entry.worth = this.#floor + entry.value * entry.hits;
  }
}

describe('the ledger of a cache', () => {
  test('lets go what saves least for its size', async () => {
    const { store } = ledgerOf({ entriesMax: 2 });
    expect(await store(1, 0.01)).toEqual([]);
    expect(await store(2, 0.02)).toEqual([]);
    expect(await store(3, 0.03)).toEqual([id(1)]);
    // As dear as the dearest, and ten times its size.
    expect(await store(4, 0.03, 1_000)).toEqual([id(4)]);
  });

  test('keeps what is hit, and forgets old merit in the end', async () => {
    const { store, hit } = ledgerOf({ entriesMax: 2 });
    await store(1, 0.01);
    await store(2, 0.02);
    await hit(1, 4);
    expect(await store(3, 0.02)).toEqual([id(2)]);
    const left: string[] = [];
    for (let number = 4; number < 10; number++) left.push(...(await store(number, 0.02)));
    expect(left).toContain(id(1));
  });

  test('counts bytes, and takes none that is larger than all of it', async () => {
    const { store, commander } = ledgerOf({ bytesMax: 1_000 });
    await store(1, 0.01, 400);
    await store(2, 0.02, 400);
    expect(await store(3, 0.03, 400)).toEqual([id(1)]);
    expect(await store(2, 0.02, 500)).toEqual([]);
    expect(await commander.call('HGET', `${prefix}ledger`, 'bytes')).toBe('900');
    expect(await store(4, 9, 1_001)).toEqual([id(4)]);
    expect(await commander.call('HGET', `${prefix}ledger`, 'bytes')).toBe('900');
  });

  test('takes what has ended for gone', async () => {
    const { store, commander } = ledgerOf({ entriesMax: 2 });
    await store(1, 9, 100, 1_000);
    await store(2, 0.01);
    expect(await store(3, 0.01, 100, null, 1_001)).toEqual([]);
    expect(await commander.call('ZCARD', `${prefix}worths`)).toBe(2);
  });

  test('takes what was removed for gone', async () => {
    const { ledger, store, commander } = ledgerOf({ entriesMax: 2 });
    await store(1, 0.01);
    await store(2, 0.01);
    await ledger.removed([id(1), id(7)]);
    expect(await store(3, 0.01)).toEqual([]);
    expect(await commander.call('HGET', `${prefix}ledger`, 'bytes')).toBe('200');
  });

  test('decides as its plain twin does', async () => {
    const config = { entriesMax: 8, bytesMax: 2_000 };
    const { ledger, commander } = ledgerOf(config);
    const twin = new PlainGreedyDual();
    let state = 7;
    const next = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let step = 0; step < 400; step++) {
      const number = next(24);
      if (next(3) === 0) {
        ledger.used(id(number));
        twin.hit(id(number));
        for (let i = 0; i < 4; i++) await commander.call('PING');
        continue;
      }
      const [bytes, hitDollars] = [50 + next(600), (1 + next(1_000)) / 1e5];
      const leaving = await ledger.stored({ id: id(number), bytes, hitDollars, endsAtMs: null }, step);
      expect(leaving).toEqual(twin.store(id(number), hitDollars, bytes, config));
    }
  });

  test('is kept only where there are limits, and limits are checked', async () => {
    const commander = new ScriptedCommander(() => new Error('ERR not scripted'));
    const options = { commander, keyPrefix: prefix, onError: () => undefined };
    const none = new CacheLedger({ ...options, config: {} });
    none.used(id(1));
    await none.removed([id(1)]);
    expect(await none.stored({ id: id(1), bytes: 1, hitDollars: 1, endsAtMs: null }, 0)).toEqual([]);
    expect(none.isKept).toBe(false);
    for (const config of [{ entriesMax: 0 }, { bytesMax: 0.5 }]) {
      expect(() => new CacheLedger({ ...options, config })).toThrow(
        expect.objectContaining({ code: 'invalid-configuration' }),
      );
    }
  });
});

describe('a cache with limits', () => {
  function cacheOf(config: SemanticCacheConfig) {
    const { server, clock } = startInProcess();
    const { commander } = server;
    const options = { cacheId: 'limited', commander, embedder: new WordEmbedder(), clock };
    return new SemanticCache({ ...options, config: { minSimilarity: 0.99, ...config } });
  }

  test('holds no more entries than it may, and those that save most', async () => {
    const cache = cacheOf({ entriesMax: 10 });
    for (let i = 0; i < 30; i++) {
      await cache.store({ prompt: `question number ${i}`, response: 'x', hitDollars: i % 3 === 0 ? 0.5 : 0.001 });
    }
    expect(await cache.entryCount()).toBe(10);
    expect((await cache.statistics()).evicted).toBe(20);
    for (let i = 0; i < 30; i += 3) {
      expect(await cache.lookup({ prompt: `question number ${i}` })).toMatchObject({ outcome: 'hit' });
    }
  });

  test('forgets what was deleted, so that nothing leaves for it', async () => {
    const cache = cacheOf({ entriesMax: 3 });
    for (const prompt of ['one', 'two', 'three']) await cache.store({ prompt, response: 'x' });
    await cache.flush();
    for (const prompt of ['four', 'five', 'six']) await cache.store({ prompt, response: 'x' });
    expect([await cache.entryCount(), (await cache.statistics()).evicted]).toEqual([3, 0]);
  });

  test('may be limited in bytes', async () => {
    const cache = cacheOf({ bytesMax: 20_000 });
    for (let i = 0; i < 50; i++) await cache.store({ prompt: `question number ${i}`, response: 'x'.repeat(1_000) });
    const count = await cache.entryCount();
    expect([count > 2, count < 16]).toEqual([true, true]);
  });
});
