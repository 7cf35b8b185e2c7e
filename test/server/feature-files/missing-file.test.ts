import { readFile } from 'node:fs/promises';
import { isMissing } from '#server/feature-files/missing-file.js';

test('of the reasons why a file cannot be read, one is that there is none', async () => {
  const reasonOf = (path: string): Promise<unknown> => readFile(path).catch((error: unknown) => error);
  expect(isMissing(await reasonOf('/nowhere/at/all'))).toBe(true);
  expect(isMissing(await reasonOf('/'))).toBe(false);
  expect(isMissing(undefined)).toBe(false);
});
