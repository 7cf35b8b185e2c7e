import { FeatureStore } from '#sdk/features/feature-store.js';
import { parseMoment } from '#sdk/features/record-history.js';
import { storeReader } from '#sdk/features/training/store-reader.js';
import { newGroup, values } from '../../../contract/feature-store.js';
import { startInProcess } from '../../../support/in-process.js';

test('answers stand in the order of the questions: found, not there, out of reach', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  const online = { storageType: 'InMemory' as const, history: { versions: 1 } };
  const group = await store.groups.create({ ...newGroup('g', 0), online });
  for (const t of ['2023-01-01T00:00:00Z', '2023-01-02T00:00:00Z']) {
    await store.put(group, { record: values({ id: '1', t, a: '7', b: t }) });
  }
  const read = (recordId: string, moment: string) => ({ recordId, asOf: parseMoment(moment) });
  const features = group.features.filter(({ name }) => name === 'a');
  const results = await storeReader(store, group, features).read([
    read('2', '2023-01-02T00:00:00Z'),
    read('1', '2023-01-01T12:00:00Z'),
    read('1', '2023-01-03T00:00:00Z'),
    read('1', '2023-01-03T00:00:00Z'),
  ]);
  expect(results).toEqual([
    undefined,
    expect.objectContaining({ code: 'ValidationError' }),
    values({ a: '7' }),
    values({ a: '7' }),
  ]);
  await server.close(0);
});
