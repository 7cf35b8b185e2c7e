import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { FeatureStore, parseMoment } from '#sdk/features/mod.js';
import { openStoreTarget } from '#server/feature-files/store-target.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { startRedisCluster } from '../../support/redis-cluster.js';
import { describeWith } from '../../support/requires.js';
import { createGroup } from './groups.js';

let nearkey: Nearkey;

beforeAll(async () => {
  nearkey = await startNearkey();
});
afterAll(() => nearkey.stop());

const options = { isCluster: false, clock: { nowMs: () => 0, monotonicUs: () => 0 }, warn: () => undefined };

test('a target hides the password of its store, and finds groups', async () => {
  await createGroup(nearkey.httpPort, 'Found');
  const url = `redis://127.0.0.1:${nearkey.port}`;
  const target = await openStoreTarget({ ...options, url });
  expect((await target.group('found')).name).toBe('Found');
  await expect(target.group('nowhere')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  expect(target.name).toContain(`127.0.0.1:${nearkey.port}`);
  target.close();
});

describeWith('redis-server', 'a cluster as a target', () => {
  test('takes records on all its nodes, and is read as of a moment', async () => {
    const cluster = await startRedisCluster();
    const client = cluster.connect();
    const clock = { nowMs: () => Date.now() };
    const online = { storageType: 'InMemory' as const, history: { versions: 5 } };
    await new FeatureStore({ commander: commanderFrom(client), clock }).groups.create({ ...newGroup('g', 0), online });
    client.disconnect();
    const target = await openStoreTarget({ ...options, isCluster: true, url: `redis://127.0.0.1:${cluster.ports[0]}` });
    const group = await target.group('g');
    const records = Array.from({ length: 64 }, (_, n) =>
      values({ id: `r${n}`, t: '2024-01-01T00:00:00Z', a: String(n) }),
    );
    expect(await target.sink(group).write(records)).toEqual(records.map(() => ({ isStale: false })));
    const features = group.features.filter(({ name }) => name === 'a');
    const asOf = parseMoment('2024-01-02T00:00:00Z');
    const reads = records.map((_, n) => ({ recordId: `r${n}`, asOf }));
    expect(await target.reader(group, features).read(reads)).toEqual(records.map((_, n) => values({ a: String(n) })));
    target.close();
    await cluster.stop();
  });
});

test('a store that is not there is an error', async () => {
  await expect(openStoreTarget({ ...options, url: 'redis://127.0.0.1:1' })).rejects.toThrow('ECONNREFUSED');
});
