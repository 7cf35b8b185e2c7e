import { formatJsonDouble } from '#server/json/json-number.js';

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [3, '3.0'],
  [-1.5, '-1.5'],
  [0.1, '0.1'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e16'],
  [59604644775390620, '5.960464477539062e16'],
  [1.6350000000001313e308, '1.6350000000001313e308'],
  [0.00001, '0.00001'],
  [0.000001, '1e-6'],
  [1.25e-7, '1.25e-7'],
  [123456.789, '123456.789'],
  [5e-324, '5e-324'],
])('%d is written as %s, and read as itself', (value, text) => {
  expect(formatJsonDouble(value)).toBe(text);
  expect(Object.is(Number(text), value)).toBe(true);
});
