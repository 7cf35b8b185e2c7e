import { dayNames, monthNames, shortNameChars } from '#index/expression/functions/time-names.js';

test('names are told apart by their short forms', () => {
  for (const names of [dayNames, monthNames]) {
    expect(new Set(names.map((name) => name.slice(0, shortNameChars))).size).toBe(names.length);
  }
});
