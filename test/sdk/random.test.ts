import { systemRandom } from '#sdk/random.js';

test('the SDK draws numbers from 0 up to 1, not always the same', () => {
  const drawn = Array.from({ length: 100 }, systemRandom);
  for (const number of drawn) {
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(1);
  }
  expect(new Set(drawn).size).toBeGreaterThan(90);
});
