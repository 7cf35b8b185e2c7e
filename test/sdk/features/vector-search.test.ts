import { Redis } from 'ioredis';
import type { CommandArgument, Commander, CommandReply } from '#sdk/commander.js';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { isoText } from '#sdk/features/event-time.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { startInProcess } from '../../support/in-process.js';
import { startRedis } from '../../support/redis-oracle.js';
import { describeWith } from '../../support/requires.js';

const search = { metric: 'L2' as const, filterable: ['a', 'b'] };
const searchable = { ...newGroup('items', 0), search };

async function opened() {
  const { server, clock, scheduler } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  const group = await store.createGroup(searchable);
  let second = 0;
  /** Event times that grow. */
  const put = (id: string, features: Parameters<typeof values>[0], ttlSeconds?: number, to = group) => {
    const t = isoText(clock.nowMs() + second++);
    const ttl = ttlSeconds === undefined ? undefined : { Unit: 'Seconds' as const, Value: ttlSeconds };
    return store.put(to, { record: values({ id, t, ...features }), ttl });
  };
  const later = () => isoText(clock.nowMs() + second++);
  const found = async (vector: number[], filters: Parameters<FeatureStore['search']>[1]['filters'] = [], count = 10) =>
    (await store.search(group, { vector, count, filters })).map(({ recordId }) => recordId);
  return { server, clock, store, group, put, later, found, scheduler };
}

test('the nearest come first, with their distance, and only what passes the filters', async () => {
  const { store, group, put, found } = await opened();
  await put('near', { v: ['1', '0'], a: '1', b: 'red, {x}' });
  await put('far', { v: ['5', '0'], a: '2', b: '' });
  await put('farther', { v: ['9', '0'], a: '3' });
  await put('nowhere', { a: '4', b: '' });
  expect(await store.search(group, { vector: [0, 0], count: 2 })).toMatchObject([
    { recordId: 'near', distance: 1, record: { packed: expect.stringContaining('red, {x}') } },
    { recordId: 'far', distance: 25 },
  ]);
  expect(await found([0, 0], [{ FeatureName: 'b', ValueAsString: 'red, {x}' }])).toEqual(['near']);
  expect(await found([0, 0], [{ FeatureName: 'b', ValueAsString: '' }])).toEqual(['far']);
  expect(await found([0, 0], [{ FeatureName: 'b', Operator: 'NotEquals', ValueAsString: '' }])).toEqual([
    'near',
    'farther',
  ]);
  expect(await found([9, 0], [{ FeatureName: 'a', Operator: 'LessThan', ValueAsString: '3' }])).toEqual([
    'far',
    'near',
  ]);
});

test('updates, deletions, puts without a vector, expiry and stale writes are seen at once', async () => {
  const { store, group, clock, put, later, found } = await opened();
  const early = later();
  for (const id of ['1', '2', '3', '4', '5'])
    await put(id, { v: [id, '0'], a: id, b: 'x' }, id === '5' ? 1 : undefined);
  await store.update(group, { recordId: '1', features: values({ b: 'y' }) });
  expect(await found([0, 0], [{ FeatureName: 'b', ValueAsString: 'y' }])).toEqual(['1']);
  await store.update(group, { recordId: '1', features: values({ v: ['6', '0'] }) });
  expect(await found([0, 0])).toEqual(['2', '3', '4', '5', '1']);
  await store.delete(group, { recordId: '2', eventTime: later() });
  await store.delete(group, { recordId: '3', eventTime: later(), mode: 'HardDelete' });
  await put('4', { a: '4' });
  expect(await found([0, 0])).toEqual(['5', '1']);
  clock.advance(2_000);
  expect(await found([0, 0])).toEqual(['1']);
  await store.put(group, { record: values({ id: '2', t: early, v: ['2', '0'] }) });
  expect(await found([0, 0])).toEqual(['1']);
});

test('against a plain search, over whatever happened', async () => {
  const { store, group, put, later, found } = await opened();
  const random = new SeededRandom(26);
  const alive = new Map<string, { v?: [number, number]; a?: number; b?: string }>();
  const maybe = <T>(make: () => T): T | undefined => (random.below(4) === 0 ? undefined : make());
  for (let step = 0; step < 400; step++) {
    const id = `r${random.below(40)}`;
    const v = maybe((): [number, number] => [random.below(1_000) + step / 1_000, random.below(1_000)]);
    const a = maybe(() => random.below(5));
    const b = maybe(() => ['', 'x y', '{z}', '%'][random.below(4)] ?? '');
    const features = values({
      ...(v && { v: v.map(String) }),
      ...(a !== undefined && { a: String(a) }),
      ...(b !== undefined && { b }),
    });
    const before = alive.get(id);
    switch (random.below(5)) {
      case 0:
        await store.delete(group, { recordId: id, eventTime: later() });
        alive.delete(id);
        break;
      case 1:
        if (before === undefined || features.length === 0) break;
        await store.update(group, { recordId: id, features });
        alive.set(id, { ...before, ...(v && { v }), ...(a !== undefined && { a }), ...(b !== undefined && { b }) });
        break;
      default:
        await put(
          id,
          Object.fromEntries(
            features.map(({ FeatureName, ValueAsString, ValueAsStringList }) => [
              FeatureName,
              ValueAsString ?? ValueAsStringList ?? '',
            ]),
          ),
        );
        alive.set(id, { ...(v && { v }), ...(a !== undefined && { a }), ...(b !== undefined && { b }) });
    }
    if (step % 10 !== 0) continue;
    const from: [number, number] = [random.below(1_000), random.below(1_000)];
    const near = (at: [number, number]): number => (at[0] - from[0]) ** 2 + (at[1] - from[1]) ** 2;
    const expected = [...alive]
      .flatMap(([recordId, record]) =>
        record.v !== undefined && (record.a ?? -1) >= 2 && record.b !== '{z}'
          ? [{ recordId, distance: near(record.v) }]
          : [],
      )
      .sort((one, other) => one.distance - other.distance)
      .map(({ recordId }) => recordId);
    const filters = [
      { FeatureName: 'a', Operator: 'GreaterThanOrEqualTo' as const, ValueAsString: '2' },
      { FeatureName: 'b', Operator: 'NotEquals' as const, ValueAsString: '{z}' },
    ];
    expect(await found(from, filters, 100)).toEqual(expected);
  }
});

test('a group that is made anew starts empty, and the index of the old one is gone', async () => {
  const { server, store, put, group } = await opened();
  await put('old', { v: ['1', '0'] });
  await store.deleteGroup('items');
  const again = await store.createGroup(searchable);
  expect(await store.search(again, { vector: [0, 0], count: 5 })).toEqual([]);
  await put('new', { v: ['1', '0'] }, undefined, again);
  expect(await store.search(again, { vector: [0, 0], count: 5 })).toMatchObject([{ recordId: 'new' }]);
  expect(await server.commander.call('FT._LIST')).toEqual(['fsidx:items.2:1']);
  expect(group.definition.generation).toBe(1);
});

test('a feature that is added is searched by, in an index that takes the place of the first', async () => {
  const { server, store, put, group, scheduler } = await opened();
  await put('first', { v: ['1', '0'], a: '1' });
  const added = await store.groups.change('items', (definition) => ({
    ...definition,
    schemaVersion: 2,
    features: [
      ...definition.features,
      { FeatureName: 'c', FeatureType: 'Integral', CollectionType: undefined, CollectionConfig: undefined },
    ],
    search: { metric: 'L2', filterable: [...(definition.search?.filterable ?? []), 'c'] },
  }));
  await put('second', { v: ['2', '0'], c: '7' }, undefined, added);
  const filters = [{ FeatureName: 'c', ValueAsString: '7' }];
  await expect(store.search(added, { vector: [0, 0], count: 5 })).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  scheduler.runAll();
  expect(await store.search(added, { vector: [0, 0], count: 5 })).toMatchObject([
    { recordId: 'first' },
    { recordId: 'second' },
  ]);
  expect(await store.search(added, { vector: [0, 0], count: 5, filters })).toMatchObject([{ recordId: 'second' }]);
  expect(await server.commander.call('FT._LIST')).toEqual(['fsidx:items.1:2']);
  expect(group.definition.schemaVersion).toBe(1);
});

test('an index that somebody dropped is made again', async () => {
  const { server, put, found, scheduler } = await opened();
  await put('1', { v: ['1', '0'] });
  expect(await found([0, 0])).toEqual(['1']);
  await server.commander.call('FT.DROPINDEX', 'fsidx:items.1:1');
  await expect(found([0, 0])).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  scheduler.runAll();
  expect(await found([0, 0])).toEqual(['1']);
});

test('half of an index is no answer, however the store says it', async () => {
  const { server, clock } = startInProcess();
  const writer = new FeatureStore({ commander: server.commander, clock });
  const group = await writer.createGroup(searchable);
  for (const [name, part, isDone] of [
    ['percent_indexed', '0.5', false],
    ['backfill_complete_percent', '0.99', false],
    ['percent_indexed', '1', true],
    ['index_name', 'x', true],
  ] as const) {
    const commander: Commander = {
      call: async (command: string, ...args: CommandArgument[]): Promise<CommandReply> =>
        command === 'FT.INFO' ? [name, part] : server.commander.call(command, ...args),
    };
    const reader = new FeatureStore({ commander, clock });
    const answer = reader.search(group, { vector: [0, 0], count: 1 });
    if (isDone) expect(await answer).toEqual([]);
    else await expect(answer).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  }
});

test('what cannot be searched by is refused', async () => {
  const { store, group } = await opened();
  const refused = (vector: number[], count = 1) =>
    store.search(group, { vector, count }).then(
      () => 'found',
      (error: Error) => error.message,
    );
  expect(await refused([1])).toContain('has 2 elements, and the one to search by 1');
  expect(await refused([1, Number.NaN])).toContain('no number that 32 bits hold');
  expect(await refused([1, 1e39])).toContain('no number that 32 bits hold');
  expect(await refused([1, 1], 0)).toContain('1 to 1000 records');
  expect(await refused([1, 1], 1_001)).toContain('1 to 1000 records');
  const plain = await store.createGroup({
    ...newGroup('plain', 0),
    features: newGroup('plain', 0).features.slice(0, 5),
  });
  await expect(store.search(plain, { vector: [1, 1], count: 1 })).rejects.toMatchObject({ code: 'ValidationError' });
});

describeWith('redis-server', 'over a store without FT.*', () => {
  test('groups with vectors are kept, and a search says what the store lacks', async () => {
    const server = await startRedis();
    const redis = new Redis({ port: server.port });
    const store = new FeatureStore({ commander: commanderFrom(redis), clock: { nowMs: () => Date.now() } });
    const group = await store.createGroup(searchable);
    await store.put(group, { record: values({ id: '1', t: '2024-01-01T00:00:00Z', v: ['1', '0'], a: '1' }) });
    expect(await store.get(group, '1')).toBeDefined();
    await expect(store.search(group, { vector: [0, 0], count: 1 })).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining('The store has no vector search'),
    });
    redis.disconnect();
    await server.stop();
  });
});
