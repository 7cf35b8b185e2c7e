import { jsonRows } from '#sdk/features/bulk/json-rows.js';
import { all } from '../../../support/all.js';
import { inPieces } from './source-rows.js';

test('an object a line; what is none says so under its line', async () => {
  const text = '{"a":1,"b":null}\n\n[1]\n{"a":\nnull\n{"a":"ü"}';
  expect(await all(jsonRows(inPieces(text, 3)))).toEqual([
    { line: 1, cells: { a: 1, b: null } },
    { line: 3, text: '[1]', problem: 'The line is no JSON object' },
    { line: 4, text: '{"a":', problem: 'The line is no JSON' },
    { line: 5, text: 'null', problem: 'The line is no JSON object' },
    { line: 6, cells: { a: 'ü' } },
  ]);
});
