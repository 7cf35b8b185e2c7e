import type { GroupDefinition } from '#sdk/features/feature-group.js';
import { createFeatureGroup, updateFeatureGroup } from '#server/features/control-schemas.js';
import { changedDefinition, newDefinition } from '#server/features/group-rules.js';
import { definitions, groupNamed } from './aws-clients.js';

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

test('versions and changes begin, change and end; beginning again is another epoch', () => {
  const OnlineStoreConfig = {
    EnableOnlineStore: true,
    VersionHistory: { MaxVersions: 3, Window: { Unit: 'Days', Value: 2 } },
    ChangeStream: { MaxLength: 100 },
  };
  const first = { ...created({ OnlineStoreConfig, FeatureDefinitions: definitions.slice(0, 2) }), generation: 1 };
  const history = { versions: 3, window: { Unit: 'Days', Value: 2 } };
  expect(first.online).toMatchObject({ history, changes: { maxLength: 100 } });
  const change = (definition: GroupDefinition, online: object) =>
    changedDefinition(definition, updateFeatureGroup.parse({ FeatureGroupName: 'g', OnlineStoreConfig: online }), 9);
  const ended = change(first, { VersionHistory: {}, ChangeStream: {} });
  expect(ended).toMatchObject({ historyEpoch: 0, online: { history: undefined, changes: undefined } });
  expect(change(first, { VersionHistory: { MaxVersions: 5 } })).toMatchObject({
    historyEpoch: 0,
    online: { history: { versions: 5, window: undefined }, changes: { maxLength: 100 } },
  });
  expect(change(ended, { VersionHistory: { MaxVersions: 5 } }).historyEpoch).toBe(1);
  expect(() =>
    created({ OnlineStoreConfig: { ...OnlineStoreConfig, StorageType: 'InMemory', VersionHistory: {} } }),
  ).toThrow('MaxVersions or');
  const isTaken = (online: object): boolean =>
    updateFeatureGroup.safeParse({ FeatureGroupName: 'g', OnlineStoreConfig: online }).success;
  expect(
    [{ VersionHistory: { MaxVersions: 0 } }, { VersionHistory: { Max: 1 } }, { ChangeStream: 5 }].map(isTaken),
  ).toEqual([false, false, false]);
});

test('transforms are given by a member or by tags, replaced as a whole, and ended by an empty list', () => {
  const FeatureDefinitions = definitions.slice(0, 2);
  const Tags = [{ Key: 'nearkey:transform:x', Value: '@id' }];
  const y = { Name: 'y', Expression: '@t' };
  const tagged = { ...created({ FeatureDefinitions, Tags }), generation: 1 };
  expect(tagged.online?.transforms).toEqual([{ name: 'x', expression: '@id' }]);
  const OnlineStoreConfig = { EnableOnlineStore: true, Transforms: [y] };
  const expected = [{ name: 'y', expression: '@t' }];
  expect(created({ FeatureDefinitions, Tags, OnlineStoreConfig }).online?.transforms).toEqual(expected);
  const changed = (online: object) =>
    changedDefinition(tagged, updateFeatureGroup.parse({ FeatureGroupName: 'g', OnlineStoreConfig: online }), 9).online
      ?.transforms;
  expect(changed({ Transforms: [y] })).toEqual(expected);
  expect(changed({ TtlDuration: { Unit: 'Days', Value: 1 } })).toEqual(tagged.online?.transforms);
  expect(changed({ Transforms: [] })).toBeUndefined();
});

describe('what a group with a vector can be searched by', () => {
  const vector = {
    FeatureName: 'emb',
    FeatureType: 'Fractional' as const,
    CollectionType: 'Vector' as const,
    CollectionConfig: { VectorConfig: { Dimension: 2 } },
  };
  const scalar = (FeatureName: string) =>
    ({ FeatureName, FeatureType: 'String', CollectionType: undefined, CollectionConfig: undefined }) as const;
  const input = (
    features: readonly (typeof vector | ReturnType<typeof scalar>)[],
    Tags: { Key: string; Value: string }[] = [],
  ) =>
    createFeatureGroup.parse({
      FeatureGroupName: 'g',
      RecordIdentifierFeatureName: 'id',
      EventTimeFeatureName: 't',
      FeatureDefinitions: [scalar('id'), scalar('t'), ...features],
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' },
      Tags,
    });
  const searchOf = (...given: Parameters<typeof input>) => newDefinition(input(...given), 0).search;

  test('all features with one value, unless a tag names some', () => {
    expect(searchOf([scalar('a')])).toBeUndefined();
    expect(searchOf([scalar('a'), vector])).toEqual({ metric: 'COSINE', filterable: ['id', 't', 'a'] });
    const tags = [
      { Key: 'nearkey:filterable', Value: ' a  id a' },
      { Key: 'nearkey:distance-metric', Value: 'IP' },
    ];
    expect(searchOf([scalar('a'), vector], tags)).toEqual({ metric: 'IP', filterable: ['a', 'id'] });
    const many = Array.from({ length: 100 }, (_, n) => scalar(`f${n}`));
    expect(searchOf([...many, vector])?.filterable).toHaveLength(64);
  });

  test.each([
    ['nearkey:filterable', 'emb', "names 'emb', which is no feature with one value"],
    ['nearkey:filterable', 'what', "names 'what', which is no feature with one value"],
    ['nearkey:distance-metric', 'cosine', 'is one of COSINE, L2, IP'],
  ])('the tag %s with %j is refused', (Key, Value, why) => {
    expect(() => searchOf([scalar('a'), vector], [{ Key, Value }])).toThrow(why);
  });

  test('only what is new is added', () => {
    const added = (features: Parameters<typeof input>[0], FeatureAdditions: object[]) => {
      const definition = { ...newDefinition(input(features), 0), generation: 1 };
      return changedDefinition(definition, updateFeatureGroup.parse({ FeatureGroupName: 'g', FeatureAdditions }), 1)
        .search;
    };
    expect(added([scalar('a')], [scalar('b')])).toBeUndefined();
    expect(added([scalar('a')], [vector, scalar('b')])).toEqual({ metric: 'COSINE', filterable: ['b'] });
    expect(added([vector], [scalar('b')])).toEqual({ metric: 'COSINE', filterable: ['id', 't', 'b'] });
  });
});
