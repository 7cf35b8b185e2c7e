import { FeatureStore } from '#sdk/features/feature-store.js';
import { feastFailure } from '#server/features/feast-error.js';
import { feastOperations } from '#server/features/feast-operations.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';

let nearkey: InProcess;
let store: FeatureStore;

beforeEach(async () => {
  nearkey = startInProcess();
  store = new FeatureStore({ commander: nearkey.server.commander, clock: nearkey.clock });
  await store.groups.create({ ...newGroup('drivers', 0), online: { storageType: 'InMemory' } });
  await store.groups.create({
    ...newGroup('customers', 0),
    recordIdName: 'customer',
    features: newGroup('customers', 0).features.map((feature) =>
      feature.FeatureName === 'id' ? { ...feature, FeatureName: 'customer' } : feature,
    ),
  });
});
afterEach(() => nearkey.server.close(0));

async function send(operation: string, body: object, query = ''): Promise<{ status: number; body: string }> {
  const run = feastOperations[operation];
  if (run === undefined) throw new Error(`no ${operation}`);
  const context = { store, nowMs: nearkey.clock.nowMs(), query: new URLSearchParams(query) };
  return run(context, Buffer.from(JSON.stringify(body))).catch(feastFailure);
}

async function ask(body: object) {
  const reply = await send('POST /get-online-features', body);
  expect(reply.status).toBe(200);
  return JSON.parse(reply.body);
}

test('answers a column for each join key and feature, in the order of the request, with true statuses', async () => {
  const drivers = await store.groups.get('drivers');
  const t = '2023-11-14T22:13:20.5Z';
  await store.put(drivers, { record: values({ id: '1001', t, a: '7', tags: ['x'] }) });
  const reply = await ask({
    features: ['drivers:tags', 'drivers:a', 'customers@v2:b'],
    entities: { customer: ['c1', 'c1', 'c2'], id: [1001, 1002, 1001], ignored: [1, 2, 3] },
    full_feature_names: true,
  });
  const [epoch, at] = ['1970-01-01T00:00:00Z', '2023-11-14T22:13:20.500Z'];
  const present = ['PRESENT', 'PRESENT', 'PRESENT'];
  const missing = ['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'];
  expect(reply).toEqual({
    results: [
      { values: ['c1', 'c1', 'c2'], statuses: present, event_timestamps: [epoch, epoch, epoch] },
      { values: [1001, 1002, 1001], statuses: present, event_timestamps: [epoch, epoch, epoch] },
      {
        values: [['x'], null, ['x']],
        statuses: ['PRESENT', 'NOT_FOUND', 'PRESENT'],
        event_timestamps: [at, epoch, at],
      },
      { values: [7, null, 7], statuses: ['PRESENT', 'NOT_FOUND', 'PRESENT'], event_timestamps: [at, epoch, at] },
      { values: [null, null, null], statuses: missing, event_timestamps: [epoch, epoch, epoch] },
    ],
    metadata: { feature_names: ['customer', 'id', 'drivers__tags', 'drivers__a', 'customers__b'] },
  });
});

test('tells a feature without a value from a record that is too old', async () => {
  const drivers = await store.groups.get('drivers');
  await store.put(drivers, { record: values({ id: '1', t: '2023-11-14T22:13:20Z', a: '7' }) });
  const statuses = async () =>
    (await ask({ features: ['drivers:a', 'drivers:b'], entities: { id: [1] } })).results.map(
      (result: { statuses: string[] }) => result.statuses[0],
    );
  expect(await statuses()).toEqual(['PRESENT', 'PRESENT', 'NULL_VALUE']);
  await store.groups.change('drivers', (definition) => ({
    ...definition,
    online: { storageType: 'InMemory', ttl: { Unit: 'Seconds', Value: 60 } },
  }));
  expect(await statuses()).toEqual(['PRESENT', 'PRESENT', 'NULL_VALUE']);
  nearkey.clock.advance(60_000);
  expect(await statuses()).toEqual(['PRESENT', 'OUTSIDE_MAX_AGE', 'OUTSIDE_MAX_AGE']);
});

test('a service has all features of its group', async () => {
  const reply = await ask({ feature_service: 'drivers', entities: { id: [1] } });
  expect(reply.metadata.feature_names).toEqual(['id', 'a', 'b', 'tags', 'v']);
});

test('takes data frames, newest event time first or last', async () => {
  const df = {
    id: [1001, 1001, 1002],
    a: [1, 2, null],
    b: ['old', 'new', 'x'],
    event_timestamp: ['2024-01-01T00:00:00', '2024-01-02 00:00:00+00:00', 1_704_067_200],
    created: ['2024-01-01T00:00:00', null, null],
  };
  expect(await send('POST /write-to-online-store', { feature_view_name: 'drivers', df })).toEqual({
    status: 200,
    body: 'null',
  });
  expect((await send('POST /push', { push_source_name: 'drivers', df })).status).toBe(200);
  const reply = await ask({ features: ['drivers:a', 'drivers:b'], entities: { id: [1001, 1002] } });
  expect(reply.results.slice(1).map((result: { values: unknown }) => result.values)).toEqual([
    [2, null],
    ['new', 'x'],
  ]);
});

test.each([
  ['POST /get-online-features', { entities: { id: [1] }, features: ['nowhere:a'] }, 404, 'FeatureViewNotFound'],
  ['POST /get-online-features', { entities: { id: [1] }, features: ['drivers:nowhere'] }, 422, "no feature 'nowhere'"],
  ['POST /get-online-features', { entities: { id: [1] }, features: ['drivers'] }, 422, 'view:feature'],
  ['POST /get-online-features', { entities: { other: [1] }, features: ['drivers:a'] }, 422, 'Missing join key'],
  ['POST /get-online-features', { entities: { id: [1], x: [] }, features: ['drivers:a'] }, 422, 'different lengths'],
  ['POST /get-online-features', { entities: { id: [1] } }, 422, 'features or feature_service'],
  ['POST /get-online-features', { entities: { id: [1] }, feature_service: 'x' }, 404, 'FeatureServiceNotFound'],
  [
    'POST /get-online-features',
    { entities: { id: [1], customer: [1] }, features: ['drivers:a', 'customers:a'] },
    422,
    'full_feature_names',
  ],
  ['POST /push', { push_source_name: 'nowhere', df: {} }, 422, 'PushSourceNotFound'],
  ['POST /push', { push_source_name: 'drivers', df: { id: [1] }, to: 'offline' }, 422, 'no offline store'],
  ['POST /push', { push_source_name: 'drivers', df: { id: [1], a: [1] } }, 422, '1 of 1 rows were not written'],
  ['POST /write-to-online-store', { feature_view_name: 'nowhere', df: {} }, 404, 'FeatureViewNotFound'],
  ['POST /materialize', {}, 422, 'start_ts and end_ts'],
  ['POST /materialize-incremental', {}, 422, 'end_ts'],
  ['POST /materialize-incremental', { end_ts: 'x', feature_views: ['nowhere'] }, 404, 'FeatureViewNotFound'],
])('%s with %j is refused with %d', async (operation, body, status, message) => {
  const reply = await send(operation, body);
  expect(reply.status).toBe(status);
  expect(reply.body).toContain(message);
});

test('has nothing to materialize, and is well', async () => {
  const range = { start_ts: '2024-01-01T00:00:00', end_ts: '2024-01-02T00:00:00' };
  expect(await send('POST /materialize', range)).toEqual({ status: 200, body: 'null' });
  expect(await send('POST /materialize-incremental', range, 'async=true')).toMatchObject({
    status: 202,
    body: expect.stringContaining('"accepted"'),
  });
  expect(await send('GET /health', {})).toEqual({ status: 200, body: '' });
});
