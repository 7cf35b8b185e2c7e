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
  withAllValues: false,
  returned: undefined,
  sortBy: undefined,
  offset: 0,
  count: 10,
  parameters: {},
  timeoutMs: undefined,
  words: {},
  restrictions: [],
  scorer: undefined,
  explainScore: false,
  payload: undefined,
  highlight: undefined,
  summarize: undefined,
};

const wide = { min: Number.NEGATIVE_INFINITY, minExclusive: false, max: 2, maxExclusive: true };

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
  ['DIALECT 2', {}],
  ['DIALECT 3', { withAllValues: true }],
  ['DIALECT 4', { withAllValues: true }],
  [
    'VERBATIM NOSTOPWORDS INORDER SLOP 1 LANGUAGE English EXPANDER e INFIELDS 1 f',
    {
      words: { verbatim: true, noStopWords: true, inOrder: true, slop: 1, language: 'english', inFields: ['f'] },
    },
  ],
  [
    'SCORER tfidf.docnorm WITHSCORES EXPLAINSCORE PAYLOAD p',
    { scorer: 'TFIDF.DOCNORM', withScores: true, explainScore: true, payload: Buffer.from('p') },
  ],
  ['FILTER n -inf (2', { restrictions: [{ kind: 'numeric', alias: 'n', range: wide }] }],
  ['GEOFILTER g 1 2 3 KM', { restrictions: [{ kind: 'geo', alias: 'g', lon: 1, lat: 2, radiusM: 3000 }] }],
  ['INKEYS 2 a b', { restrictions: [{ kind: 'keys', keys: ['a', 'b'] }] }],
  ['HIGHLIGHT', { highlight: { fields: undefined, what: { open: '<b>', close: '</b>' } } }],
  ['HIGHLIGHT FIELDS 1 t TAGS [ ]', { highlight: { fields: new Set(['t']), what: { open: '[', close: ']' } } }],
  ['SUMMARIZE', { summarize: { fields: undefined, what: { fragments: 3, words: 20, separator: '... ' } } }],
  [
    'SUMMARIZE FIELDS 1 t LEN 2 FRAGS 1 SEPARATOR ; NOCONTENT',
    { withContent: false, summarize: { fields: new Set(['t']), what: { fragments: 1, words: 2, separator: ';' } } },
  ],
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
  ['FILTER n 1', 'Bad arguments for FILTER: Expected an argument, but none provided'],
  ['FILTER n one 2', 'Bad arguments for FILTER: `one` is not a valid bound'],
  ['GEOFILTER g 1 2 3 parsec', 'Bad arguments for GEOFILTER: `parsec`'],
  ['GEOFILTER g x 2 3 km', 'Bad arguments for GEOFILTER: `x`'],
  ['GEOFILTER g 1 2 0 km', 'Bad arguments for GEOFILTER: `1 2 0`'],
  ['INKEYS 2 k', 'Bad arguments for INKEYS: Expected an argument, but none provided'],
  ['SUMMARIZE LEN 0', 'Bad arguments for `SUMMARIZE`: FRAGS and LEN are integers from 1 to 10000'],
  ['HIGHLIGHT TAGS a', 'Bad arguments for HIGHLIGHT: Expected an argument, but none provided'],
  ['SCORER best', 'No such scorer best: Unknown argument `best`'],
  ['SLOP -1', 'Bad arguments for SLOP: a non negative integer is required'],
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
