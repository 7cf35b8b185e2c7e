import { atOnce, type Sliced, sortedInSlices, stepsPerBlock } from '#index/sliced.js';
import { SeededRandom } from '../fuzz/seeded-random.js';

test('work is done at once by whoever wants to', () => {
  function* work(): Sliced<number> {
    yield;
    yield;
    return 3;
  }
  expect(atOnce(work())).toBe(3);
});

test('items are sorted as the language sorts them, and equal ones stay in order', () => {
  const random = new SeededRandom(1);
  for (const length of [0, 1, 2, 3, 17, 1000]) {
    const items = Array.from({ length }, (_, at) => ({ key: random.below(10), at }));
    const sorted = atOnce(sortedInSlices(items, (a, b) => a.key < b.key));
    expect(sorted).toEqual(items.toSorted((a, b) => a.key - b.key || a.at - b.at));
  }
});

test('sorting takes turns', () => {
  const items = Array.from({ length: stepsPerBlock * 4 }, (_, at) => -at);
  let turns = 0;
  const work = sortedInSlices(items, (a, b) => a < b);
  while (work.next().done !== true) turns++;
  expect(turns).toBeGreaterThanOrEqual(4 * 9);
});
