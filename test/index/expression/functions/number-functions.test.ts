import { evaluated } from '../evaluated.js';

test.each([
  ['abs(-2.5)', 2.5],
  ['ceil(1.2)', 2],
  ['floor(-1.2)', -2],
  ['exp(0)', 1],
  ['log(1)', 0],
  ['log2("8")', 3],
  ['sqrt(-1)', Number.NaN],
  ['abs("x")', Number.NaN],
])('%s is %p', (text, value) => {
  expect(evaluated(text)).toBe(value);
});
