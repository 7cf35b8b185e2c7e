import { parseFtSpellCheck } from '#server/commands/search/ft-spellcheck.js';
import { startInProcess } from '../../../support/in-process.js';
import { parsedLine } from './parsing.js';

const client = startInProcess().connect();
client.call('FT.CREATE', 'idx', 'SCHEMA', 'name', 'TEXT', 'body', 'TEXT');
client.call('HSET', '1', 'name', 'name1', 'body', 'body1');
client.call('HSET', '2', 'name', 'name2', 'body', 'body2');
client.call('HSET', '3', 'name', 'name2', 'body', 'name2');
client.call('FT.DICTADD', 'list', 'name3', 'names');

const check = (...argv: (string | number)[]): unknown => client.call('FT.SPELLCHECK', 'idx', ...argv);

test('suggestions come with the part of the documents that hold them, the best first', () => {
  expect(check('name')).toEqual([
    [
      'TERM',
      'name',
      [
        ['0.66666666666666663', 'name2'],
        ['0.33333333333333331', 'name1'],
      ],
    ],
  ]);
  expect(check('name1')).toEqual([]);
  expect(check('nothing')).toEqual([['TERM', 'nothing', []]]);
  expect(check('nbme', 'DISTANCE', 2, 'DIALECT', 2)).toEqual([['TERM', 'nbme', expect.any(Array)]]);
});

test('lists are searched, too, or stop the search', () => {
  expect(check('name', 'TERMS', 'include', 'list')).toEqual([
    ['TERM', 'name', [expect.anything(), expect.anything(), ['0', 'name3'], ['0', 'names']]],
  ]);
  expect(check('names', 'TERMS', 'EXCLUDE', 'list')).toEqual([]);
  expect(client.error('FT.SPELLCHECK', 'idx', 'x', 'TERMS', 'INCLUDE', 'none')).toBe('Dict does not exist: none');
});

test('in RESP3 they are maps', () => {
  const third = startInProcess().connect();
  third.call('HELLO', 3);
  third.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TEXT');
  third.call('HSET', '1', 't', 'held');
  expect(third.call('FT.SPELLCHECK', 'idx', 'help')).toEqual(
    new Map([['results', new Map([['help', [new Map([['held', 1]])]]])]]),
  );
});

test.each([
  ['i q DISTANCE 0', 'bad distance given, distance must be a natural number between 1 to 4'],
  ['i q DISTANCE 5', 'bad distance given, distance must be a natural number between 1 to 4'],
  ['i q DISTANCE x', 'bad distance given, distance must be a natural number between 1 to 4'],
  ['i q TERMS', 'bad format, exclude/include operation was not given'],
  ['i q TERMS INCLUDE', 'bad format, exclude/include operation was not given'],
  ['i q TERMS OTHER list', 'bad format, exclude/include operation was not given'],
  ['i q NOW', 'Unexpected argument `NOW`'],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFtSpellCheck, line)).toBe(message);
});

test('an index that is not there, and a query that is none, are errors', () => {
  expect(client.error('FT.SPELLCHECK', 'nope', 'x')).toContain('Unknown index name');
  expect(client.error('FT.SPELLCHECK', 'idx', '@name:(')).toMatch(/./);
});
