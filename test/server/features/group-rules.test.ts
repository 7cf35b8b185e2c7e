import { createFeatureGroup, updateFeatureGroup } from '#server/features/control-schemas.js';
import { changedDefinition, newDefinition } from '#server/features/group-rules.js';
import { groupNamed } from './aws-clients.js';

const created = (change: object) => newDefinition(createFeatureGroup.parse({ ...groupNamed('g'), ...change }), 5);

test('a new group has the first version of its schema', () => {
  expect(created({})).toMatchObject({
    name: 'g',
    schemaVersion: 1,
    createdAtMs: 5,
    online: { storageType: 'InMemory' },
  });
  const offline = created({ OnlineStoreConfig: null, OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://x' } } });
  expect(offline.online).toBeUndefined();
});

test('additions make another version; the storage type moves one way', () => {
  const definition = { ...created({}), generation: 1 };
  const change = (input: object) =>
    changedDefinition(definition, updateFeatureGroup.parse({ FeatureGroupName: 'g', ...input }), 9);
  const grown = change({ FeatureAdditions: [{ FeatureName: 'x', FeatureType: 'String' }] });
  expect(grown).toMatchObject({ schemaVersion: 2, modifiedAtMs: 9, metadata: { x: { createdAtMs: 9 } } });
  expect(() => change({ OnlineStoreConfig: { StorageType: 'Standard_V2' } })).toThrow('from Standard to Standard_V2');
  const standard = { ...definition, online: { storageType: 'Standard' as const } };
  const moved = changedDefinition(
    standard,
    updateFeatureGroup.parse({ FeatureGroupName: 'g', OnlineStoreConfig: { StorageType: 'Standard_V2' } }),
    9,
  );
  expect(moved.online?.storageType).toBe('Standard_V2');
});
