/** node-redis 6 as it comes: RESP3 by default, and automatic pipelining. */
import { once } from 'node:events';
import { BasicClientSideCache, createClient } from 'redis';
import { type Subject, startSubject } from '../compat/subject.js';

const connect = (port: number) => createClient({ url: `redis://127.0.0.1:${port}` });

describe('node-redis 6', () => {
  let subject: Subject;
  let client: ReturnType<typeof connect>;

  beforeAll(async () => {
    subject = await startSubject();
    client = connect(subject.port);
    await client.connect();
  });

  afterAll(async () => {
    if (client?.isOpen) client.destroy();
    await subject?.stop();
  });

  test('connects with its defaults, which speak RESP3', async () => {
    expect(await client.ping()).toBe('PONG');
    expect(await client.sendCommand(['CLIENT', 'INFO'])).toContain('resp=3');
  });

  test('reads and writes strings and hashes', async () => {
    expect(await client.set('greeting', 'hello', { expiration: { type: 'EX', value: 100 } })).toBe('OK');
    expect(await client.get('greeting')).toBe('hello');
    expect(await client.get('none')).toBeNull();
    await client.hSet('user', { name: 'Ada', age: 36 });
    expect({ ...(await client.hGetAll('user')) }).toEqual({ name: 'Ada', age: '36' });
    await expect(client.hSet('greeting', 'f', 'v')).rejects.toThrow('WRONGTYPE');
  });

  test('pipelines and transacts', async () => {
    const counts = await Promise.all(Array.from({ length: 1_000 }, () => client.incr('count')));
    expect(counts).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(await client.multi().set('a', '1').incr('a').exec()).toEqual(['OK', 2]);
  });

  test('iterates over keys', async () => {
    await client.mSet(Array.from({ length: 300 }, (_, index) => [`scan:${index}`, 'v'] as [string, string]));
    const seen = new Set<string>();
    for await (const keys of client.scanIterator({ MATCH: 'scan:*', COUNT: 20 })) for (const key of keys) seen.add(key);
    expect(seen.size).toBe(300);
  });

  test('subscribes to channels, patterns and sharded channels', async () => {
    const subscriber = connect(subject.port);
    await subscriber.connect();
    try {
      const heard: string[] = [];
      const enough = new Promise<void>((resolve) => {
        const hear = (message: string, channel: string): void => {
          heard.push(`${channel} ${message}`);
          if (heard.length === 3) resolve();
        };
        void Promise.all([
          subscriber.subscribe('news', hear),
          subscriber.pSubscribe('n*', hear),
          subscriber.sSubscribe('shard', hear),
        ])
          .then(() => client.publish('news', 'hello'))
          .then(() => client.sPublish('shard', 'bye'));
      });
      await enough;
      expect(heard).toEqual(['news hello', 'news hello', 'shard bye']);
      await subscriber.unsubscribe('news');
      await subscriber.pUnsubscribe('n*');
      expect(await client.publish('news', 'nobody')).toBe(0);
    } finally {
      subscriber.destroy();
    }
  });

  test('caches on its side, and hears of changes', async () => {
    const cache = new BasicClientSideCache({ maxEntries: 100, ttl: 0 });
    const caching = createClient({ url: `redis://127.0.0.1:${subject.port}`, RESP: 3, clientSideCache: cache });
    await caching.connect();
    try {
      await client.set('cached', '1');
      expect(await caching.get('cached')).toBe('1');
      expect(await caching.get('cached')).toBe('1');
      expect(cache.stats()).toMatchObject({ hitCount: 1, missCount: 1 });
      const invalidated = once(cache, 'invalidate');
      await client.set('cached', '2');
      await invalidated;
      expect(await caching.get('cached')).toBe('2');
      expect(cache.stats()).toMatchObject({ hitCount: 1, missCount: 2 });
    } finally {
      caching.destroy();
    }
  });
});
