import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { type AwsClients, awsClients, definitions, groupNamed } from './aws-clients.js';

describe.each(awsClients)('the control plane by the AWS SDK, %s', (_version, open) => {
  let nearkey: Nearkey;
  let clients: AwsClients;

  beforeAll(async () => {
    nearkey = await startNearkey();
    clients = open(nearkey.httpPort);
  });
  afterAll(async () => {
    clients.groups.destroy();
    clients.records.destroy();
    await nearkey.stop();
  });

  test('describes a group as it was made', async () => {
    const { groups } = clients;
    const before = Date.now();
    await groups.createFeatureGroup({
      ...groupNamed('First'),
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://bucket/x' } },
      Description: 'orders',
    });
    const described = await groups.describeFeatureGroup({ FeatureGroupName: 'first' });
    expect(described).toMatchObject({
      FeatureGroupName: 'First',
      FeatureGroupStatus: 'Created',
      FeatureDefinitions: definitions,
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' },
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://bucket/x' } },
      NextToken: '',
    });
    expect(described.CreationTime?.getTime()).toBeGreaterThanOrEqual(before);
    await expect(groups.createFeatureGroup(groupNamed('FIRST'))).rejects.toMatchObject({ name: 'ResourceInUse' });
    await expect(groups.describeFeatureGroup({ FeatureGroupName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFound',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('refuses groups against the rules', async () => {
    const group = groupNamed('bad');
    const [id, t, , , , emb] = definitions;
    if (id === undefined || t === undefined || emb === undefined) throw new Error('too few definitions');
    const wrong = [
      { ...group, FeatureGroupName: 'bad name' },
      { ...group, FeatureGroupName: '-bad' },
      { ...group, FeatureDefinitions: [] },
      { ...group, RecordIdentifierFeatureName: 'nowhere' },
      { ...group, EventTimeFeatureName: 'a' },
      { ...group, EventTimeFeatureName: 'id' },
      { ...group, RecordIdentifierFeatureName: 'set' },
      { ...group, FeatureDefinitions: [...definitions, id] },
      { ...group, FeatureDefinitions: [...definitions, { ...id, FeatureName: 'is_deleted' }] },
      { ...group, FeatureDefinitions: [...definitions, { ...id, FeatureName: 'white space' }] },
      { ...group, FeatureDefinitions: [...definitions, { ...emb, FeatureName: 'second' }] },
      { ...group, FeatureDefinitions: [id, t, { ...emb, FeatureType: 'String' as const }] },
      { ...group, FeatureDefinitions: [id, t, { ...emb, CollectionConfig: { VectorConfig: { Dimension: 8193 } } }] },
      { ...group, OnlineStoreConfig: { EnableOnlineStore: true } },
      { ...group, OnlineStoreConfig: { EnableOnlineStore: false } },
      {
        ...group,
        FeatureDefinitions: [...[id, t], ...Array.from({ length: 2_499 }, (_, n) => ({ ...id, FeatureName: `f${n}` }))],
      },
    ];
    for (const input of wrong) {
      await expect(clients.groups.createFeatureGroup(input)).rejects.toMatchObject({ name: 'ValidationException' });
    }
    await expect(clients.groups.describeFeatureGroup({ FeatureGroupName: 'bad' })).rejects.toThrow();
  });

  test('adds features, and sets and removes the time to live', async () => {
    const { groups, records } = clients;
    await groups.createFeatureGroup(groupNamed('grown'));
    const FeatureGroupName = 'grown';
    await groups.updateFeatureGroup({
      FeatureGroupName,
      FeatureAdditions: [{ FeatureName: 'new', FeatureType: 'String' }],
    });
    await groups.updateFeatureGroup({
      FeatureGroupName,
      OnlineStoreConfig: { TtlDuration: { Unit: 'Days', Value: 3 } },
    });
    expect(await groups.describeFeatureGroup({ FeatureGroupName })).toMatchObject({
      FeatureDefinitions: [...definitions, { FeatureName: 'new' }],
      OnlineStoreConfig: { TtlDuration: { Unit: 'Days', Value: 3 } },
    });
    await groups.updateFeatureGroup({ FeatureGroupName, OnlineStoreConfig: { TtlDuration: {} } });
    const { OnlineStoreConfig } = await groups.describeFeatureGroup({ FeatureGroupName });
    expect(OnlineStoreConfig).not.toHaveProperty('TtlDuration');
    const Record = [
      { FeatureName: 'id', ValueAsString: '1' },
      { FeatureName: 't', ValueAsString: '2024-01-01T00:00:00Z' },
      { FeatureName: 'new', ValueAsString: 'x' },
    ];
    await records.putRecord({ FeatureGroupName, Record });
    expect((await records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: '1' })).Record).toEqual(Record);
    for (const input of [
      { FeatureGroupName },
      { FeatureGroupName, FeatureAdditions: [{ FeatureName: 'new', FeatureType: 'String' as const }] },
    ]) {
      await expect(groups.updateFeatureGroup(input)).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });

  test('deletes a group: its records are gone at once, and one of its name starts empty', async () => {
    const { groups, records } = clients;
    const FeatureGroupName = 'passing';
    const Record = [
      { FeatureName: 'id', ValueAsString: '1' },
      { FeatureName: 't', ValueAsString: '2024-01-01T00:00:00Z' },
    ];
    await groups.createFeatureGroup(groupNamed(FeatureGroupName));
    await records.putRecord({ FeatureGroupName, Record });
    await groups.deleteFeatureGroup({ FeatureGroupName });
    const get = () => records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: '1' });
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await groups.createFeatureGroup(groupNamed(FeatureGroupName));
    expect((await get()).Record).toBeUndefined();
    await expect(groups.deleteFeatureGroup({ FeatureGroupName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });

  test('lists groups by pages, in the order asked for', async () => {
    const { groups } = clients;
    for (const name of ['list-b', 'list-c', 'list-a']) await groups.createFeatureGroup(groupNamed(name));
    const first = await groups.listFeatureGroups({ NameContains: 'list-', SortBy: 'Name', MaxResults: 2 });
    expect(first.FeatureGroupSummaries?.map(({ FeatureGroupName }) => FeatureGroupName)).toEqual(['list-a', 'list-b']);
    const rest = await groups.listFeatureGroups({
      NameContains: 'LIST-',
      SortBy: 'Name',
      MaxResults: 2,
      NextToken: String(first.NextToken),
    });
    expect(rest.FeatureGroupSummaries?.map(({ FeatureGroupName }) => FeatureGroupName)).toEqual(['list-c']);
    expect(rest.NextToken).toBeUndefined();
    const latest = await groups.listFeatureGroups({ SortOrder: 'Descending', MaxResults: 1 });
    expect(latest.FeatureGroupSummaries?.[0]?.CreationTime).toBeInstanceOf(Date);
    const none = await groups.listFeatureGroups({ CreationTimeAfter: new Date(Date.now() + 60_000) });
    expect(none.FeatureGroupSummaries).toEqual([]);
  });

  test('keeps tags and what is said of features, and finds groups and features by them', async () => {
    const { groups } = clients;
    const { FeatureGroupArn = '' } = await groups.createFeatureGroup({
      ...groupNamed('told'),
      Tags: [{ Key: 'team', Value: 'risk' }],
    });
    await groups.addTags({ ResourceArn: FeatureGroupArn, Tags: [{ Key: 'a.b', Value: '1' }] });
    await groups.addTags({ ResourceArn: FeatureGroupArn, Tags: [{ Key: 'gone', Value: '1' }] });
    await groups.deleteTags({ ResourceArn: FeatureGroupArn, TagKeys: ['gone'] });
    expect((await groups.listTags({ ResourceArn: FeatureGroupArn })).Tags).toEqual([
      { Key: 'team', Value: 'risk' },
      { Key: 'a.b', Value: '1' },
    ]);
    const feature = { FeatureGroupName: 'told', FeatureName: 'a' };
    await groups.updateFeatureMetadata({
      ...feature,
      Description: 'how many',
      ParameterAdditions: [
        { Key: 'unit', Value: 'pieces' },
        { Key: 'x', Value: 'y' },
      ],
    });
    await groups.updateFeatureMetadata({ ...feature, ParameterRemovals: ['x'] });
    expect(await groups.describeFeatureMetadata(feature)).toMatchObject({
      FeatureType: 'Integral',
      Description: 'how many',
      Parameters: [{ Key: 'unit', Value: 'pieces' }],
      LastModifiedTime: expect.any(Date),
    });
    await expect(groups.describeFeatureMetadata({ ...feature, FeatureName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
    for (const filter of [
      { Name: 'Tags.team', Value: 'risk' },
      { Name: 'Tags.a.b', Operator: 'Equals' as const, Value: '1' },
      { Name: 'FeatureGroupName', Operator: 'Contains' as const, Value: 'TOL' },
    ]) {
      const found = await groups.search({ Resource: 'FeatureGroup', SearchExpression: { Filters: [filter] } });
      expect(found.Results).toMatchObject([{ FeatureGroup: { FeatureGroupName: 'told' } }]);
    }
    const features = await groups.search({
      Resource: 'FeatureMetadata',
      SearchExpression: { Filters: [{ Name: 'Description', Operator: 'Contains', Value: 'how many' }] },
    });
    expect(features.Results).toMatchObject([{ FeatureMetadata: { FeatureName: 'a' } }]);
  });
});
