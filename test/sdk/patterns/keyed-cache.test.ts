import { KeyedCache, type KeyedCacheOptions } from '#sdk/patterns/keyed-cache.js';
import { startInProcess } from '../../support/in-process.js';

function numbers(more: Partial<KeyedCacheOptions<number>> = {}) {
  const { server, clock } = startInProcess();
  const errors: string[] = [];
  const options: KeyedCacheOptions<number> = {
    commander: server.commander,
    prefix: 'n:',
    ttlMs: 1_000,
    read: (json) => {
      if (typeof json !== 'number') throw new TypeError('no number');
      return json;
    },
    onError: (_error, operation) => errors.push(operation),
    ...more,
  };
  return { cache: new KeyedCache(options), commander: server.commander, clock, errors };
}

test('loads anew when the time is over', async () => {
  const { cache, clock } = numbers({ jitter: 0 });
  let count = 0;
  const load = async () => ++count;
  await cache.get('a', load);
  clock.advance(999);
  expect(await cache.get('a', load)).toBe(1);
  clock.advance(2);
  expect(await cache.get('a', load)).toBe(2);
});

test('keeps neither failures nor what there is not', async () => {
  const { cache } = numbers();
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('a', async () => undefined)).toBeUndefined();
  expect(await cache.get('a', async () => 3)).toBe(3);
});

test('loads what it cannot read', async () => {
  const { cache, commander, errors } = numbers();
  await commander.call('SET', 'n:a', '"text"');
  expect(await cache.get('a', async () => 4)).toBe(4);
  expect(errors).toEqual(['get']);
});

test('goes on without a store that is ill', async () => {
  const { cache, errors } = numbers({ commander: { call: () => Promise.reject(new Error('down')) } });
  expect(await cache.get('a', async () => 5)).toBe(5);
  await cache.write('a', 6, async () => undefined);
  expect(errors).toEqual(['get', 'set', 'set', 'forget']);
});

test('keeps nothing that was not saved', async () => {
  const { cache } = numbers();
  await cache.get('a', async () => 1);
  await expect(cache.write('a', 2, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(await cache.get('a', async () => 9)).toBe(1);
});
