import { newSecretId, systemRandom } from '#sdk/random.js';

test('the SDK draws numbers from 0 up to 1, not always the same', () => {
  const drawn = Array.from({ length: 100 }, systemRandom);
  for (const number of drawn) {
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(1);
  }
  expect(new Set(drawn).size).toBeGreaterThan(90);
});

test('ids that nobody guesses are long and differ', () => {
  const ids = Array.from({ length: 10 }, () => newSecretId());
  expect(new Set(ids).size).toBe(10);
  for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
});
