import { parseFields } from '#server/commands/search/field-parser.js';
import { parsedLine } from './parsing.js';

test('options of a field come in any order and are told in one', () => {
  expect(
    parsedLine(parseFields, 't TAG SORTABLE SEPARATOR ; NOINDEX CASESENSITIVE UNF INDEXEMPTY INDEXMISSING'),
  ).toEqual([
    {
      field: { type: 'TAG', identifier: 't', alias: 't', separator: ';' },
      flags: new Set(['CASESENSITIVE', 'INDEXMISSING', 'INDEXEMPTY', 'SORTABLE', 'UNF', 'NOINDEX']),
    },
  ]);
});

test('the options of one field end where the next begins', () => {
  const fields = parsedLine(
    parseFields,
    'a NUMERIC SORTABLE CASESENSITIVE AS b TAG WEIGHT TEXT PHONETIC dm:en WEIGHT 2',
  );
  expect(fields).toEqual([
    { field: { type: 'NUMERIC', identifier: 'a', alias: 'a' }, flags: new Set(['SORTABLE']) },
    {
      field: {
        type: 'TAG',
        identifier: 'CASESENSITIVE',
        alias: 'b',
      },
      flags: new Set(),
    },
    { field: { type: 'TEXT', identifier: 'WEIGHT', alias: 'WEIGHT', weight: 2 }, flags: new Set() },
  ]);
});

test.each([
  ['f', 'Field `f` does not have a type'],
  ['f AS g', 'Field `g` does not have a type'],
  ['f WORD', 'Invalid field type for field `f`: Unknown argument `WORD`'],
  ['f geoshape', 'Invalid field type for field `f`: Unknown argument `GEOSHAPE`, GEOSHAPE is not supported'],
  ['f TEXT WEIGHT x', 'Error parsing value for the parameter `WEIGHT` - `x` is not a valid weight'],
  ['f TAG SEPARATOR', 'ERR syntax error'],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFields, line)).toBe(message);
});
