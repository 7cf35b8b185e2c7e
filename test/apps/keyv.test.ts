/** keyv with @keyv/redis, and cacheable with Nearkey as its second tier. */
import KeyvRedis from '@keyv/redis';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { createClient } from 'redis';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

describe('keyv and cacheable', () => {
  let nearkey: Nearkey;
  let client: ReturnType<typeof createClient>;
  let url: string;

  beforeAll(async () => {
    nearkey = await startNearkey();
    url = `redis://127.0.0.1:${nearkey.port}`;
    client = createClient({ url });
    await client.connect();
  });

  afterAll(async () => {
    client?.destroy();
    await nearkey?.stop();
  });

  test('keyv keeps values of every kind under its namespace, for as long as it is told', async () => {
    const [users, orders] = ['users', 'orders'].map((namespace) => new Keyv(new KeyvRedis(url), { namespace }));
    await users?.set('ada', { name: 'Ada', tags: ['a', 'b'] });
    await users?.set('short', 'lived', 60_000);
    await orders?.setMany([1, 2, 3].map((number) => ({ key: `${number}`, value: number })));
    expect(await users?.get('ada')).toEqual({ name: 'Ada', tags: ['a', 'b'] });
    expect(await users?.has('none')).toBe(false);
    expect(await orders?.getMany(['1', 'none', '3'])).toEqual([1, undefined, 3]);
    const keys = await client.keys('*');
    expect(keys.length).toBe(5);
    const lifetimes = await Promise.all(keys.map((key) => client.pTTL(key)));
    expect(lifetimes.filter((ms) => ms > 50_000).length).toBe(1);
    expect(await users?.delete('ada')).toBe(true);
    expect(await users?.get('ada')).toBeUndefined();
    const listed: unknown[] = [];
    for await (const entry of orders?.iterator?.({}) ?? []) listed.push(entry[1]);
    expect(listed.sort()).toEqual([1, 2, 3]);
    await orders?.clear();
    expect([await orders?.get('1'), await users?.get('short')]).toEqual([undefined, 'lived']);
    await users?.clear();
    for (const keyv of [users, orders]) await keyv?.disconnect();
  });

  test('cacheable reads from Nearkey what another process has written', async () => {
    const caches = [1, 2, 3].map(() => new Cacheable({ secondary: new KeyvRedis(url), ttl: '1h', nonBlocking: false }));
    const [mine, other, third] = caches;
    await mine?.set('answer', { value: 42 });
    expect(await other?.get('answer')).toEqual({ value: 42 });
    let calls = 0;
    const slow = mine?.wrap(
      async (...args: unknown[]) => {
        calls++;
        return Number(args[0]) * 2;
      },
      { keyPrefix: 'double', ttl: 60_000 },
    );
    expect([await slow?.(4), await slow?.(4), await slow?.(5), calls]).toEqual([8, 8, 10, 2]);
    await mine?.delete('answer');
    expect(await third?.get('answer')).toBeUndefined();
    for (const cache of caches) await cache.disconnect();
  });
});
