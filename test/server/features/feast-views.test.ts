/** Views that Feast's own online store has written, by the API of its feature server. */
import { FeastHashes } from '#sdk/features/feast/feast-hashes.js';
import { entityKey, featureField } from '#sdk/features/feast/feast-keys.js';
import { parseFeastRegistry } from '#sdk/features/feast/feast-registry.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { feastFailure } from '#server/features/feast-error.js';
import { feastOperations } from '#server/features/feast-operations.js';
import { groupView, hashView } from '#server/features/feast-views.js';
import { transformLanguage } from '#server/features/transform-language.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { registryDump } from '../../sdk/features/feast/registry-dump.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');
const registry = parseFeastRegistry(registryDump);
let nearkey: InProcess;
let store: FeatureStore;
let feast: FeastHashes;

beforeEach(async () => {
  nearkey = startInProcess();
  const { commander } = nearkey.server;
  store = new FeatureStore({ commander, clock: nearkey.clock });
  feast = new FeastHashes(commander, registry);
  const fields: (string | Uint8Array)[] = [
    ...[featureField('drivers', 'rate'), hex('299a9999999999b93f')],
    ...[featureField('drivers', 'extra'), hex('a20100')],
    // 22:13:20.123 on the 14th of November 2023.
    ...['_ts:drivers', hex('0880e2cfaa0610c0a9d33a')],
  ];
  await commander.call('HSET', entityKey([{ name: 'driver', type: 'INT64' }], { driver: 7 }, 'rides'), ...fields);
});
afterEach(() => nearkey.server.close(0));

async function ask(body: object) {
  const run = feastOperations['POST /get-online-features'];
  if (run === undefined) throw new Error('no operation');
  const context = { store, feast, nowMs: nearkey.clock.nowMs(), query: new URLSearchParams() };
  const reply = await run(context, Buffer.from(JSON.stringify(body))).catch(feastFailure);
  return { status: reply.status, answer: JSON.parse(reply.body) };
}

test('statuses are true: not there, without a value, of a kind that is not read, too old', async () => {
  const body = { features: ['drivers:rate', 'drivers:name', 'drivers:extra'], entities: { driver: [8, 7] } };
  const { answer } = await ask(body);
  const [epoch, at] = ['1970-01-01T00:00:00Z', '2023-11-14T22:13:20.123Z'];
  const column = (value: unknown, status: string) => ({
    values: [null, value],
    statuses: ['NOT_FOUND', status],
    event_timestamps: [epoch, at],
  });
  expect(answer.metadata.feature_names).toEqual(['driver', 'rate', 'name', 'extra']);
  expect(answer.results.slice(1)).toEqual([
    column(0.1, 'PRESENT'),
    column(null, 'NULL_VALUE'),
    column(null, 'INVALID'),
  ]);
  nearkey.clock.advance(86_400_123);
  expect((await ask(body)).answer.results[1]).toEqual(column(null, 'OUTSIDE_MAX_AGE'));
});

test('a service of the registry, and groups of ours beside its views', async () => {
  await store.groups.create({ ...newGroup('ours', 0), recordIdName: 'id' });
  await store.put(await store.groups.get('ours'), { record: values({ id: '7', t: '2023-11-14T00:00:00Z', a: '5' }) });
  const service = await ask({ feature_service: 'svc', entities: { driver: [7] }, full_feature_names: true });
  expect(service.answer.metadata.feature_names).toEqual(['driver', 'drivers__rate']);
  const both = await ask({ features: ['ours:a', 'drivers:rate', 'global:n'], entities: { driver: [7], id: [7] } });
  expect(both.answer.results.slice(2).map((result: { values: unknown[] }) => result.values)).toEqual([
    [5],
    [0.1],
    [null],
  ]);
});

test('what is not in the registry is refused as Feast refuses it', async () => {
  expect((await ask({ features: ['nowhere:x'], entities: { driver: [7] } })).status).toBe(404);
  expect((await ask({ features: ['drivers:x'], entities: { driver: [7] } })).status).toBe(422);
  expect((await ask({ features: ['drivers:rate'], entities: { id: [7] } })).status).toBe(422);
  expect((await ask({ features: ['drivers:rate'], entities: { driver: ['x'] } })).status).toBe(422);
  expect((await ask({ feature_service: 'nowhere', entities: { driver: [7] } })).status).toBe(404);
});

test('a view says what it is asked by', async () => {
  const drivers = registry.views.get('drivers');
  const ours = groupView(store, await store.groups.create(newGroup('ours', 0)));
  if (drivers === undefined) throw new Error('no view');
  const theirs = hashView(feast, drivers, 0);
  expect([ours.joinKeys, theirs.joinKeys]).toEqual([['id'], ['driver']]);
  expect([ours.features, theirs.features]).toEqual([
    ['a', 'b', 'tags', 'v'],
    ['rate', 'name', 'extra'],
  ]);
  expect([ours.has('x'), theirs.has('x'), theirs.has('rate')]).toEqual([false, false, true]);
});

test('transforms of numbers are numbers, and none where JSON has none', async () => {
  const reckoning = new FeatureStore({
    commander: nearkey.server.commander,
    clock: nearkey.clock,
    language: transformLanguage,
  });
  const transforms = [
    { name: 'half', expression: '@a / 2' },
    { name: 'ratio', expression: '1 / @a' },
    { name: 'label', expression: "concat('n', @a)" },
  ];
  const definition = { ...newGroup('g', 0), online: { storageType: 'InMemory' as const, transforms } };
  const group = await reckoning.createGroup(definition);
  await reckoning.put(group, { record: values({ id: '1', t: '2023-11-14T22:13:20Z', a: '0' }) });
  await reckoning.put(group, { record: values({ id: '2', t: '2023-11-14T22:13:20Z', a: '5' }) });
  const cells = await groupView(reckoning, group).read([{ id: '1' }, { id: '2' }], ['half', 'ratio', 'label'], 0);
  expect(cells.map((row) => row.map(({ json, status }) => [json, status]))).toEqual([
    [
      ['0', 'PRESENT'],
      ['null', 'NULL_VALUE'],
      ['"n0"', 'PRESENT'],
    ],
    [
      ['2.5', 'PRESENT'],
      ['0.2', 'PRESENT'],
      ['"n5"', 'PRESENT'],
    ],
  ]);
});
