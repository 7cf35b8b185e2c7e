/** Clients that put commands together by themselves, and clients that ask whether this is a cluster. */
import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

const count = 2_000;

describe('clients left to themselves', () => {
  let nearkey: Nearkey;
  let url: string;

  beforeAll(async () => {
    nearkey = await startNearkey();
    url = `redis://127.0.0.1:${nearkey.port}`;
  });

  afterAll(async () => {
    await nearkey?.stop();
  });

  test('ioredis with enableAutoPipelining gets every reply where it belongs', async () => {
    const client = new Redis({ port: nearkey.port, enableAutoPipelining: true });
    await Promise.all(Array.from({ length: count }, (_, i) => client.set(`auto:${i}`, `${i}`)));
    const values = await Promise.all(Array.from({ length: count }, (_, i) => client.get(`auto:${i}`)));
    expect(values).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
    const mixed = await Promise.allSettled([client.incr('auto:7'), client.hget('auto:7', 'f'), client.get('auto:7')]);
    expect(mixed.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    client.disconnect();
  });

  test('node-redis pipelines what is sent in one turn, transactions among it', async () => {
    const client = createClient({ url });
    await client.connect();
    const [counts, transaction, values] = await Promise.all([
      Promise.all(Array.from({ length: count }, () => client.incr('counter'))),
      client.multi().set('in', 'transaction').get('in').exec(),
      Promise.all(Array.from({ length: count }, (_, i) => client.echo(`${i}`))),
    ]);
    expect(counts).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    expect(transaction).toEqual(['OK', 'transaction']);
    expect(values).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
    client.destroy();
  });

  test('cluster clients are told that this is none', async () => {
    const ioredis = new Cluster([{ host: '127.0.0.1', port: nearkey.port }], {
      clusterRetryStrategy: () => null,
      lazyConnect: true,
    });
    const errors: string[] = [];
    ioredis.on('error', () => undefined);
    ioredis.on('node error', (error: Error) => errors.push(error.message));
    await expect(ioredis.connect()).rejects.toThrow();
    ioredis.disconnect();
    expect(errors.join('\n')).toContain('cluster support disabled');
    const cluster = createCluster({ rootNodes: [{ url }] });
    cluster.on('error', () => undefined);
    await expect(cluster.connect()).rejects.toThrow(/cluster support disabled|root/i);
    cluster.destroy();
  });

  test('READONLY is refused, and the connection goes on', async () => {
    const client = new Redis({ port: nearkey.port });
    await expect(client.readonly()).rejects.toThrow('ERR This instance has cluster support disabled');
    expect(await client.set('k', 'v')).toBe('OK');
    expect(await client.get('k')).toBe('v');
    client.disconnect();
  });
});
