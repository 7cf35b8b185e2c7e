import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesNoted, RejectedFile } from '#server/feature-files/rejected-file.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-rejected-'));
const path = join(directory, 'r.jsonl');
const rejection = (line: number, row: unknown = 'x') => ({ line, reason: 'why', row });

afterAll(() => rmSync(directory, { recursive: true }));

test('what was noted after the last state is cut off', async () => {
  const first = new RejectedFile(path, 0);
  const length = await first.add([rejection(1, { id: 2n ** 60n })]);
  await first.add([rejection(2)]);
  await first.close();
  const second = new RejectedFile(path, length);
  await second.add([rejection(3, 'ü')]);
  await second.close();
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([rejection(1, { id: '1152921504606846976' }), rejection(3, 'ü')]);
});

test('a run without rejections leaves no file of an earlier one, unless it goes on with it', async () => {
  writeFileSync(path, 'old');
  await new RejectedFile(path, 3).close();
  expect(existsSync(path)).toBe(true);
  await new RejectedFile(path, 0).close();
  expect(existsSync(path)).toBe(false);
});

test('what was noted is there as a whole, or it is nothing', async () => {
  writeFileSync(path, 'noted');
  expect([await bytesNoted(path, 0), await bytesNoted(path, 3), await bytesNoted(path, 5)]).toEqual([0, 3, 5]);
  expect(await bytesNoted(path, 6)).toBe(0);
  rmSync(path);
  expect(await bytesNoted(path, 5)).toBe(0);
  await expect(bytesNoted(join(directory, 'x'.repeat(300)), 5)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
});
