import { lineCharsMax, textLines } from '#sdk/features/bulk/text-lines.js';
import { all } from '../../../support/all.js';
import { inPieces } from './source-rows.js';

test.each([1, 2, 3, 100])('pieces of %i characters make no difference', async (size) => {
  expect(await all(textLines(inPieces('\uFEFFa\r\n\nb\nc', size)))).toEqual(['a', '', 'b', 'c']);
  expect(await all(textLines(inPieces('a\n', size)))).toEqual(['a']);
  expect(await all(textLines(inPieces('', size)))).toEqual([]);
});

test('a line without an end is given up before it fills the memory', async () => {
  await expect(all(textLines(inPieces('x'.repeat(lineCharsMax + 2), 1 << 20)))).rejects.toThrow('more than');
});
