import { FeatureStore } from '#sdk/features/feature-store.js';
import { parseMoment } from '#sdk/features/record-history.js';
import { storeReader } from '#sdk/features/training/store-reader.js';
import { joinedFeatures } from '#sdk/features/training/training-set.js';
import { transformLanguage } from '#server/features/transform-language.js';
import { newGroup, values } from '../../../contract/feature-store.js';
import { startInProcess } from '../../../support/in-process.js';

test('transforms are reckoned from what held; one that cannot be is missing', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock, language: transformLanguage });
  const transforms = [
    { name: 'double', expression: '@a * 2' },
    { name: 'wrong', expression: '@b + 1' },
    { name: 'unasked', expression: '1' },
  ];
  const online = { storageType: 'InMemory' as const, history: { versions: 2 }, transforms };
  const group = await store.createGroup({ ...newGroup('g', 0), online });
  for (const [day, a] of ['5', '7'].entries()) {
    await store.put(group, { record: values({ id: '1', t: `2023-01-0${day + 1}T00:00:00Z`, a, b: 'x' }) });
  }
  const reader = storeReader(store, group, joinedFeatures(group, store.transforms.of(group), ['wrong', 'double', 'a']));
  const reads = ['2023-01-01T12:00:00Z', '2023-01-03T00:00:00Z'].map((moment) => ({
    recordId: '1',
    asOf: parseMoment(moment),
  }));
  const wrong = { FeatureName: 'wrong', ValueAsString: undefined };
  expect(await reader.read(reads)).toEqual([
    [...values({ a: '5', double: '10' }), wrong],
    [...values({ a: '7', double: '14' }), wrong],
  ]);
  await server.close(0);
});

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
