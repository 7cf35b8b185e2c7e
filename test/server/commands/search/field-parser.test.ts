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
    { field: { type: 'TEXT', identifier: 'WEIGHT', alias: 'WEIGHT', weight: 2, phonetic: 'dm:en' }, flags: new Set() },
  ]);
});

test.each([
  ['s GEOSHAPE FLAT NOINDEX', 'FLAT', ['NOINDEX']],
  ['s GEOSHAPE spherical', 'SPHERICAL', []],
  ['s GEOSHAPE COORD_SYSTEM FLAT', 'FLAT', []],
  ['s GEOSHAPE INDEXMISSING SORTABLE', 'SPHERICAL', ['INDEXMISSING', 'SORTABLE']],
])('%s has coordinates that are %s', (line, coordinates, flags) => {
  expect(parsedLine(parseFields, line)).toEqual([
    { field: { type: 'GEOSHAPE', identifier: 's', alias: 's', coordinates }, flags: new Set(flags) },
  ]);
});

test.each([
  ['f', 'Field `f` does not have a type'],
  ['f AS g', 'Field `g` does not have a type'],
  ['f WORD', 'Invalid field type for field `f`: Unknown argument `WORD`'],
  ['f TEXT PHONETIC dm:tt', expect.stringMatching(/^Matcher Format: .*, but got `dm:tt`$/)],
  ['f TEXT PHONETIC something', expect.stringMatching(/^Matcher Format/)],
  ['f TEXT WEIGHT x', 'Error parsing value for the parameter `WEIGHT` - `x` is not a valid weight'],
  ['f TAG SEPARATOR', 'ERR syntax error'],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFields, line)).toEqual(message);
});
