import { Documents, group } from '../aggregated.js';

const documents = new Documents({
  a: { tag: 'x', title: 'one', n: '1' },
  b: { tag: 'x', title: 'one', n: '2' },
  c: { tag: 'y', title: 'two', n: '2' },
  d: { tag: 'y' },
});

test('different values are counted, missing ones are not', () => {
  expect(documents.rows('*', group([], ['COUNT_DISTINCT', '@title'], ['COUNT_DISTINCTISH', '@n']))).toEqual([
    { count_distinct: 2, count_distinctish: 2 },
  ]);
});

test('what groups have seen is added up', () => {
  const rows = documents.rows('*', group(['tag'], ['HLL', '@n']), group([], ['HLL_SUM', '@hll']));
  expect(rows).toEqual([{ hll_sum: 2 }]);
});
