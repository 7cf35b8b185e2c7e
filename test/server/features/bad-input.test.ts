/** Input that is too much, too long or too strange, by the unmodified client: the documented error, or an answer, and nothing half written. */
import { SageMaker } from '@aws-sdk/client-sagemaker';
import type { SageMakerFeatureStoreRuntime } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { currentRecords, region } from './aws-clients.js';

const FeatureGroupName = 'wide';
const names = Array.from({ length: 2_498 }, (_, n) => `feature-with-a-name-of-thirty-${n}`);
const t = '2024-01-01T00:00:00Z';

let nearkey: Nearkey;
let records: SageMakerFeatureStoreRuntime;

beforeAll(async () => {
  nearkey = await startNearkey();
  records = currentRecords(nearkey.httpPort);
  const groups = new SageMaker({
    endpoint: `http://127.0.0.1:${nearkey.httpPort}`,
    region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await groups.createFeatureGroup({
    FeatureGroupName,
    RecordIdentifierFeatureName: 'id',
    EventTimeFeatureName: 't',
    FeatureDefinitions: ['id', 't', ...names].map((FeatureName) => ({ FeatureName, FeatureType: 'String' })),
    OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' },
  });
  groups.destroy();
});
afterAll(async () => {
  records.destroy();
  await nearkey.stop();
});

const put = (id: string, features: Record<string, string>, time = t) =>
  records.putRecord({
    FeatureGroupName,
    Record: Object.entries({ id, t: time, ...features }).map(([FeatureName, ValueAsString]) => ({
      FeatureName,
      ValueAsString,
    })),
  });
const get = (RecordIdentifierValueAsString: string, FeatureNames?: string[]) =>
  records.getRecord({
    FeatureGroupName,
    RecordIdentifierValueAsString,
    ...(FeatureNames === undefined ? {} : { FeatureNames }),
  });

test('2,500 features are written, read, and projected to 400 and to all names in one URL', async () => {
  await put('many', Object.fromEntries(names.map((name, n) => [name, String(n)])));
  expect((await get('many')).Record).toHaveLength(2_500);
  const projected = await get('many', names.slice(7, 407));
  expect(projected.Record?.map(({ FeatureName }) => FeatureName)).toEqual(names.slice(7, 407));
  expect((await get('many', names)).Record).toHaveLength(2_498);
});

test('a record of 350 KB is taken, and a larger one is not, nor an update that would make it larger', async () => {
  const [first = '', second = ''] = names;
  const room = 350 * 1024 - 'id'.length - 'large'.length - 't'.length - t.length - first.length;
  const value = 'x'.repeat(room);
  await put('large', { [first]: value });
  expect((await get('large', [first])).Record?.[0]?.ValueAsString).toBe(value);
  await expect(put('larger', { [first]: `${value}xxx` })).rejects.toMatchObject({ name: 'ValidationError' });
  expect((await get('larger')).Record).toBeUndefined();
  await expect(put('larger', { [first]: 'é'.repeat(room - 10) })).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(put('larger', { [first]: value, [second]: 'x' })).rejects.toMatchObject({ name: 'ValidationError' });
  const grown = 'x'.repeat(100);
  const grow = (id: string) =>
    records.updateRecord({
      FeatureGroupName,
      RecordIdentifierValueAsString: id,
      Features: [{ FeatureName: second, ValueAsString: grown }],
    });
  await expect(grow('large')).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringMatching(/^The record has \d+ bytes, and may have 358400$/),
  });
  expect((await get('large', [first, second])).Record).toEqual([{ FeatureName: first, ValueAsString: value }]);
  await put('small', { [first]: 'x' });
  await grow('small');
  expect((await get('small', [second])).Record).toEqual([{ FeatureName: second, ValueAsString: grown }]);
});

test.each(['yesterday', '', '2024-01-01 00:00:00', '2024-02-30T00:00:00Z', '1700000000', '10000-01-01T00:00:00Z'])(
  'the event time %j is refused',
  async (time) => {
    await expect(put('time', {}, time)).rejects.toMatchObject({ name: 'ValidationError' });
    expect((await get('time')).Record).toBeUndefined();
  },
);

test.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999999999Z'])(
  'the event time %s, long past or far ahead, is taken',
  async (time) => {
    await put(time, {}, time);
    expect((await get(time)).Record).toEqual([
      { FeatureName: 'id', ValueAsString: time },
      { FeatureName: 't', ValueAsString: time },
    ]);
  },
);

test('a record without an event time or an identifier is refused', async () => {
  for (const Record of [[{ FeatureName: 'id', ValueAsString: '1' }], [{ FeatureName: 't', ValueAsString: t }], []]) {
    await expect(records.putRecord({ FeatureGroupName, Record })).rejects.toMatchObject({ name: 'ValidationError' });
  }
});

test.each(['', 'x'.repeat(2_049), 'é'.repeat(1_025)])('an identifier of %# is refused', async (id) => {
  await expect(put(id, {})).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(get(id)).rejects.toMatchObject({ name: 'ValidationError' });
});

test.each(['bad name', '-x', 'x'.repeat(65), 'a{b}', 'é'])('the group name %j is refused', async (name) => {
  await expect(records.getRecord({ FeatureGroupName: name, RecordIdentifierValueAsString: '1' })).rejects.toMatchObject(
    { name: 'ValidationError' },
  );
});
