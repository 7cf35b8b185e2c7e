import { generatedName, withoutSigil } from '#index/aggregate/bind-reducer.js';
import { Documents, group } from './aggregated.js';

test.each([
  [['NOPE', '@n'], 'No such reducer: NOPE'],
  [['SUM'], 'Bad arguments for SUM: incorrect number of arguments (0) to reducer SUM'],
  [['COUNT', '@n'], 'Bad arguments for COUNT'],
  [['SUM', '@nope'], 'Property `nope` not loaded nor in pipeline'],
  [['QUANTILE', '@n', '2'], 'Bad arguments for QUANTILE: `2` must be between 0 and 1'],
  [['FIRST_VALUE', '@n', 'X', '@n'], 'Bad arguments for FIRST_VALUE: Unknown argument `X`'],
  [['FIRST_VALUE', '@n', 'BY'], 'Expected an argument, but none provided'],
] as const)('%p is refused', (reducer, message) => {
  const [name, ...args] = reducer;
  expect(() => new Documents().run('*', [group([], [name, ...args])])).toThrow(message);
});

test('a reducer without a name gets one', () => {
  expect(generatedName({ name: 'COUNT_DISTINCT', arguments: ['@rating'], as: undefined })).toBe(
    '__generated_aliascount_distinctrating',
  );
  expect(generatedName({ name: 'quantile', arguments: ['@a', '0.5'], as: undefined })).toBe(
    '__generated_aliasquantilea,0.5',
  );
  expect([withoutSigil('@a'), withoutSigil('a')]).toEqual(['a', 'a']);
});
