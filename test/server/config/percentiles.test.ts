import { percentiles } from '#server/config/percentiles.js';

test('reads numbers divided by spaces', () => {
  expect([percentiles('50 99.9 0 100'), percentiles(' ')]).toEqual([[50, 99.9, 0, 100], []]);
});

test.each([
  ['x', 'Invalid'],
  ['50 101', 'between'],
  ['-1', 'between'],
])('refuses %s', (text, message) => {
  expect(() => percentiles(text)).toThrow(message);
});
