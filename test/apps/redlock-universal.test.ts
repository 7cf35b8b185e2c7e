/** Locks of redlock-universal in Nearkey: one holder at a time, over two kinds of clients. */
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createLock, createRedlock, IoredisAdapter, LockAcquisitionError, NodeRedisAdapter } from 'redlock-universal';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

describe('redlock-universal', () => {
  let servers: Nearkey[];
  let ioredis: Redis[];
  let nodeRedis: ReturnType<typeof createClient>;

  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startNearkey({ args: ['--no-http'] })));
    ioredis = servers.map(({ port }) => new Redis({ port }));
    nodeRedis = createClient({ url: `redis://127.0.0.1:${servers[0]?.port}` });
    await nodeRedis.connect();
  });

  afterAll(async () => {
    for (const client of ioredis ?? []) client.disconnect();
    nodeRedis?.destroy();
    await Promise.all((servers ?? []).map((server) => server.stop()));
  });

  const first = (): IoredisAdapter => new IoredisAdapter(ioredis[0] ?? new Redis());

  test('a lock has one holder, who alone can extend and release it', async () => {
    const options = { key: 'lock', ttl: 30_000, retryAttempts: 0 };
    const mine = createLock({ ...options, adapter: first() });
    const other = createLock({ ...options, adapter: new NodeRedisAdapter(nodeRedis) });
    const handle = await mine.acquire();
    await expect(other.acquire()).rejects.toBeInstanceOf(LockAcquisitionError);
    expect(await mine.extend(handle, 60_000)).toBe(true);
    expect(await nodeRedis.pTTL('lock')).toBeGreaterThan(30_000);
    expect(await mine.release(handle)).toBe(true);
    const taken = await other.acquire();
    expect(await mine.release(handle)).toBe(false);
    expect(await nodeRedis.exists('lock')).toBe(1);
    expect(await other.release(taken)).toBe(true);
    expect(await nodeRedis.exists('lock')).toBe(0);
  });

  test('what is done under a lock is done by one after the other', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const lock = createLock({ adapter: first(), key: 'counter', ttl: 60_000, retryAttempts: 20_000, retryDelay: 5 });
      await lock.using(async () => {
        most = Math.max(most, ++inside);
        const value = Number((await nodeRedis.get('count')) ?? 0);
        await nodeRedis.set('count', value + 1);
        inside--;
      });
    };
    await Promise.all(Array.from({ length: 15 }, work));
    expect([most, await nodeRedis.get('count')]).toEqual([1, '15']);
  });

  test('a lock over three servers needs two of them', async () => {
    const adapters = ioredis.map((client) => new IoredisAdapter(client));
    const options = { adapters, key: 'quorum', ttl: 60_000, retryAttempts: 0 };
    const handle = await createRedlock(options).acquire();
    await expect(createRedlock(options).acquire()).rejects.toThrow();
    expect(await Promise.all(ioredis.map((client) => client.exists('quorum')))).toEqual([1, 1, 1]);
    await createRedlock(options).release(handle);
    await ioredis[0]?.set('quorum', 'somebody else');
    const again = await createRedlock(options).acquire();
    expect(await createRedlock(options).release(again)).toBe(true);
  });
});
