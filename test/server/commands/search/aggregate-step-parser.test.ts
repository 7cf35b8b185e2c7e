import { boundedSteps, stepReaders } from '#server/commands/search/aggregate-step-parser.js';
import { parseFtAggregate } from '#server/commands/search/ft-aggregate-parser.js';
import { parsedLine } from './parsing.js';

function steps(options: string) {
  const result = parsedLine(parseFtAggregate, `idx * ${options}`);
  return typeof result === 'string' ? result : result.steps;
}

const order = (max: number, ...keys: [string, 'ASC' | 'DESC'][]) => ({
  kind: 'sort',
  keys: keys.map(([name, direction]) => ({ name, order: direction })),
  max,
});

test.each([
  ['LOAD *', [{ kind: 'load', fields: undefined }]],
  [
    'LOAD 4 @a AS x b',
    [
      {
        kind: 'load',
        fields: [
          { name: '@a', as: 'x' },
          { name: 'b', as: 'b' },
        ],
      },
    ],
  ],
  ['APPLY @a+1 AS b', [{ kind: 'apply', expression: '@a+1', as: 'b' }]],
  [
    'FILTER @a>1 LIMIT 1 2',
    [
      { kind: 'filter', expression: '@a>1' },
      { kind: 'limit', offset: 1, count: 2 },
    ],
  ],
  [
    'GROUPBY 2 @a @b REDUCE COUNT 0 REDUCE SUM 1 @c AS s',
    [
      {
        kind: 'group',
        keys: ['@a', '@b'],
        reducers: [
          { name: 'COUNT', arguments: [], as: undefined },
          { name: 'SUM', arguments: ['@c'], as: 's' },
        ],
      },
    ],
  ],
  ['GROUPBY 0', [{ kind: 'group', keys: [], reducers: [] }]],
  ['SORTBY 1 @a', [order(10, ['@a', 'ASC'])]],
  ['SORTBY 4 @a DESC @b ASC', [order(10, ['@a', 'DESC'], ['@b', 'ASC'])]],
  ['SORTBY 2 @a DESC MAX 3', [order(3, ['@a', 'DESC'])]],
  ['SORTBY 3 @a MAX 3', [order(3, ['@a', 'ASC'])]],
  ['SORTBY 2 @a MAX 3', [order(3, ['@a', 'ASC'])]],
  ['SORTBY 1 a DESC', [order(10, ['a', 'DESC'])]],
  ['SORTBY 1 a ASC', [order(10, ['a', 'ASC'])]],
  ['SORTBY 1 @a MAX 0', [order(Number.POSITIVE_INFINITY, ['@a', 'ASC'])]],
  ['SORTBY 1 @a LIMIT 5 20', [order(25, ['@a', 'ASC']), { kind: 'limit', offset: 5, count: 20 }]],
  ['SORTBY 1 @a MAX 10 LIMIT 0 20', [order(10, ['@a', 'ASC']), { kind: 'limit', offset: 0, count: 20 }]],
  ['LIMIT 5 20 SORTBY 1 @a', [order(25, ['@a', 'ASC']), { kind: 'limit', offset: 5, count: 20 }]],
])('%s is understood', (options, expected) => {
  expect(steps(options)).toEqual(expected);
});

test.each([
  ['LOAD 2 a AS', 'Bad arguments for LOAD: Expected an argument, but none provided'],
  ['LOAD x', 'Bad arguments for LOAD: the count is outside acceptable bounds'],
  ['APPLY', 'Bad arguments for APPLY: Expected an argument, but none provided'],
  ['GROUPBY 1 a', 'Bad arguments for GROUPBY: Unknown property `a`. Did you mean `@a`?'],
  ['GROUPBY 1 @a REDUCE', 'Bad arguments for REDUCE: Expected an argument, but none provided'],
  ['GROUPBY 1 @a REDUCE SUM 2 @b', 'Bad arguments for SUM: Expected an argument, but none provided'],
  ['SORTBY 1 @a MAX', 'Bad arguments for MAX: Expected an argument, but none provided'],
  ['SORTBY 1 @a MAX x', 'Bad arguments for MAX: the count is outside acceptable bounds'],
  ['LIMIT 1', expect.stringContaining('LIMIT')],
])('%s is refused', (options, message) => {
  expect(steps(options)).toEqual(message);
});

test('an expression without a name is its own', () => {
  expect(steps('APPLY @a')).toEqual([{ kind: 'apply', expression: '@a', as: 'a' }]);
});

test('every step has a reader, and none makes none', () => {
  expect([...stepReaders.keys()]).toEqual(['LOAD', 'APPLY', 'FILTER', 'GROUPBY', 'SORTBY', 'LIMIT']);
  expect(boundedSteps({ steps: [] })).toEqual([]);
});
