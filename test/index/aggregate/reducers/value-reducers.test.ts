import { Documents, group } from '../aggregated.js';

const documents = new Documents({
  a: { title: 'one', n: '2' },
  b: { title: 'two', n: '1' },
  c: { title: 'one', n: '3' },
  d: { title: 'four' },
  e: { n: '4' },
});

test('values are listed once each', () => {
  expect(documents.rows('*', group([], ['TOLIST', '@title']))).toEqual([{ tolist: ['one', 'two', 'four'] }]);
});

test.each([
  [[], 'one'],
  [['BY', '@n'], 'two'],
  [['BY', '@n', 'ASC'], 'two'],
  [['by', '@n', 'desc'], undefined],
])('the first value %p is %p', (args, first) => {
  expect(documents.rows('*', group([], ['FIRST_VALUE', '@title', ...args]))).toEqual([{ first_value: first }]);
});

test('a sample has as many values as there are, or are asked for', () => {
  const sample = (size: string) => documents.rows('*', group([], ['RANDOM_SAMPLE', '@title', size]))[0]?.random_sample;
  expect(sample('9')).toEqual(['one', 'two', 'one', 'four']);
  expect(sample('0')).toEqual([]);
  expect(sample('2')).toHaveLength(2);
});
