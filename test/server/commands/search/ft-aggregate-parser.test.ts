import {
  aggregateQuestion,
  parseFtAggregate,
  readRows,
  readRowsDefault,
} from '#server/commands/search/ft-aggregate-parser.js';
import { parsedLine } from './parsing.js';

function parse(options: string) {
  const result = parsedLine(parseFtAggregate, `idx *${options === '' ? '' : ' '}${options}`);
  if (typeof result === 'string') return result;
  const { query, parameters, ...rest } = result;
  return { ...rest, query: query.utf8(), parameters: [...parameters.keys()] };
}

const defaults = {
  index: 'idx',
  query: '*',
  steps: [],
  parameters: [],
  timeoutMs: undefined,
  words: {},
  scorer: undefined,
  addScores: false,
  cursor: undefined,
};

test.each([
  ['', {}],
  [
    'VERBATIM INORDER SLOP 2 LANGUAGE German',
    { words: { verbatim: true, inOrder: true, slop: 2, language: 'german' } },
  ],
  ['ADDSCORES SCORER bm25std', { addScores: true, scorer: 'BM25STD' }],
  ['PARAMS 2 a b TIMEOUT 5 DIALECT 2 FORMAT STRING', { parameters: ['a'], timeoutMs: 5 }],
  ['WITHCURSOR', { cursor: { count: readRowsDefault, idleMsMax: undefined } }],
  ['WITHCURSOR COUNT 5 MAXIDLE 10', { cursor: { count: 5, idleMsMax: 10 } }],
  ['WITHCURSOR MAXIDLE 10 COUNT 5', { cursor: { count: 5, idleMsMax: 10 } }],
  ['WITHCOUNT ALLSHARDS CONSISTENT', {}],
])('%p is understood', (options, changes) => {
  expect(parse(options)).toMatchObject({ ...defaults, ...changes });
});

test.each([
  ['NOPE', 'Unexpected argument `NOPE`'],
  ['WITHCURSOR COUNT 0', 'Bad arguments for COUNT: Value is outside acceptable bounds'],
  ['WITHCURSOR MAXIDLE 0', 'Bad arguments for MAXIDLE: Value is outside acceptable bounds'],
  ['DIALECT 9', 'DIALECT requires a non negative integer >=1 and <= 4'],
  ['SCORER nope', 'No such scorer nope: Unknown argument `nope`'],
])('%p is refused', (options, message) => {
  expect(parse(options)).toBe(message);
});

test('scores are asked for by ADDSCORES', () => {
  const question = (options: string) => {
    const result = parsedLine(parseFtAggregate, `idx *${options}`);
    return typeof result === 'string' ? result : aggregateQuestion(result).scores;
  };
  expect([question(' ADDSCORES'), question('')]).toEqual(['wanted', undefined]);
});

test('a reading has a number of rows', () => {
  expect([parsedLine(readRows, '5'), parsedLine(readRows, 'x')]).toEqual([5, expect.stringContaining('COUNT')]);
});
