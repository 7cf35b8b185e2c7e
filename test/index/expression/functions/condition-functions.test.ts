import { evaluated } from '../evaluated.js';

test('only the chosen side of a case is looked at', () => {
  expect(evaluated('case(@n > 1, "many", to_number("x"))', { n: 2 })).toBe('many');
  expect(evaluated('case(@gone, 1, 2)')).toBe(2);
});

test('a field exists or not', () => {
  expect(evaluated('exists(@a)', { a: '' })).toBe(1);
  expect(evaluated('exists(@b)', { a: '' })).toBe(0);
  expect(evaluated('case(exists(@b), @b, "none")', { a: '' })).toBe('none');
});

test('words that matched are answered up to a number', () => {
  expect(evaluated('matched_terms()', {}, ['a', 'b'])).toEqual(['a', 'b']);
  expect(evaluated('matched_terms(1)', {}, ['a', 'b'])).toEqual(['a']);
  expect(evaluated('matched_terms(0)', {}, ['a', 'b'])).toEqual(['a', 'b']);
});
