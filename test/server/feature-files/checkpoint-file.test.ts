import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noRows } from '#sdk/features/mod.js';
import { readCheckpoint, removeCheckpoint, saveCheckpoint } from '#server/feature-files/checkpoint-file.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-checkpoint-'));
const path = join(directory, 'c.json');

afterAll(() => rmSync(directory, { recursive: true }));

test('what was saved is read, until it is removed', async () => {
  const checkpoint = {
    ...{ file: 'f', fileBytes: 1, modifiedMs: 1.5, format: 'csv', skippedColumns: ['x'] },
    ...{ target: 't', group: 'g', groupCreatedAtMs: 1, state: noRows },
  };
  expect(await readCheckpoint(path)).toBeUndefined();
  await saveCheckpoint(path, checkpoint);
  await saveCheckpoint(path, { ...checkpoint, group: 'h' });
  expect(await readCheckpoint(path)).toEqual({ ...checkpoint, group: 'h' });
  expect(readdirSync(directory)).toEqual(['c.json']);
  await removeCheckpoint(path);
  await removeCheckpoint(path);
  expect(await readCheckpoint(path)).toBeUndefined();
});

test('a file of something else is not taken for one', async () => {
  writeFileSync(path, '{"state":1}');
  await expect(readCheckpoint(path)).rejects.toThrow('no checkpoint of a load');
});

test('a file that is there and cannot be read is not taken for none', async () => {
  await expect(readCheckpoint(directory)).rejects.toMatchObject({ code: 'EISDIR' });
});
