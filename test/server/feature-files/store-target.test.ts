import { openStoreTarget } from '#server/feature-files/store-target.js';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
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

test('a store that is not there is an error', async () => {
  await expect(openStoreTarget({ ...options, url: 'redis://127.0.0.1:1' })).rejects.toThrow('ECONNREFUSED');
});
