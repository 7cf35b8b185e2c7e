/** What groups with transforms promise; a part of the suite of feature stores. */
import { FeatureStore } from '#sdk/features/feature-store.js';
import { readBatch } from '#sdk/features/record-batches.js';
import { transformed } from '#sdk/features/transforms.js';
import { transformLanguage } from '#server/features/transform-language.js';
import { newGroup, type OpenFeatureStore, values } from './feature-store.js';

export function describeTransforms(opened: () => OpenFeatureStore): void {
  test('reckons transforms when a record is read, and keeps their names from features', async () => {
    const store = new FeatureStore({ ...opened(), language: transformLanguage });
    const transforms = [
      { name: 'double', expression: '2 * @a' },
      { name: 'label', expression: "concat(@b, '!')" },
      { name: 'spelled', expression: '1 + @b' },
    ];
    const definition = newGroup('Transformed', opened().clock.nowMs());
    const group = await store.createGroup({ ...definition, online: { storageType: 'InMemory', transforms } });
    await store.put(group, { record: values({ id: '1', t: '2030-01-01T00:00:00Z', b: 'grün' }) });
    const read = async (featureNames?: string[]) => {
      const [result] = await readBatch(store, [{ groupName: 'transformed', recordIds: ['1'], featureNames }]);
      if (result === undefined || 'code' in result.outcome) throw new Error('there is no record');
      return transformed(result.outcome.record.packed, result.outcome.wanted.transforms);
    };
    expect(await read()).toEqual([
      { name: 'double', value: undefined },
      { name: 'label', value: 'grün!' },
      { name: 'spelled', failure: 'Could not convert value to a number' },
    ]);
    await store.update(group, { recordId: '1', features: values({ a: '21' }) });
    expect(await read(['double', 'a'])).toEqual([{ name: 'double', value: '42' }]);
    const feature = { FeatureName: 'label', FeatureType: 'String', CollectionType: undefined } as const;
    const taken = store.changeGroup('transformed', (before) => ({
      ...before,
      features: [...before.features, { ...feature, CollectionConfig: undefined }],
    }));
    await expect(taken).rejects.toMatchObject({ code: 'ValidationError' });
    const plain = await store.changeGroup('transformed', (before) => ({
      ...before,
      online: { storageType: 'InMemory' },
    }));
    expect(store.transforms.of(plain)).toEqual([]);
  });
}
