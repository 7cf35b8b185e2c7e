/** rate-limiter-flexible on Nearkey: its script counts points exactly, whoever asks and however many at once. */
import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

describe('rate-limiter-flexible', () => {
  let nearkey: Nearkey;
  let clients: Redis[];

  beforeAll(async () => {
    nearkey = await startNearkey();
    clients = [1, 2].map(() => new Redis({ port: nearkey.port }));
  });

  afterAll(async () => {
    for (const client of clients ?? []) client.disconnect();
    await nearkey?.stop();
  });

  test('lets through as many as there are points, over all clients', async () => {
    const limiters = clients.map(
      (storeClient) => new RateLimiterRedis({ storeClient, keyPrefix: 'limit', points: 25, duration: 60 }),
    );
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => limiters[index % limiters.length]?.consume('user')),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(25);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refusals.every((reason) => reason instanceof RateLimiterRes && reason.msBeforeNext > 0)).toBe(true);
    const [limiter] = limiters;
    expect((await limiter?.get('user'))?.consumedPoints).toBe(100);
    await limiter?.delete('user');
    expect((await limiter?.consume('user', 20))?.remainingPoints).toBe(5);
    await limiter?.reward('user', 10);
    expect((await limiter?.get('user'))?.consumedPoints).toBe(10);
  });

  test('blocks who asked too often and begins anew when its key is gone', async () => {
    const storeClient = new Redis({ port: nearkey.port });
    clients.push(storeClient);
    const options = { storeClient, keyPrefix: 'block', points: 1, duration: 60, blockDuration: 120 };
    const limiter = new RateLimiterRedis(options);
    await limiter.consume('user');
    await expect(limiter.consume('user')).rejects.toBeInstanceOf(RateLimiterRes);
    expect(await storeClient.ttl('block:user')).toBeGreaterThan(60);
    await storeClient.del('block:user');
    expect((await limiter.consume('user')).remainingPoints).toBe(0);
  });
});
