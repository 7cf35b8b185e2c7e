import fc from 'fast-check';
import { csvRows } from '#sdk/features/bulk/csv-rows.js';
import { all } from '../../../support/all.js';
import { inPieces } from './source-rows.js';

const rows = (text: string, size = 7) => all(csvRows(inPieces(text, size)));

test('a cell with nothing in it has no value, quotes around nothing are the empty text', async () => {
  expect(await rows('a,b,c\n1,,""\n\n"x,""y""\r\nz",2,\n')).toEqual([
    { line: 2, cells: { a: '1', b: undefined, c: '' } },
    { line: 4, cells: { a: 'x,"y"\r\nz'.replace('\r', ''), b: '2', c: undefined } },
  ]);
});

test('what is no row is told with its line and its text', async () => {
  expect(await rows('a,b\n1\n1,2,3\n"x"y,2\n3,4\n"open,5\n6,7')).toEqual([
    { line: 2, text: '1', problem: 'The row has 1 cells, and the first line 2' },
    { line: 3, text: '1,2,3', problem: 'The row has 3 cells, and the first line 2' },
    { line: 4, text: '"x"y,2', problem: 'Quotes are not as in CSV' },
    { line: 5, cells: { a: '3', b: '4' } },
    { line: 6, text: '"open,5\n6,7', problem: 'Quotes are not as in CSV' },
  ]);
});

test.each([
  ['', 'The file is empty'],
  ['a,,b\n', 'does not name every column'],
  ['a,b,a\n', "names the column 'a' twice"],
])('the header %j is refused', async (text, why) => {
  await expect(rows(text)).rejects.toThrow(why);
});

test('what was written comes back, whatever is in it and however it is cut', async () => {
  const cell = fc.option(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'ü', '') }), { nil: undefined });
  const quoted = (text: string | undefined): string => (text === undefined ? '' : `"${text.replaceAll('"', '""')}"`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 1, max: 9 }), async (table, size) => {
      const text = ['a,b', ...table.map((cells) => cells.map(quoted).join(','))].join('\n');
      const found = (await rows(text, size)).map((row) => ('cells' in row ? row.cells : row));
      expect(found).toEqual(table.map(([a, b]) => ({ a, b })));
    }),
    { seed: 1 },
  );
});
