import { Documents } from './aggregated.js';

const words = (query: string, max = 100) =>
  new Documents({ a: { title: 'running cats and dogs' } }).rows(query, {
    kind: 'apply',
    expression: `matched_terms(${max})`,
    as: 'words',
  });

test('words are told in the order of the query, stems as they are looked for', () => {
  expect(words('dogs running')).toEqual([{ words: ['dogs', 'dog', 'running', 'run'] }]);
  expect(words('dogs running', 1)).toEqual([{ words: ['dogs'] }]);
  expect(words('"cats and dogs"')).toEqual([{ words: ['cats', 'dogs'] }]);
});

test('what is not to be there has not matched', () => {
  expect(words('cats -birds')[0]?.words).toContain('cats');
  expect(words('*')).toEqual([{ words: undefined }]);
});
