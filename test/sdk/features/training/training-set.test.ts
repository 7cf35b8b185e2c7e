import { FeatureError } from '#sdk/features/feature-error.js';
import type { FeatureGroup } from '#sdk/features/feature-group.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { parseMoment } from '#sdk/features/record-history.js';
import { storeReader } from '#sdk/features/training/store-reader.js';
import {
  joinedFeatures,
  type MomentReader,
  trainingColumns,
  trainingRows,
} from '#sdk/features/training/training-set.js';
import { newGroup, values } from '../../../contract/feature-store.js';
import { SeededRandom } from '../../../fuzz/seeded-random.js';
import { all } from '../../../support/all.js';
import { startInProcess } from '../../../support/in-process.js';
import { rowsOf } from '../bulk/source-rows.js';

const at = (second: number): string => new Date(1_600_000_000_000 + second * 1_000).toISOString();

interface Write {
  readonly id: string;
  readonly second: number;
  /** Undefined for a deletion. */
  readonly b: string | undefined;
}

/** What held, by a look at every write: the newest that is not after the moment; of one event time, the first to come. */
function plainJoin(writes: readonly Write[], id: string, second: number): string | undefined {
  let newest: Write | undefined;
  for (const write of writes) {
    if (write.id !== id || write.second > second) continue;
    if (newest === undefined || write.second > newest.second) newest = write;
  }
  return newest?.b;
}

async function write(store: FeatureStore, group: FeatureGroup, { id, second, b }: Write): Promise<void> {
  if (b === undefined) await store.delete(group, { recordId: id, eventTime: at(second) });
  else await store.put(group, { record: values({ id, t: at(second), b }) });
}

function joinedBy(group: FeatureGroup, reader: MomentReader) {
  return [{ group, features: joinedFeatures(group, [], ['b']), idColumn: 'who', reader }];
}

async function join(store: FeatureStore, group: FeatureGroup, moments: readonly { who: string; second: number }[]) {
  const joined = joinedBy(group, storeReader(store, group, joinedFeatures(group, [], ['b'])));
  const rows = rowsOf(moments.map(({ who, second }, line) => ({ line, cells: { who, when: at(second) } })));
  const sets = await all(
    trainingRows({
      rows,
      timeColumn: 'when',
      joined,
      reject: (rejections) => Promise.reject(new Error(JSON.stringify(rejections))),
      pause: async () => undefined,
    }),
  );
  return sets.flat().map((row) => row.values[0]);
}

test('every row has what held at its moment, and later writes change none', async () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 25; round++) {
    const { server, clock } = startInProcess();
    const store = new FeatureStore({ commander: server.commander, clock });
    const online = { storageType: 'InMemory' as const, history: { versions: 1_000 } };
    const group = await store.groups.create({ ...newGroup('g', 0), online });
    const ids = ['1', '{2}', 'drei'];
    const someWrite = (from: number, to: number): Write => ({
      id: random.pick(ids),
      second: random.between(from, to),
      b: random.chance(0.2) ? undefined : String(random.below(1_000)),
    });
    const writes = random.times(80, () => someWrite(0, 40));
    for (const made of writes) await write(store, group, made);
    const moments = random.times(60, () => ({ who: random.pick(ids), second: random.between(-2, 40) }));
    const expected = moments.map(({ who, second }) => plainJoin(writes, who, second));
    expect(await join(store, group, moments)).toEqual(expected);
    for (const made of random.times(40, () => someWrite(41, 90))) await write(store, group, made);
    expect(await join(store, group, moments)).toEqual(expected);
    await server.close(0);
  }
});

const noGroup = () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  return store.groups.create(newGroup('g', 0));
};

test('rows that are none, lack something or are out of reach are told apart, in the order of their lines', async () => {
  const group = await noGroup();
  const reader: MomentReader = {
    batchMax: 2,
    read: async (reads) =>
      reads.map(({ recordId }) =>
        recordId === 'old' ? new FeatureError('ValidationError', 'do not reach') : values({ b: recordId }),
      ),
  };
  const rejected: [number, string][] = [];
  const row = (line: number, cells: object) => ({ line, cells: { ...cells } });
  const when = 1_700_000_000;
  const rows = [
    row(1, { who: 5, when }),
    row(2, { when }),
    { line: 3, text: 'x', problem: 'no row' },
    row(4, { who: 'old', when }),
    row(5, { who: 'a', when: 'noon' }),
    row(6, { who: 'a' }),
    row(7, { who: 'b', when: '2023-11-14 22:13:20' }),
  ];
  const sets = await all(
    trainingRows({
      rows: rowsOf(rows),
      timeColumn: 'when',
      joined: joinedBy(group, reader),
      reject: async (rejections) => {
        for (const { line, reason } of rejections) rejected.push([line, reason]);
      },
      pause: async () => undefined,
    }),
  );
  expect(sets.flat().map(({ line, values: [b] }) => [line, b])).toEqual([
    [1, '5'],
    [7, 'b'],
  ]);
  expect(rejected).toEqual([
    [2, "The row has no 'who'"],
    [3, 'no row'],
    [4, 'do not reach'],
    [5, expect.stringContaining("'noon'")],
    [6, "The row has no 'when'"],
  ]);
});

test('what the store cannot answer for now is asked again, and at last an error', async () => {
  const group = await noGroup();
  let failures = 2;
  const reader: MomentReader = {
    batchMax: 10,
    read: async (reads) =>
      reads.map(() => (failures-- > 0 ? new FeatureError('ServiceUnavailable', 'down') : undefined)),
  };
  const rows = [{ line: 1, cells: { who: '1', when: at(0) } }];
  const run = () =>
    all(
      trainingRows({
        rows: rowsOf(rows),
        timeColumn: 'when',
        joined: joinedBy(group, reader),
        reject: async () => undefined,
        pause: async () => undefined,
      }),
    );
  expect((await run()).flat()).toEqual([{ line: 1, cells: rows[0]?.cells, values: [undefined] }]);
  failures = 99;
  await expect(run()).rejects.toThrow('down');
});

test('columns are features, with their group where they are asked to be', async () => {
  const group = await noGroup();
  const joined = joinedBy(group, { batchMax: 1, read: async () => [] });
  expect(trainingColumns(joined, false).map(({ name }) => name)).toEqual(['b']);
  expect(trainingColumns(joined, true).map(({ name }) => name)).toEqual(['g__b']);
  const ratio = { name: 'ratio', type: 'Fractional', run: () => '1' } as const;
  expect(joinedFeatures(group, [ratio], undefined).map(({ name }) => name)).toEqual(['a', 'b', 'tags', 'v', 'ratio']);
  expect(joinedFeatures(group, [ratio], ['ratio', 'a'])).toMatchObject([{ type: 'Fractional' }, { type: 'Integral' }]);
  expect(() => joinedFeatures(group, [ratio], ['nowhere'])).toThrow("no feature 'nowhere'");
  expect(parseMoment(at(0))).toBe(parseMoment('1600000000'));
});

test('what is no finite number is missing where numbers are', async () => {
  const group = await noGroup();
  const reader: MomentReader = {
    batchMax: 10,
    read: async (reads) => reads.map(({ recordId }) => values({ ratio: recordId, label: recordId })),
  };
  const column = (name: string, type: 'Fractional' | 'String') => ({ name, type, collection: undefined });
  const sets = await all(
    trainingRows({
      rows: rowsOf(['1.5', 'inf', '-inf', 'nan'].map((who, line) => ({ line, cells: { who, when: at(0) } }))),
      timeColumn: 'when',
      joined: [
        { group, features: [column('ratio', 'Fractional'), column('label', 'String')], idColumn: 'who', reader },
      ],
      reject: async () => undefined,
      pause: async () => undefined,
    }),
  );
  expect(sets.flat().map((row) => row.values)).toEqual([
    ['1.5', '1.5'],
    [undefined, 'inf'],
    [undefined, '-inf'],
    [undefined, 'nan'],
  ]);
});
