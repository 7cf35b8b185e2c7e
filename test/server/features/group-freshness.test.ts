import { isoText } from '#sdk/features/event-time.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { groupOperations } from '#server/features/runtime-routes.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { startInProcess } from '../../support/in-process.js';

test('says how old what was served was', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  const group = await store.createGroup(newGroup('Orders', 0));
  const ask = async (groupName: string) => {
    const request = { groupName, query: new URLSearchParams(), body: Buffer.alloc(0) };
    const reply = await groupOperations['GET Freshness']?.(store, request);
    return JSON.parse(reply?.body ?? '');
  };
  expect(await ask('orders')).toMatchObject({ ServedCount: 0, AgeSeconds: { P50: 0, P99: 0 } });
  await store.put(group, { record: values({ id: '1', t: isoText(clock.nowMs() - 10_000) }) });
  for (let read = 0; read < 3; read++) await store.get(group, '1');
  const told = await ask('arn:aws:sagemaker:us-east-1:123456789012:feature-group/orders');
  expect(told).toMatchObject({ FeatureGroupName: 'Orders', ServedCount: 3 });
  expect(told.AgeSeconds.P99).toBeGreaterThanOrEqual(10);
  expect(told.AgeSeconds.P99).toBeLessThan(11);
  expect(told.Histogram).toContainEqual({ UpToSeconds: 5, Count: 0 });
  expect(told.Histogram).toContainEqual({ UpToSeconds: 10, Count: 3 });
  await expect(ask('nowhere')).rejects.toMatchObject({ code: 'ResourceNotFound' });
});
