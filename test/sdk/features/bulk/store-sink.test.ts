import { recordEventTime, storeSink } from '#sdk/features/bulk/store-sink.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { newGroup, values } from '../../../contract/feature-store.js';
import { startInProcess } from '../../../support/in-process.js';

test('what was there already is told from what is older, and both from what is wrong', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  const group = await store.groups.create(newGroup('g', 0));
  const record = (t: string, a = '1') => values({ id: '1', t, a });
  const times = ['2024-01-02T00:00:00Z', '2024-01-02T00:00:00.000Z', '2024-01-01T00:00:00Z'];
  const results = await storeSink(store, group).write([
    ...times.map((t) => record(t)),
    record('2025-01-01T00:00:00Z', 'x'),
  ]);
  expect(results).toEqual([
    { isStale: false },
    { isStale: true, isSameTime: true },
    { isStale: true, isSameTime: false },
    expect.objectContaining({ code: 'ValidationError' }),
  ]);
  expect(recordEventTime(group, values({ t: 'no time' }))).toBeUndefined();
  expect(recordEventTime(group, [])).toBeUndefined();
  await server.close(0);
});
