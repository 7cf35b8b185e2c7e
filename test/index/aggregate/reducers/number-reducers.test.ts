import { Documents, group } from '../aggregated.js';

const reduced = (values: readonly string[], ...reducer: [string, ...string[]]) => {
  const documents = new Documents(Object.fromEntries(values.map((n, at) => [`k${at}`, { title: n }])));
  return documents.rows('*', { kind: 'load', fields: [{ name: 'title', as: 'x' }] }, group([], reducer))[0];
};

const reductions: [[string, ...string[]], Record<string, number>][] = [
  [['COUNT'], { count: 4 }],
  [['SUM', '@x'], { sum: 6 }],
  [['AVG', 'x'], { avg: 2 }],
  [['MIN', '@x'], { min: 1 }],
  [['MAX', '@x'], { max: 3 }],
  [['STDDEV', '@x'], { stddev: 1 }],
  [['QUANTILE', '@x', '0.5'], { quantile: 2 }],
  [['QUANTILE', '@x', '0.5', '100'], { quantile: 2 }],
];

test.each(reductions)('%p over numbers', (reducer, result) => {
  expect(reduced(['3', '1', 'many', '2'], ...reducer)).toEqual(result);
});

test.each(['SUM', 'AVG', 'MIN', 'MAX'])('%s over no number is none', (name) => {
  expect(reduced(['many'], name, '@x')).toEqual({ [name.toLowerCase()]: Number.NaN });
});

test('one number deviates from nothing', () => {
  expect(reduced(['3'], 'STDDEV', '@x')).toEqual({ stddev: 0 });
});

test('lists are taken number by number', () => {
  const documents = new Documents({ a: { title: '1,2' }, b: { title: '4' } });
  const rows = documents.rows(
    '*',
    { kind: 'apply', expression: 'split(@title)', as: 'parts' },
    group([], ['SUM', '@parts']),
  );
  expect(rows).toEqual([{ sum: 7 }]);
});
