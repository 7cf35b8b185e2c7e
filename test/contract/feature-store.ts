/**
 * What the feature store promises, whatever is behind its Commander. `open` gives one over an empty database and with the time of its clock in the
 * test's hands; the time is never before that of the store's own clock, because what a store has expired does not come back.
 */
import type { Commander } from '#sdk/commander.js';
import { isoText } from '#sdk/features/event-time.js';
import type { FeatureError } from '#sdk/features/feature-error.js';
import type { FeatureGroup, GroupDefinition } from '#sdk/features/feature-group.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import type { FeatureValue } from '#sdk/features/feature-values.js';
import { unpackRecord } from '#sdk/features/packed-record.js';
import { readBatch, writeBatch } from '#sdk/features/record-batches.js';
import { recordPrefix, sweepsKey } from '#sdk/features/record-keys.js';

export interface OpenFeatureStore {
  readonly commander: Commander;
  readonly clock: { nowMs(): number };
  advance(ms: number): void;
  /** False where members of one score in a sorted set are in no order, as in ioredis-mock. */
  readonly keepsMembersInOrder?: boolean;
  /** False where a command for another type than a key holds finds nothing, as in ioredis-mock. */
  readonly tellsTypesApart?: boolean;
  close(): Promise<void>;
}

/** @param vectorType with a List in the place of the Vector the records lie in the store in another form */
export const newGroup = (
  name: string,
  nowMs: number,
  vectorType: 'Vector' | 'List' = 'Vector',
): Omit<GroupDefinition, 'generation'> => ({
  name,
  schemaVersion: 1,
  recordIdName: 'id',
  eventTimeName: 't',
  features: [
    { FeatureName: 'id', FeatureType: 'String', CollectionType: undefined, CollectionConfig: undefined },
    { FeatureName: 't', FeatureType: 'String', CollectionType: undefined, CollectionConfig: undefined },
    { FeatureName: 'a', FeatureType: 'Integral', CollectionType: undefined, CollectionConfig: undefined },
    { FeatureName: 'b', FeatureType: 'String', CollectionType: undefined, CollectionConfig: undefined },
    { FeatureName: 'tags', FeatureType: 'String', CollectionType: 'Set', CollectionConfig: undefined },
    {
      FeatureName: 'v',
      FeatureType: 'Fractional',
      CollectionType: vectorType,
      CollectionConfig: vectorType === 'Vector' ? { VectorConfig: { Dimension: 2 } } : undefined,
    },
  ],
  online: { storageType: 'InMemory' },
  tags: [],
  metadata: {},
  createdAtMs: nowMs,
  modifiedAtMs: nowMs,
});

export function values(features: Readonly<Record<string, string | readonly string[]>>): FeatureValue[] {
  return Object.entries(features).map(([FeatureName, value]) =>
    typeof value === 'string' ? { FeatureName, ValueAsString: value } : { FeatureName, ValueAsStringList: value },
  );
}

/** @param parts of the suite that lie elsewhere */
export function featureStoreContract(
  name: string,
  open: () => Promise<OpenFeatureStore>,
  parts: readonly ((opened: () => OpenFeatureStore) => void)[],
): void {
  describe.each(['Vector', 'List'] as const)(`a feature store over ${name}, of records with a %s`, (vectorType) => {
    let opened: OpenFeatureStore;
    let store: FeatureStore;
    let group: FeatureGroup;
    let groupCount = 0;

    beforeAll(async () => {
      opened = await open();
      store = new FeatureStore(opened);
    });
    beforeEach(async () => {
      groupCount += 1;
      group = await store.groups.create(newGroup(`Group-${groupCount}`, opened.clock.nowMs(), vectorType));
    });
    afterAll(() => opened.close());

    const time = (offsetMs: number): string => isoText(opened.clock.nowMs() + offsetMs);
    const read = async (recordId: string): Promise<FeatureValue[] | undefined> => {
      const record = await store.get(group, recordId);
      return record && unpackRecord(record.packed, group.features);
    };
    const code = (work: Promise<unknown>): Promise<FeatureError['code']> =>
      work.then(
        () => Promise.reject(new Error('it did not fail')),
        (error: FeatureError) => error.code,
      );
    const put = (features: Parameters<typeof values>[0], ttl?: { Unit: 'Seconds'; Value: number }) =>
      store.put(group, { record: values(features), ttl });

    for (const describePart of parts) describePart(() => opened);

    test('answers what was put, and nothing for what was not', async () => {
      const features = { id: '1', t: time(0), a: '-7', b: 'grün "\\\n\u0000', tags: ['x', 'y'], v: ['0.1', '2'] };
      expect(await put(features)).toEqual({ isStale: false });
      expect(await read('1')).toEqual(values(features));
      expect(await read('2')).toBeUndefined();
    });

    test.each(['{a}', '}{', '100%', '%7B', 'u/1 &x+é', '🗝', ' ', '*?[a]'])('keeps a record under %j', async (id) => {
      const features = { id, t: time(0), a: '1' };
      await put(features);
      expect(await read(id)).toEqual(values(features));
      expect((await store.list(group, { countMax: 10, token: undefined, withDeleted: false })).recordIds).toEqual([id]);
    });

    test('replaces a record wholly by what is newer, and by nothing else', async () => {
      const [before, now, after] = [time(-1), time(0), time(1)];
      await put({ id: '1', t: now, a: '1', b: 'kept?' });
      expect(await put({ id: '1', t: before, a: '2' })).toMatchObject({ isStale: true });
      expect(await put({ id: '1', t: now, a: '3' })).toMatchObject({ isStale: true });
      expect(await read('1')).toEqual(values({ id: '1', t: now, a: '1', b: 'kept?' }));
      expect(await put({ id: '1', t: after, a: '4' })).toEqual({ isStale: false });
      expect(await read('1')).toEqual(values({ id: '1', t: after, a: '4' }));
    });

    test('tells nanoseconds apart', async () => {
      const second = '2030-01-01T00:00:00';
      await put({ id: '1', t: `${second}.000000002Z`, a: '2' });
      expect(await put({ id: '1', t: `${second}.000000001Z`, a: '1' })).toMatchObject({ isStale: true });
      expect(await put({ id: '1', t: `${second}.000000003Z`, a: '3' })).toEqual({ isStale: false });
    });

    test('deletes softly: older writes do not pass the marker, newer ones do', async () => {
      await put({ id: '1', t: time(0), a: '1' });
      expect(await store.delete(group, { recordId: '1', eventTime: time(-1) })).toMatchObject({ isStale: true });
      expect(await read('1')).toBeDefined();
      await store.delete(group, { recordId: '1', eventTime: time(10) });
      expect(await read('1')).toBeUndefined();
      expect(await put({ id: '1', t: time(5), a: '2' })).toMatchObject({ isStale: true });
      expect(await code(store.update(group, { recordId: '1', features: values({ a: '3' }) }))).toBe('ResourceNotFound');
      await put({ id: '1', t: time(11), a: '4' });
      expect(await read('1')).toEqual(values({ id: '1', t: time(11), a: '4' }));
    });

    test('deletes wholly: nothing stays, and an older write is taken', async () => {
      await put({ id: '1', t: time(0), a: '1' });
      const hard = { recordId: '1', mode: 'HardDelete' } as const;
      expect(await code(store.delete(group, { ...hard, eventTime: time(0) }))).toBe('ValidationError');
      await store.delete(group, { ...hard, eventTime: time(1) });
      expect(await read('1')).toBeUndefined();
      await put({ id: '1', t: time(-5), a: '2' });
      expect(await read('1')).toBeDefined();
    });

    test('updates single features of what is there and not newer', async () => {
      await put({ id: '1', t: time(0), a: '1', tags: ['x'] });
      await store.update(group, { recordId: '1', features: values({ b: 'new', v: ['1', '2'] }) });
      expect(await read('1')).toEqual(values({ id: '1', t: time(0), a: '1', b: 'new', tags: ['x'], v: ['1', '2'] }));
      await store.update(group, { recordId: '1', features: values({ t: time(0), a: '2' }) });
      await store.update(group, { recordId: '1', features: values({ t: time(3), a: '3' }) });
      expect(await code(store.update(group, { recordId: '1', features: values({ t: time(2), a: '4' }) }))).toBe(
        'ConflictException',
      );
      expect(await read('1')).toEqual(values({ id: '1', t: time(3), a: '3', b: 'new', tags: ['x'], v: ['1', '2'] }));
      expect(await code(store.update(group, { recordId: '2', features: values({ a: '1' }) }))).toBe('ResourceNotFound');
    });

    test('forgets a record when its time to live after its event time is over', async () => {
      const ttl = { Unit: 'Seconds', Value: 10 } as const;
      await put({ id: '1', t: time(-4_000), a: '1' }, ttl);
      await put({ id: '2', t: time(-11_000), a: '1' }, ttl);
      expect((await store.get(group, '1'))?.expiresAtMs).toBe(Math.floor((opened.clock.nowMs() + 6_000) / 1));
      expect(await read('2')).toBeUndefined();
      opened.advance(5_000);
      expect(await read('1')).toBeDefined();
      opened.advance(1_000);
      expect(await read('1')).toBeUndefined();
      await put({ id: '1', t: time(-60_000), a: '2' });
      expect(await store.get(group, '1')).toMatchObject({ expiresAtMs: undefined });
    });

    test('lets the default of the group apply to what is written after it was set, and a record say otherwise', async () => {
      await put({ id: 'before', t: time(0) });
      group = await store.groups.change(group.name, (definition) => ({
        ...definition,
        online: { storageType: 'InMemory', ttl: { Unit: 'Minutes', Value: 1 } },
      }));
      await put({ id: 'after', t: time(0) });
      await put({ id: 'own', t: time(0) }, { Unit: 'Seconds', Value: 5 });
      const expiries = await Promise.all(['before', 'after', 'own'].map((id) => store.get(group, id)));
      const now = opened.clock.nowMs();
      expect(expiries.map((record) => record?.expiresAtMs)).toEqual([undefined, now + 60_000, now + 5_000]);
    });

    test('reads records of an older schema, and writes of one into newer records', async () => {
      const old = group;
      await put({ id: '1', t: time(0), a: '1' });
      group = await store.groups.change(group.name, (definition) => ({
        ...definition,
        schemaVersion: 2,
        features: [
          ...definition.features,
          { FeatureName: 'added', FeatureType: 'Integral', CollectionType: undefined, CollectionConfig: undefined },
        ],
      }));
      expect(await read('1')).toEqual(values({ id: '1', t: time(0), a: '1' }));
      await store.update(group, { recordId: '1', features: values({ added: '9' }) });
      await store.update(old, { recordId: '1', features: values({ a: '2' }) });
      expect(await read('1')).toEqual(values({ id: '1', t: time(0), a: '2', added: '9' }));
    });

    test('reads and writes records of before the group had a Vector', async () => {
      if (vectorType === 'Vector' || opened.tellsTypesApart === false) return;
      const isThere = { a: '1', b: 'x' };
      for (const id of ['1', '2', '3', '4']) await put({ id, t: time(0), ...isThere });
      await store.delete(group, { recordId: '4', eventTime: time(1) });
      group = await store.groups.change(group.name, (definition) => ({
        ...definition,
        schemaVersion: 2,
        features: [
          ...definition.features,
          {
            FeatureName: 'w',
            FeatureType: 'Fractional',
            CollectionType: 'Vector',
            CollectionConfig: { VectorConfig: { Dimension: 1 } },
          },
        ],
      }));
      expect(await read('1')).toEqual(values({ id: '1', t: time(0), ...isThere }));
      await store.update(group, { recordId: '1', features: values({ w: ['7'] }) });
      expect(await put({ id: '2', t: time(0), a: '2' })).toMatchObject({ isStale: true });
      await put({ id: '2', t: time(1), w: ['8'] }, { Unit: 'Seconds', Value: 60 });
      expect(await put({ id: '4', t: time(0) })).toMatchObject({ isStale: true });
      expect(await Promise.all(['1', '2', '3', '4'].map(read))).toEqual([
        values({ id: '1', t: time(0), ...isThere, w: ['7'] }),
        values({ id: '2', t: time(1), w: ['8'] }),
        values({ id: '3', t: time(0), ...isThere }),
        undefined,
      ]);
      const listed = await store.list(group, { countMax: 100, token: undefined, withDeleted: false });
      expect([...listed.recordIds].sort()).toEqual(['1', '2', '3']);
      await store.delete(group, { recordId: '3', eventTime: time(1) });
      expect(await read('3')).toBeUndefined();
    });

    test('measures what an update makes as it measures what is put', async () => {
      const text = '"\\\n\u0001é🗝x'.repeat(1_000);
      const others = ['id', '1', 't', time(0), 'b', text, 'tags', 'y'];
      const used = others.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
      const tags = (more: number): string[] => ['y', 'z'.repeat(350 * 1024 - used + more)];
      const said = (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => 'taken',
          (error: FeatureError) => error.message,
        );
      const update = (more: number) => store.update(group, { recordId: '2', features: values({ tags: tags(more) }) });
      const refusal = 'The record has 358401 bytes, and may have 358400';
      expect(await said(put({ id: '1', t: time(0), b: text, tags: tags(1) }))).toBe(refusal);
      expect(await said(put({ id: '1', t: time(0), b: text, tags: tags(0) }))).toBe('taken');
      await put({ id: '2', t: time(0), b: text });
      expect(await said(update(1))).toBe(refusal);
      expect(await said(update(0))).toBe('taken');
      expect((await read('2'))?.slice(1)).toEqual((await read('1'))?.slice(1));
    });

    test('starts a group that is created again empty, and removes what the old one held', async () => {
      await put({ id: '1', t: time(0) });
      const prefix = recordPrefix(group.definition);
      await store.deleteGroup(group.name);
      const again = await store.groups.create(newGroup(group.name.toUpperCase(), opened.clock.nowMs()));
      expect(again.definition.generation).toBe(group.definition.generation + 1);
      expect(await store.get(again, '1')).toBeUndefined();
      expect(await store.sweep()).toBe(true);
      expect(await opened.commander.call('EXISTS', `${prefix}{1}`)).toBe(0);
      expect(await opened.commander.call('EXISTS', sweepsKey)).toBe(0);
    });

    test('lists every record once and skips what is deleted, unless asked', async () => {
      const ids = Array.from({ length: 250 }, (_, id) => `r${id}`);
      await Promise.all(ids.map((id) => put({ id, t: time(0) })));
      await store.delete(group, { recordId: 'r7', eventTime: time(1) });
      const listed = async (withDeleted: boolean): Promise<string[]> => {
        const all: string[] = [];
        let token: string | undefined;
        do {
          const page = await store.list(group, { countMax: 40, token, withDeleted });
          all.push(...page.recordIds);
          token = page.nextToken;
        } while (token !== undefined);
        return all.sort();
      };
      expect(await listed(true)).toEqual([...ids].sort());
      expect(await listed(false)).toEqual(ids.filter((id) => id !== 'r7').sort());
      expect(await code(store.list(group, { countMax: 1, token: 'bm9uZQ', withDeleted: false }))).toBe(
        'ValidationError',
      );
    });

    test('reads and writes many records at once, each with its own outcome', async () => {
      const write = (id: string, a: string) => ({ groupName: group.name, record: values({ id, t: time(0), a }) });
      const outcomes = await writeBatch(store, [
        write('1', '1'),
        write('2', 'no number'),
        { ...write('3', '3'), groupName: 'none' },
        write('1', '2'),
      ]);
      expect(outcomes).toMatchObject([
        { isStale: false },
        { code: 'ValidationError' },
        { code: 'ResourceNotFound' },
        { isStale: true },
      ]);
      const results = await readBatch(store, [
        { groupName: group.name, recordIds: ['2', '1', '1'], featureNames: ['a'] },
        { groupName: 'none', recordIds: ['1'] },
        { groupName: group.name, recordIds: ['1'], featureNames: ['nowhere'] },
      ]);
      expect(results.map(({ recordId, outcome }) => [recordId, 'code' in outcome ? outcome.code : 'found'])).toEqual([
        ['1', 'found'],
        ['1', 'ResourceNotFound'],
        ['1', 'ValidationError'],
      ]);
    });

    test('ends with the newest of 64 writers of one record', async () => {
      const times = Array.from({ length: 64 }, (_, writer) => time(((writer * 37) % 64) * 1000));
      await Promise.all(times.map((t, writer) => put({ id: 'hot', t, a: String(writer) })));
      const newest = time(63_000);
      expect(await read('hot')).toEqual(values({ id: 'hot', t: newest, a: String(times.indexOf(newest)) }));
    });

    test('creates a group of one name once, and loses no change of it', async () => {
      const racers = Array.from({ length: 4 }, () => new FeatureStore(opened));
      const created = await Promise.allSettled(
        racers.map((racer) => racer.groups.create(newGroup(`raced-${group.name}`, opened.clock.nowMs()))),
      );
      expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await Promise.all(
        racers.map((racer, n) =>
          racer.groups.change(group.name, (definition) => ({
            ...definition,
            tags: [...definition.tags, { Key: String(n), Value: '' }],
          })),
        ),
      );
      const { tags } = (await new FeatureStore(opened).groups.get(group.name)).definition;
      expect(tags.map(({ Key }) => Key).sort()).toEqual(['0', '1', '2', '3']);
    });
  });
}
