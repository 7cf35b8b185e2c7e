/** Transforms over HTTP: registered by tags of an unmodified client of AWS and by the control plane, and read by every way of reading. */
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { type AwsClients, awsClients, groupNamed } from './aws-clients.js';

let nearkey: Nearkey;
beforeAll(async () => {
  nearkey = await startNearkey();
});
afterAll(() => nearkey.stop());

const t = '2024-01-01T00:00:00Z';
const Tags = [
  { Key: 'nearkey:transform:double', Value: '@a * 2' },
  { Key: 'nearkey:transform:label', Value: "concat(@b\\-c, '/', @id)" },
  { Key: 'nearkey:transform:wrong', Value: '@a + @b\\-c' },
];

describe.each(awsClients)('by the AWS SDK, %s', (version, open) => {
  const FeatureGroupName = `sdk-${version.replaceAll('.', '-')}`;
  let clients: AwsClients;

  beforeAll(async () => {
    clients = open(nearkey.httpPort);
    await clients.groups.createFeatureGroup({ ...groupNamed(FeatureGroupName), Tags });
    for (const [id = '', ...features] of [['1', { a: '21' }, { 'b-c': 'é"' }], ['2', { a: '1' }], ['3']]) {
      const all = Object.assign({ id: String(id), t }, ...features);
      await clients.records.putRecord({
        FeatureGroupName,
        Record: Object.entries(all).map(([FeatureName, value]) => ({ FeatureName, ValueAsString: String(value) })),
      });
    }
  });
  afterAll(() => {
    clients.groups.destroy();
    clients.records.destroy();
  });

  const get = async (id: string, FeatureNames?: string[]) => {
    const names = FeatureNames === undefined ? {} : { FeatureNames };
    return (await clients.records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: id, ...names })).Record;
  };

  test('a record comes with what can be reckoned from it', async () => {
    expect(await get('1')).toEqual([
      { FeatureName: 'id', ValueAsString: '1' },
      { FeatureName: 't', ValueAsString: t },
      { FeatureName: 'a', ValueAsString: '21' },
      { FeatureName: 'b-c', ValueAsString: 'é"' },
      { FeatureName: 'double', ValueAsString: '42' },
      { FeatureName: 'label', ValueAsString: 'é"/1' },
    ]);
    expect(await get('2', ['label', 'double'])).toEqual([{ FeatureName: 'double', ValueAsString: '2' }]);
    expect(await get('3', ['double'])).toEqual([]);
    expect(await get('2', ['a'])).toEqual([{ FeatureName: 'a', ValueAsString: '1' }]);
    await expect(get('2', ['triple'])).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('batches have them, too', async () => {
    const { Records, Errors } = await clients.records.batchGetRecord({
      Identifiers: [
        { FeatureGroupName, RecordIdentifiersValueAsString: ['1', '3'], FeatureNames: ['double', 'wrong', 'a'] },
      ],
    });
    expect([Records, Errors]).toMatchObject([
      [
        {
          Record: [
            { FeatureName: 'a', ValueAsString: '21' },
            { FeatureName: 'double', ValueAsString: '42' },
          ],
        },
        { Record: [] },
      ],
      [],
    ]);
  });

  test('tags that come and go later change what is reckoned; what is refused changes nothing', async () => {
    const ResourceArn = `arn:aws:sagemaker:eu-west-1:000000000000:feature-group/${FeatureGroupName}`;
    const add = (Key: string, Value: string) => clients.groups.addTags({ ResourceArn, Tags: [{ Key, Value }] });
    const tagged = async () => (await clients.groups.listTags({ ResourceArn })).Tags;
    await add('nearkey:transform:late', '@a - 1');
    expect(await get('1', ['late'])).toEqual([{ FeatureName: 'late', ValueAsString: '20' }]);
    await add('nearkey:transform:late', '@a - 2');
    expect(await get('1', ['late'])).toEqual([{ FeatureName: 'late', ValueAsString: '19' }]);
    const before = await tagged();
    for (const [key, value, message] of [
      ['late', '@a -', "The transform 'late': Syntax error at offset 4"],
      ['later', '@nowhere', "there is no feature 'nowhere'"],
      ['a', '1', "'a' is the name of a feature and of a transform"],
    ] as const) {
      await expect(add(`nearkey:transform:${key}`, value)).rejects.toMatchObject({
        message: expect.stringContaining(message),
      });
    }
    expect(await tagged()).toEqual(before);
    expect(await get('1', ['late'])).toEqual([{ FeatureName: 'late', ValueAsString: '19' }]);
    await clients.groups.deleteTags({ ResourceArn, TagKeys: ['nearkey:transform:late'] });
    await expect(get('1', ['late'])).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await tagged()).toEqual(Tags);
  });

  test('a feature may not take the name of a transform, nor be written under it', async () => {
    const FeatureAdditions = [{ FeatureName: 'double', FeatureType: 'String' as const }];
    await expect(clients.groups.updateFeatureGroup({ FeatureGroupName, FeatureAdditions })).rejects.toMatchObject({
      message: "'double' is the name of a feature and of a transform",
    });
    const Record = Object.entries({ id: '1', t, double: '1' }).map(([FeatureName, ValueAsString]) => ({
      FeatureName,
      ValueAsString,
    }));
    await expect(clients.records.putRecord({ FeatureGroupName, Record })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

async function call(method: string, path: string, body?: object, target?: string) {
  const response = await fetch(`http://127.0.0.1:${nearkey.httpPort}${path}`, {
    method,
    ...(target === undefined ? {} : { headers: { 'x-amz-target': `SageMaker.${target}` } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    failed: response.headers.get('x-nearkey-failed-transforms'),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

describe('by the additions to its operations', () => {
  const FeatureGroupName = 'own';
  const Reason = 'Could not convert value to a number';
  const update = (Transforms: unknown) =>
    call('POST', '/', { FeatureGroupName, OnlineStoreConfig: { Transforms } }, 'UpdateFeatureGroup');
  const describeGroup = async () =>
    (await call('POST', '/', { FeatureGroupName }, 'DescribeFeatureGroup')).body.OnlineStoreConfig.Transforms;
  const Transforms = [
    { Name: 'next', Expression: '@a + 1' },
    { Name: 'wrong', Expression: '@a + @b\\-c' },
  ];

  beforeAll(async () => {
    const group = groupNamed(FeatureGroupName);
    const OnlineStoreConfig = { ...group.OnlineStoreConfig, VersionHistory: { MaxVersions: 5 }, Transforms };
    await call('POST', '/', { ...group, OnlineStoreConfig }, 'CreateFeatureGroup');
    for (const [a, time] of [
      ['1', '2024-01-01T00:00:00Z'],
      ['5', '2024-01-02T00:00:00Z'],
    ]) {
      const Record = Object.entries({ id: '1', t: time, a, 'b-c': 'x' }).map(([FeatureName, ValueAsString]) => ({
        FeatureName,
        ValueAsString,
      }));
      const emb = { FeatureName: 'emb', ValueAsStringList: ['1', '0'] };
      await call('PUT', `/FeatureGroup/${FeatureGroupName}`, { Record: [...Record, emb] });
    }
  });

  test('what could not be reckoned is told in a header and beside the record', async () => {
    const path = `/FeatureGroup/${FeatureGroupName}?RecordIdentifierValueAsString=1&FeatureName=next&FeatureName=wrong`;
    const FailedTransforms = [{ FeatureName: 'wrong', Reason }];
    const Record = [{ FeatureName: 'next', ValueAsString: '6' }];
    expect(await call('GET', path)).toEqual({ status: 200, failed: 'wrong', body: { Record, FailedTransforms } });
    expect((await call('GET', path.replace('&FeatureName=wrong', ''))).failed).toBeNull();
    const Identifiers = [{ FeatureGroupName, RecordIdentifiersValueAsString: ['1'], FeatureNames: ['wrong', 'next'] }];
    expect(await call('POST', '/BatchGetRecord', { Identifiers })).toMatchObject({
      failed: 'wrong',
      body: { Records: [{ Record, FailedTransforms }] },
    });
    const Search = { RecordIdentifierValueAsString: '1', FeatureNames: ['wrong', 'next'] };
    expect(await call('POST', `/FeatureGroup/${FeatureGroupName}/Search`, Search)).toMatchObject({
      failed: 'wrong',
      body: { Records: [{ Record, FailedTransforms }] },
    });
  });

  test('a record of the past is transformed as it was', async () => {
    const path = `/FeatureGroup/${FeatureGroupName}?RecordIdentifierValueAsString=1&FeatureName=next&AsOf=${t}`;
    expect((await call('GET', path)).body).toEqual({ Record: [{ FeatureName: 'next', ValueAsString: '2' }] });
  });

  test('Feast gets them, where they are asked for and with all of a group', async () => {
    const ask = async (body: object) => (await call('POST', '/get-online-features', body)).body;
    const entities = { id: ['1', '2'] };
    const { results } = await ask({ features: ['own:wrong', 'own:next', 'own:a'], entities });
    expect(results.slice(1)).toMatchObject([
      { values: [null, null], statuses: ['INVALID', 'NOT_FOUND'] },
      { values: [6, null], statuses: ['PRESENT', 'NOT_FOUND'] },
      { values: [5, null], statuses: ['PRESENT', 'NOT_FOUND'] },
    ]);
    const all = await ask({ feature_service: 'own', entities });
    expect(all.metadata.feature_names).toEqual(['id', 'a', 'b-c', 'set', 'emb', 'next', 'wrong']);
  });

  test('they are described, replaced as a whole, and ended; what is refused changes nothing', async () => {
    expect(await describeGroup()).toEqual(Transforms);
    const one = { Name: 'next', Expression: '@a + 1' };
    for (const [bad, message] of [
      [[{ ...one, Expression: '@a + )' }], "The transform 'next': Syntax error at offset 5"],
      [[{ ...one, Expression: '@nowhere' }], "there is no feature 'nowhere'"],
      [[{ ...one, Name: 'a' }], "'a' is the name of a feature"],
      [[{ ...one, Expression: '1'.repeat(1_025) }], 'Too big'],
      [[one, one], 'defined twice'],
      [Array.from({ length: 65 }, (_, n) => ({ ...one, Name: `x${n}` })), 'Too big'],
      ['@a', 'Invalid input'],
    ] as const) {
      expect(await update(bad)).toMatchObject({ status: 400, body: { Message: expect.stringContaining(message) } });
    }
    const Tagged = { ...groupNamed('tagged'), Tags: [{ Key: 'nearkey:transform:x', Value: '@a +' }] };
    expect((await call('POST', '/', Tagged, 'CreateFeatureGroup')).body.Message).toContain('Syntax error at offset 4');
    expect(await describeGroup()).toEqual(Transforms);
    expect((await update([{ Name: 'half', Expression: '@a / 2' }])).status).toBe(200);
    const path = `/FeatureGroup/${FeatureGroupName}?RecordIdentifierValueAsString=1&FeatureName=half`;
    expect((await call('GET', path)).body.Record).toEqual([{ FeatureName: 'half', ValueAsString: '2.5' }]);
    expect((await call('GET', path.replace('half', 'next'))).status).toBe(400);
    await update([]);
    expect(await describeGroup()).toBeUndefined();
  });

  test('transforms that replace those of tags take these tags away', async () => {
    const ResourceArn = `arn:aws:sagemaker:eu-west-1:000000000000:feature-group/${FeatureGroupName}`;
    const Tags = [
      { Key: 'nearkey:transform:next', Value: '@a + 1' },
      { Key: 'nearkey:transform:half', Value: '@a / 2' },
      { Key: 'team', Value: 'x' },
    ];
    await call('POST', '/', { ResourceArn, Tags }, 'AddTags');
    await update([{ Name: 'half', Expression: '@a / 2' }]);
    expect((await call('POST', '/', { ResourceArn }, 'ListTags')).body.Tags).toEqual(Tags.slice(1));
  });
});
