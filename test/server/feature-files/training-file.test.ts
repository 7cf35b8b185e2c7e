import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupFrom } from '#sdk/features/feature-group.js';
import { openParquetRows } from '#server/feature-files/parquet-rows.js';
import { openTrainingFile, valueJson } from '#server/feature-files/training-file.js';
import { newGroup } from '../../contract/feature-store.js';
import { all } from '../../support/all.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-training-'));
const group = groupFrom({ ...newGroup('g', 0), generation: 1 });
const columns = group.features.slice(2).map((feature) => ({ name: `f_${feature.name}`, feature }));
const rows = [
  { line: 1, cells: { id: 'x', n: 1.5, big: 2n ** 60n }, values: ['9007199254740993', 'ü"', ['s'], ['0.5', '1e3']] },
  { line: 2, cells: { id: 'y', n: 2, big: null }, values: [undefined, undefined, undefined, undefined] },
];

afterAll(() => rmSync(directory, { recursive: true }));

test('JSON Lines keep all digits, and a file has its name when it is whole', async () => {
  const path = join(directory, 'set.jsonl');
  const file = openTrainingFile(path, 'jsonl', columns);
  await file.add(rows.slice(0, 1));
  expect(existsSync(path)).toBe(false);
  await file.add(rows.slice(1));
  await file.finish();
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    '{"id":"x","n":1.5,"big":1152921504606846976,"f_a":9007199254740993,"f_b":"ü\\"","f_tags":["s"],"f_v":[0.5,1000]}',
    '{"id":"y","n":2,"big":null,"f_a":null,"f_b":null,"f_tags":null,"f_v":null}',
    '',
  ]);
});

test('Parquet has the types of features, and of columns those of the first rows', async () => {
  const path = join(directory, 'set.parquet');
  const file = openTrainingFile(path, 'parquet', columns);
  await file.add(rows);
  await file.finish();
  const found = await all((await openParquetRows(path)).rowsAfter(0));
  expect(found.map((row) => 'cells' in row && row.cells)).toEqual([
    { id: 'x', n: 1.5, big: 2n ** 60n, f_a: 9007199254740993n, f_b: 'ü"', f_tags: '["s"]', f_v: '[0.5,1000]' },
    { id: 'y', n: 2, big: null, f_a: null, f_b: null, f_tags: null, f_v: null },
  ]);
});

test('what does not fit is an error and leaves no file', async () => {
  const path = join(directory, 'bad.parquet');
  const file = openTrainingFile(path, 'parquet', columns);
  const many = Array.from({ length: 10_000 }, (_, line) => ({ line, cells: { n: 1 }, values: [] }));
  await file.add(many);
  await expect(file.add([{ line: 3, cells: { f_a: 1 }, values: [] }])).rejects.toThrow('--full-names');
  await file.add([{ line: 7, cells: { n: 'x' }, values: [] }]);
  await expect(file.finish()).rejects.toThrow(
    "The column 'n' is of the type DOUBLE in the first rows, and not in line 7",
  );
  await file.abandon();
  const late = openTrainingFile(path, 'parquet', columns);
  await late.add(many);
  await late.add([{ line: 7, cells: { m: 1 }, values: [] }]);
  await expect(late.finish()).rejects.toThrow("'m' is not in the first rows");
  await late.abandon();
  expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
});

test('an empty set is a file, too', async () => {
  for (const format of ['jsonl', 'parquet'] as const) {
    const path = join(directory, `empty.${format}`);
    await openTrainingFile(path, format, columns).finish();
    expect(existsSync(path)).toBe(true);
  }
  const [a] = columns;
  expect(a && valueJson(a.feature, '+007')).toBe('7');
});
