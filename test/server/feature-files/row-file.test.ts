import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatOf, openRowFile } from '#server/feature-files/row-file.js';
import { all } from '../../support/all.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-rows-'));

afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

test('the end of a name says the format, or nothing', () => {
  expect(['a.csv', 'a.JSONL', 'a.ndjson', 'a.b.parquet', 'a.txt', 'csv'].map(formatOf)).toEqual([
    'csv',
    'jsonl',
    'jsonl',
    'parquet',
    undefined,
    undefined,
  ]);
});

test('rows after the first few, and how much has been read', async () => {
  const file = await openRowFile(write('a.csv', 'x\n1\n2\nü\n'), 'csv');
  expect(file.share()).toBe(0);
  expect(await all(file.rowsAfter(1))).toEqual([
    { line: 3, cells: { x: '2' } },
    { line: 4, cells: { x: 'ü' } },
  ]);
  expect(file.share()).toBe(1);
  expect(file.bytes).toBe(9);
  expect(await all((await openRowFile(write('a.jsonl', '{"x":1}\n'), 'jsonl')).rowsAfter(0))).toHaveLength(1);
});

test('what is no UTF-8 does not become other characters', async () => {
  const path = write('latin.csv', Buffer.from('x\ngr\u00fcn\n', 'latin1'));
  await expect(all((await openRowFile(path, 'csv')).rowsAfter(0))).rejects.toThrow('not UTF-8');
});
