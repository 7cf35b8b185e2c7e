import { parseFtHybrid } from '#server/commands/search/ft-hybrid-parser.js';
import { parsedLine } from './parsing.js';

function parse(options: string) {
  const result = parsedLine(
    parseFtHybrid,
    `idx SEARCH shoes VSIM @v $q${options === '' ? '' : ' '}${options} PARAMS 2 q x`,
  );
  return typeof result === 'string' ? result : { ...result.wish, steps: result.question.steps };
}

const defaults = {
  near: '(*)=>[KNN 10 @v $q AS __vsim_distance]',
  field: 'v',
  fusion: { kind: 'RRF', constant: 60 },
  window: 20,
  names: { words: undefined, near: undefined, fused: undefined },
  showsKeys: true,
  steps: [{ kind: 'limit', offset: 0, count: 10 }],
};
const none = defaults.names;

test.each([
  ['', {}],
  ['KNN 4 K 5 EF_RUNTIME 50', { near: '(*)=>[KNN 5 @v $q EF_RUNTIME 50 AS __vsim_distance]' }],
  ['KNN 4 K 10 YIELD_SCORE_AS s', { names: { ...none, near: 's' } }],
  ['KNN 2 K 10 YIELD_SCORE_AS s', { names: { ...none, near: 's' } }],
  ['FILTER @a:{x}', { near: '(@a:{x})=>[KNN 10 @v $q AS __vsim_distance]' }],
  ['FILTER 1 @a:{x} POLICY ADHOC', { near: '(@a:{x})=>[KNN 10 @v $q AS __vsim_distance]' }],
  [
    'RANGE 4 RADIUS 2 EPSILON 0.1 FILTER @a:{x}',
    { near: '@v:[VECTOR_RANGE 2 $q]=>{$YIELD_DISTANCE_AS: __vsim_distance; $EPSILON: 0.1} (@a:{x})' },
  ],
  ['COMBINE RRF 4 WINDOW 5 CONSTANT 1.5', { window: 5, fusion: { kind: 'RRF', constant: 1.5 } }],
  ['COMBINE LINEAR 4 ALPHA 0.7 BETA 0.2', { fusion: { kind: 'LINEAR', alpha: 0.7, beta: 0.2 } }],
  [
    'COMBINE LINEAR 2 YIELD_SCORE_AS f',
    { fusion: { kind: 'LINEAR', alpha: 0.3, beta: 0.7 }, names: { ...none, fused: 'f' } },
  ],
  ['COMBINE RRF 0 YIELD_SCORE_AS f', { names: { ...none, fused: 'f' } }],
  ['LIMIT 1 2', { steps: [{ kind: 'limit', offset: 1, count: 2 }] }],
  ['LOAD *', { showsKeys: false, steps: [{ kind: 'load', fields: undefined }, ...defaults.steps] }],
  ['COMBINE RRF 0 FILTER @x>1', { steps: [{ kind: 'filter', expression: '@x>1' }, ...defaults.steps] }],
  ['NOSORT', {}],
])('%p is understood', (options, changes) => {
  expect(parse(options)).toEqual({ ...defaults, ...changes });
});

test.each([
  ['COMBINE NOPE', 'Unexpected argument `NOPE`'],
  ['COMBINE RRF 1 WINDOW', 'Bad arguments for COMBINE: the count is outside acceptable bounds'],
  ['COMBINE RRF 2 CONSTANT x', 'Bad arguments for CONSTANT: the count is outside acceptable bounds'],
  ['NOPE', 'Unexpected argument `NOPE`'],
])('%p is refused', (options, message) => {
  expect(parse(options)).toBe(message);
});

test('both clauses must be there', () => {
  expect(parsedLine(parseFtHybrid, 'idx shoes VSIM @v $q')).toContain('FT.HYBRID index SEARCH query VSIM');
  expect(parsedLine(parseFtHybrid, 'idx SEARCH shoes @v $q')).toContain('a clause is missing');
});

test('words have a scorer and a name, and a vector may be written out', () => {
  const result = parsedLine(parseFtHybrid, 'idx SEARCH shoes SCORER BM25 YIELD_SCORE_AS w VSIM @v blob');
  if (typeof result === 'string') throw new Error(result);
  expect([result.question.scorer, result.wish.names.words]).toEqual(['BM25', 'w']);
  expect([...result.question.parameters.keys()]).toEqual(['__vsim']);
});
