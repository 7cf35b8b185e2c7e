import { Turns } from '#index/vector/turns.js';

test('handles a few in a turn, in order, whenever they come', () => {
  const later: (() => void)[] = [];
  const handled: number[] = [];
  const turns = new Turns<number>(
    3,
    (task) => void later.push(task),
    (item) => void handled.push(item),
  );
  turns.take([1, 2]);
  expect(handled).toEqual([1, 2]);
  expect(later).toHaveLength(0);
  turns.take([3, 4, 5, 6, 7]);
  expect(handled).toEqual([1, 2, 3, 4, 5]);
  turns.take([8, 9]);
  expect(handled).toEqual([1, 2, 3, 4, 5]);
  expect(later).toHaveLength(1);
  later.shift()?.();
  expect(handled).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  later.shift()?.();
  expect(handled).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(later).toHaveLength(0);
});

test('handles all of them where nobody else has a turn', () => {
  const handled: number[] = [];
  new Turns<number>(
    2,
    (task) => task(),
    (item) => void handled.push(item),
  ).take([1, 2, 3, 4, 5]);
  expect(handled).toEqual([1, 2, 3, 4, 5]);
});
