/** What groups promise that keep versions of their records, or tell of their changes; a part of the suite of feature stores. */
import type { Commander, CommandReply } from '#sdk/commander.js';
import { isoText } from '#sdk/features/event-time.js';
import type { FeatureGroup, GroupDefinition } from '#sdk/features/feature-group.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { unpackRecord } from '#sdk/features/packed-record.js';
import { readBatch } from '#sdk/features/record-batches.js';
import { parseMoment } from '#sdk/features/record-history.js';
import { changesKey, historyPrefix } from '#sdk/features/record-keys.js';
import { newGroup, type OpenFeatureStore, values } from './feature-store.js';

type Online = NonNullable<GroupDefinition['online']>;

const unknown = 'ValidationError';

/** Groups of their own, writes to their record 1, and its reads. */
function fixture(opened: () => OpenFeatureStore, prefix: string) {
  let groupCount = 0;
  const store = (): FeatureStore => new FeatureStore(opened());
  const time = (offsetMs: number): string => isoText(opened().clock.nowMs() + offsetMs);
  const open = (online: Partial<Online>): Promise<FeatureGroup> => {
    groupCount += 1;
    const definition = newGroup(`${prefix}-${groupCount}`, opened().clock.nowMs());
    return store().groups.create({ ...definition, online: { storageType: 'InMemory', ...online } });
  };
  const put = (group: FeatureGroup, t: string, b: string, ttlSeconds?: number) =>
    store().put(group, {
      record: values({ id: '1', t, b }),
      ttl: ttlSeconds === undefined ? undefined : { Unit: 'Seconds', Value: ttlSeconds },
    });
  /** The value of `b`, 'none' for no record, or the code of the failure. */
  const asOf = async (group: FeatureGroup, moment: string): Promise<string | undefined> => {
    const [read] = await readBatch(store(), [{ groupName: group.name, recordIds: ['1'], asOf: parseMoment(moment) }]);
    if (read === undefined) return 'none';
    if ('code' in read.outcome) return read.outcome.code;
    const features = unpackRecord(read.outcome.record.packed, group.features);
    return features.find(({ FeatureName }) => FeatureName === 'b')?.ValueAsString ?? '';
  };
  const readAll = (group: FeatureGroup, moments: readonly string[]) =>
    Promise.all(moments.map((moment) => asOf(group, moment)));
  return { store, time, open, put, asOf, readAll };
}

export function describeVersions(opened: () => OpenFeatureStore): void {
  const { store, time, open, put, asOf, readAll } = fixture(opened, 'Versioned');

  test('reads a record as it was, also what came late, was updated or deleted', async () => {
    const group = await open({ history: { versions: 10 } });
    const times = [0, 10, 20, 30, 40].map(time);
    const [t0 = '', t10 = '', t20 = '', t30 = '', t40 = ''] = times;
    await put(group, t0, '0');
    await put(group, t40, '40');
    expect(await put(group, t20, '20')).toMatchObject({ isStale: true, isKept: true });
    expect(await put(group, t20, 'again')).toEqual({ isStale: true, storedEventTime: expect.any(String) });
    expect(await store().delete(group, { recordId: '1', eventTime: t30 })).toMatchObject({ isKept: true });
    await store().update(group, { recordId: '1', features: values({ b: '41' }) });
    expect(await readAll(group, [time(-1), ...times, time(99)])).toEqual(['none', '0', '0', '20', 'none', '41', '41']);
    expect(await readAll(group, [t10.replace(/Z$/, '000001Z')])).toEqual(['0']);
    await store().update(group, { recordId: '1', features: values({ t: time(50), a: '5' }) });
    await store().delete(group, { recordId: '1', eventTime: time(60) });
    expect(await readAll(group, [t40, time(50), time(60)])).toEqual(['41', '41', 'none']);
  });

  test('tells nanoseconds apart', async () => {
    const group = await open({ history: { versions: 10 } });
    const zeros = opened().keepsMembersInOrder === false ? '00' : '00000000';
    const nanos = (n: number): string => `2030-01-01T00:00:00.${zeros}${n}Z`;
    for (const n of [5, 3, 1]) await put(group, nanos(n), String(n));
    const read = await readAll(group, [0, 1, 2, 3, 4, 5, 6].map(nanos));
    expect(read).toEqual(['none', '1', '1', '3', '3', '5', '5']);
  });

  test('keeps what 64 writers of one record put at once, each in its place', async () => {
    const group = await open({ history: { versions: 64 } });
    const offsets = Array.from({ length: 64 }, (_, writer) => ((writer * 37) % 64) * 1_000);
    await Promise.all(offsets.map((offset) => put(group, time(offset), String(offset))));
    const read = await readAll(group, offsets.map(time));
    expect(read).toEqual(offsets.map(String));
  });

  test('does not tell of a version what is true of another: what was dropped is unknown', async () => {
    const group = await open({ history: { versions: 2 } });
    for (const offset of [10, 20, 30]) await put(group, time(offset), String(offset));
    expect(await put(group, time(5), 'too late')).toEqual({ isStale: true, storedEventTime: expect.any(String) });
    const read = await readAll(group, [time(9), time(10), time(20), time(30)]);
    expect(read).toEqual([unknown, unknown, '20', '30']);
  });

  test('keeps a window, with the version that holds when it begins', async () => {
    const group = await open({ history: { window: { Unit: 'Seconds', Value: 100 } } });
    for (const offset of [-150_000, -120_000, -50_000, 0]) await put(group, time(offset), String(offset));
    const read = await readAll(group, [time(-101_000), time(-100_000), time(-50_000), time(1)]);
    expect(read).toEqual([unknown, '-120000', '-50000', '0']);
  });

  test('a version ends when it expires, and the one before does not hold again', async () => {
    const group = await open({ history: { versions: 10 } });
    await put(group, time(-20_000), 'forever');
    await put(group, time(-10_000), 'short', 5);
    expect(await readAll(group, [-10_001, -10_000, -5_001, -5_000, 0].map(time))).toEqual([
      'forever',
      'short',
      'short',
      'none',
      'none',
    ]);
  });

  test('a hard deletion takes the versions along', async () => {
    const group = await open({ history: { versions: 10 } });
    await put(group, time(0), '1');
    await store().delete(group, { recordId: '1', eventTime: time(1), mode: 'HardDelete' });
    expect(await readAll(group, [time(0), time(2)])).toEqual(['none', 'none']);
    const key = `${historyPrefix(group.definition)}{1}`;
    expect(await opened().commander.call('EXISTS', key)).toBe(0);
  });

  test('a group that begins to keep versions knows what is stored, and nothing before', async () => {
    let group = await open({});
    await put(group, time(10), 'before');
    expect(await asOf(group, time(10))).toBe(unknown);
    const change = (history: Online['history'], historyEpoch: number): Promise<FeatureGroup> =>
      store().groups.change(group.name, (definition) => ({
        ...definition,
        online: { storageType: 'InMemory', history },
        historyEpoch,
      }));
    group = await change({ versions: 10 }, 1);
    expect(await readAll(group, [time(9), time(10)])).toEqual([unknown, 'before']);
    await put(group, time(20), 'after');
    expect(await readAll(group, [time(9), time(10), time(20)])).toEqual([unknown, 'before', 'after']);
    const prefix = historyPrefix(group.definition);
    group = await change(undefined, 1);
    await put(group, time(30), 'unseen');
    group = await change({ versions: 10 }, 2);
    expect(await store().sweep()).toBe(true);
    expect(await opened().commander.call('EXISTS', `${prefix}{1}`)).toBe(0);
    expect(await readAll(group, [time(20), time(30)])).toEqual([unknown, 'unseen']);
  });
}

/** The fields of entries, without what a cluster adds to tell those apart that come twice. */
function toldIn(entries: CommandReply): CommandReply[] {
  return (Array.isArray(entries) ? entries : []).map((entry) => {
    const [, fields] = Array.isArray(entry) ? entry : [];
    if (!Array.isArray(fields)) return null;
    const seqAt = fields.lastIndexOf('seq');
    return seqAt < 0 ? fields : fields.slice(0, seqAt);
  });
}

export function describeChanges(opened: () => OpenFeatureStore): void {
  const { store, time, open, put } = fixture(opened, 'Told');

  test('tells of every change that takes effect, in a stream of about a given length', async () => {
    const group = await open({ history: { versions: 10 }, changes: { maxLength: 100 } });
    const [t0, t1, t2] = [time(0), time(1), time(2)];
    await put(group, t1, '1');
    await put(group, t1, 'stale');
    await put(group, t0, 'late');
    await store().update(group, { recordId: '1', features: values({ b: '2' }) });
    await store().delete(group, { recordId: '1', eventTime: t2 });
    const atMs = String(opened().clock.nowMs());
    const entries = await opened().commander.call('XRANGE', changesKey(group.definition), '-', '+');
    const record = (t: string, b: string): string => JSON.stringify(values({ id: '1', t, b }));
    const of = (op: string, ...rest: string[]) => ['op', op, 'id', '1', 'at', atMs, ...rest];
    expect(toldIn(entries)).toEqual([
      of('put', 'time', t1, 'features', record(t1, '1')),
      of('put', 'time', t0, 'features', record(t0, 'late'), 'late', '1'),
      of('update', 'features', JSON.stringify(values({ b: '2' }))),
      of('delete', 'time', t2),
    ]);
    for (let n = 0; n < 300; n++) await put(group, time(10 + n), String(n));
    const length = await opened().commander.call('XLEN', changesKey(group.definition));
    expect(Number(length)).toBeGreaterThanOrEqual(100);
    expect(Number(length)).toBeLessThanOrEqual(200);
    await store().deleteGroup(group.name);
    expect(await store().sweep()).toBe(true);
    expect(await opened().commander.call('EXISTS', changesKey(group.definition))).toBe(0);
  });

  test('on a cluster, what a writer could not tell any more is told by the next one, or by a sweep', async () => {
    const { commander, clock } = opened();
    if (commander.nodes === undefined) return;
    const group = await open({ changes: { maxLength: 100 } });
    const failures: unknown[] = [];
    const dying: Commander = {
      call: (command, ...args) =>
        command === 'XADD' ? Promise.reject(new Error('Connection is closed.')) : commander.call(command, ...args),
      nodes: () => commander.nodes?.() ?? [],
    };
    const writer = new FeatureStore({ commander: dying, clock, onSweepError: (error) => failures.push(error) });
    const write = (id: string, n: number) => writer.put(group, { record: values({ id, t: time(n), b: String(n) }) });
    await write('1', 1);
    await write('1', 2);
    await write('2', 3);
    expect(failures).toHaveLength(3);
    const told = async (): Promise<string[]> => {
      const entries = toldIn(await commander.call('XRANGE', changesKey(group.definition), '-', '+'));
      return entries.map((fields) => (Array.isArray(fields) ? `${fields[3]} ${fields[7]}` : ''));
    };
    expect(await told()).toEqual([]);
    await put(group, time(4), '4');
    expect(await told()).toEqual([1, 2, 4].map((n) => `1 ${time(n)}`));
    expect(await store().sweep()).toBe(true);
    expect(await told()).toEqual([...[1, 2, 4].map((n) => `1 ${time(n)}`), `2 ${time(3)}`]);
    expect(await store().sweep()).toBe(true);
    expect(await told()).toHaveLength(4);
  });
}
