/** What goes wrong: nothing is lost, nothing half written, and the caller learns what to send again. */
import { FeatureStore } from '#sdk/features/feature-store.js';
import type { RuntimeReply } from '#server/features/runtime-operation.js';
import { batchOperations, groupOperations } from '#server/features/runtime-routes.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { ScriptedCommander } from '../../sdk/scripted-commander.js';
import { startInProcess } from '../../support/in-process.js';

const t = '2024-01-01T00:00:00Z';
const raw = JSON.stringify({ ...newGroup('g', 0), generation: 1 });
const clock = { nowMs: () => 0 };

function run(store: FeatureStore, operation: string, body: object, query = ''): Promise<RuntimeReply> {
  const found = groupOperations[operation] ?? batchOperations[operation];
  if (found === undefined) throw new Error(`no ${operation}`);
  return found(store, {
    groupName: 'g',
    query: new URLSearchParams(query),
    body: Buffer.from(JSON.stringify(body)),
  });
}

describe('while the store cannot be reached', () => {
  const commander = new ScriptedCommander((command) => (command === 'HGET' ? raw : new Error('Connection is closed.')));
  const store = new FeatureStore({ commander, clock });

  test('a batch of reads is left unprocessed, as it was asked for', async () => {
    const item = { FeatureGroupName: 'g', RecordIdentifiersValueAsString: ['1', '2'], FeatureNames: ['a'] };
    const { body } = await run(store, 'POST /BatchGetRecord', { Identifiers: [item] });
    expect(JSON.parse(body)).toEqual({ Records: [], Errors: [], UnprocessedIdentifiers: [item] });
  });

  test('a batch of writes is left unprocessed, but for what would never do', async () => {
    const good = { FeatureGroupName: 'g', Record: values({ id: '1', t }) };
    const bad = { FeatureGroupName: 'g', Record: values({ id: '1' }) };
    const worse = { FeatureGroupName: 'g' };
    const { body } = await run(store, 'POST /BatchWriteRecord', { Entries: [good, bad, worse] });
    expect(JSON.parse(body)).toMatchObject({
      Errors: [
        { Entry: bad, ErrorCode: 'ValidationError' },
        { Entry: worse, ErrorCode: 'ValidationError' },
      ],
      UnprocessedEntries: [good],
    });
  });

  test('a single read says that it can be tried again', async () => {
    await expect(run(store, 'GET ', {}, 'RecordIdentifierValueAsString=1')).rejects.toMatchObject({
      code: 'ServiceUnavailable',
    });
  });
});

test('a record that the store fails to read is an error of its own, which does not speak of the store', async () => {
  const commander = new ScriptedCommander((command) => (command === 'HGET' ? raw : new Error('WRONGTYPE secret key')));
  const store = new FeatureStore({ commander, clock });
  const Identifiers = [{ FeatureGroupName: 'g', RecordIdentifiersValueAsString: ['1'] }];
  const { body } = await run(store, 'POST /BatchGetRecord', { Identifiers });
  expect(JSON.parse(body).Errors).toEqual([
    {
      FeatureGroupName: 'g',
      RecordIdentifierValueAsString: '1',
      ErrorCode: 'InternalFailure',
      ErrorMessage: 'The store failed',
    },
  ]);
});

test('an answer that grows too large leaves the rest for another call', async () => {
  const packed = `1\0id\0${t}\0\u0001\0${'x'.repeat(300_000)}`;
  const commander = new ScriptedCommander((command) => (command === 'HGET' ? raw : [packed, '1', null, null]));
  const store = new FeatureStore({ commander, clock });
  const ids = Array.from({ length: 100 }, (_, id) => `a${id}`);
  const Identifiers = [0, 1].map((item) => ({
    FeatureGroupName: 'g',
    RecordIdentifiersValueAsString: ids.map((id) => `${item}${id}`),
  }));
  const { body } = await run(store, 'POST /BatchGetRecord', { Identifiers });
  const reply = JSON.parse(body);
  expect(body.length).toBeLessThan(40_000_000);
  const left = reply.UnprocessedIdentifiers.flatMap(
    (item: { RecordIdentifiersValueAsString: string[] }) => item.RecordIdentifiersValueAsString,
  );
  expect(reply.Records.length + left.length).toBe(200);
  expect(left.length).toBeGreaterThan(0);
});

test('nothing is written of a record that is refused', async () => {
  const { server, clock: time } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock: time });
  const group = await store.groups.create(newGroup('g', 0));
  await run(store, 'PUT ', { Record: values({ id: '1', t, a: '1' }) });
  const before = await store.get(group, '1');
  for (const features of [{ a: 'x' }, { a: '1', v: ['1'] }, { nowhere: '1' }, { t: 'x' }]) {
    const record = values({ id: '1', t: '2025-01-01T00:00:00Z', ...features });
    await expect(run(store, 'PUT ', { Record: record })).rejects.toMatchObject({ code: 'ValidationError' });
    const Features = values({ b: 'half', ...features });
    await expect(run(store, 'POST Record', { RecordIdentifierValueAsString: '1', Features })).rejects.toMatchObject({
      code: 'ValidationError',
    });
  }
  await run(store, 'PUT ', { Record: values({ id: '1', t: '2025-01-01T00:00:00Z' }), TargetStores: ['OnlineStore'] });
  expect(before).not.toEqual(await store.get(group, '1'));
  await expect(
    run(store, 'PUT ', { Record: values({ id: '1', t }), TargetStores: ['OfflineStore'] }),
  ).rejects.toMatchObject({ code: 'ValidationError' });
  await server.close(0);
});

describe('a group that keeps versions', () => {
  const { server, clock: moved } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock: moved });
  const at = (second: number): string => `2023-11-01T00:00:0${second}Z`;
  const put = (second: number): Promise<RuntimeReply> =>
    run(store, 'PUT ', { Record: values({ id: '1', t: at(second), b: String(second) }) });
  const get = (query: string, asOf?: string): Promise<RuntimeReply> =>
    groupOperations['GET ']?.(store, {
      groupName: 'g',
      query: new URLSearchParams(`RecordIdentifierValueAsString=1&FeatureName=b${query}`),
      body: Buffer.alloc(0),
      asOf,
    }) ?? Promise.reject(new Error('no GET'));
  const answer = (second: number): string => `{"Record":[{"FeatureName":"b","ValueAsString":"${second}"}]}`;

  beforeAll(async () => {
    const online = { storageType: 'InMemory' as const, history: { versions: 2 } };
    await store.groups.create({ ...newGroup('g', 0), online });
    await put(4);
  });
  afterAll(() => server.close(0));

  test('says of a late write that it is kept, alone and in a batch', async () => {
    expect(await put(2)).toMatchObject({ staleAgainst: expect.any(String), isKept: true });
    const entry = (second: number) => ({ FeatureGroupName: 'g', Record: values({ id: '1', t: at(second) }) });
    const { body } = await run(store, 'POST /BatchWriteRecord', { Entries: [entry(3), entry(1)] });
    expect(JSON.parse(body)).toEqual({
      Errors: [],
      UnprocessedEntries: [],
      StaleEntries: [
        { EntryIndex: 0, StoredEventTime: at(4), KeptInHistory: true },
        { EntryIndex: 1, StoredEventTime: at(4) },
      ],
    });
  });

  test('is read as it was, by a parameter or a header', async () => {
    expect(await get(`&AsOf=${at(5)}`)).toEqual({ body: answer(4) });
    expect(await get('', at(3))).toEqual({ body: '{"Record":[]}' });
    expect(await get(`&AsOf=${at(4)}`, at(3))).toEqual({ body: answer(4) });
    await expect(get(`&AsOf=${at(2)}`)).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(get('&AsOf=then')).rejects.toThrow('no number of Unix seconds');
  });

  test('each identifier of a batch may have a moment of its own', async () => {
    const identifier = { FeatureGroupName: 'g', RecordIdentifiersValueAsString: ['1'], FeatureNames: ['b'] };
    const { body } = await run(store, 'POST /BatchGetRecord', {
      Identifiers: [identifier, { ...identifier, AsOf: at(5) }, { ...identifier, AsOf: at(0) }],
      AsOf: '1698796804',
    });
    const { Records, Errors } = JSON.parse(body);
    expect(Records.map(({ Record }: { Record: unknown }) => Record)).toEqual([
      [{ FeatureName: 'b', ValueAsString: '4' }],
      [{ FeatureName: 'b', ValueAsString: '4' }],
    ]);
    expect(Errors).toMatchObject([{ ErrorCode: 'ValidationError', ErrorMessage: expect.stringContaining(at(0)) }]);
  });
});
