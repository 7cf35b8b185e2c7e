import { parseFtSearch } from '#server/commands/search/ft-search-parser.js';
import { parsedLine } from './parsing.js';

function parse(options: string): unknown {
  const result = parsedLine(parseFtSearch, `idx *${options === '' ? '' : ' '}${options}`);
  if (typeof result === 'string') return result;
  const { returned, parameters, ...rest } = result;
  return {
    ...rest,
    index: result.index,
    query: result.query.utf8(),
    returned: returned?.map(({ name, as }) => [name.utf8(), as.utf8()]),
    parameters: Object.fromEntries([...parameters].map(([name, value]) => [name, Buffer.from(value).toString()])),
  };
}

const defaults = {
  index: 'idx',
  query: '*',
  withContent: true,
  withScores: false,
  withPayloads: false,
  withSortKeys: false,
  returned: undefined,
  sortBy: undefined,
  offset: 0,
  count: 10,
  parameters: {},
  timeoutMs: undefined,
};

test.each<[string, Record<string, unknown>]>([
  ['', {}],
  ['NOCONTENT', { withContent: false }],
  ['RETURN 0', { withContent: false, returned: [] }],
  ['RETURN 1 a', { returned: [['a', 'a']] }],
  [
    'RETURN 4 a AS x b',
    {
      returned: [
        ['a', 'x'],
        ['b', 'b'],
      ],
    },
  ],
  ['LIMIT 5 7', { offset: 5, count: 7 }],
  ['LIMIT 0 0', { count: 0 }],
  ['SORTBY n', { sortBy: { name: 'n', order: 'ASC' } }],
  ['SORTBY n ASC', { sortBy: { name: 'n', order: 'ASC' } }],
  ['sortby @n desc', { sortBy: { name: 'n', order: 'DESC' } }],
  ['PARAMS 4 a 1 B 2', { parameters: { a: '1', B: '2' } }],
  ['TIMEOUT 100', { timeoutMs: 100 }],
  ['TIMEOUT 0', { timeoutMs: 60000 }],
  ['WITHSCORES WITHPAYLOADS WITHSORTKEYS', { withScores: true, withPayloads: true, withSortKeys: true }],
  ['DIALECT 1', {}],
  ['DIALECT 4', {}],
  ['VERBATIM NOSTOPWORDS INORDER SLOP 1 LANGUAGE english EXPANDER e SCORER BM25STD PAYLOAD p INFIELDS 1 f', {}],
  ['LOCALONLY ALLSHARDS SOMESHARDS CONSISTENT INCONSISTENT', {}],
])('options "%s" are read', (options, expected) => {
  expect(parse(options)).toEqual({ ...defaults, ...expected });
});

test('options come in any order', () => {
  const options = ['PARAMS 2 q v', 'RETURN 1 d', 'SORTBY d', 'DIALECT 2', 'LIMIT 0 3'];
  expect(parse(options.toReversed().join(' '))).toEqual(parse(options.join(' ')));
});

test.each([
  ['WHAT', 'Unexpected argument `WHAT`'],
  ['FILTER n 1 2', 'Unexpected argument `FILTER`: it is not supported, write @field:[min max] in the query'],
  ['GEOFILTER g 1 2 3 km', 'Unexpected argument `GEOFILTER`: it is not supported, there are no GEO fields'],
  ['INKEYS 1 k', 'Unexpected argument `INKEYS`: it is not supported, read those keys instead'],
  ['SUMMARIZE', 'Unexpected argument `SUMMARIZE`: it is not supported, there is no text search'],
  ['HIGHLIGHT', 'Unexpected argument `HIGHLIGHT`: it is not supported, there is no text search'],
  ['EXPLAINSCORE', 'Unexpected argument `EXPLAINSCORE`: it is not supported, every document has the same score'],
  ['RETURN', 'Bad arguments for RETURN: Expected an argument, but none provided'],
  ['RETURN 2 a', 'Bad arguments for RETURN: Expected an argument, but none provided'],
  ['RETURN 2 a AS', 'Bad arguments for RETURN: Expected an argument, but none provided'],
  ['RETURN x a', 'Bad arguments for RETURN: the count is outside acceptable bounds'],
  ['LIMIT 0', 'Bad arguments for LIMIT: Expected an argument, but none provided'],
  ['LIMIT -1 5', 'LIMIT requires two non negative integers, an offset and a count'],
  ['LIMIT a b', 'LIMIT requires two non negative integers, an offset and a count'],
  ['LIMIT 0 1000001', 'LIMIT exceeds maximum of 1000000'],
  ['SORTBY', 'Bad arguments for SORTBY: Expected an argument, but none provided'],
  ['PARAMS 3 a 1 b', 'Parameter count must be an even number. Parameters must be specified in PARAM VALUE pairs'],
  ['PARAMS 4 a 1 a 2', 'Parameter a is already defined. Duplicate parameter `a`'],
  ['PARAMS 2 a', 'Bad arguments for PARAMS: Expected an argument, but none provided'],
  ['TIMEOUT 60001', 'TIMEOUT must be a positive integer greater than 0 and cannot exceed 60000.'],
  ['TIMEOUT soon', 'TIMEOUT must be a positive integer greater than 0 and cannot exceed 60000.'],
  ['DIALECT 0', 'DIALECT requires a non negative integer >=1 and <= 4'],
  ['DIALECT 5', 'DIALECT requires a non negative integer >=1 and <= 4'],
  ['SLOP', 'Bad arguments for SLOP: Expected an argument, but none provided'],
])('options "%s" are refused', (options, message) => {
  expect(parse(options)).toBe(message);
});
