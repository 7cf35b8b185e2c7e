import { SortStage } from '#index/aggregate/stages/sort-stage.js';
import type { Value } from '#index/expression/value.js';
import { atOnce } from '#index/sliced.js';
import { CollectingStage, rowOf, slot } from './collecting-stage.js';

function sorted(rows: readonly (readonly Value[])[], directions: readonly boolean[], max = 100): Value[][] {
  const end = new CollectingStage();
  const stage = new SortStage(
    end,
    directions.map((isDescending, at) => ({ read: slot(at), isDescending })),
    max,
  );
  for (const row of rows) stage.push(rowOf(...row));
  atOnce(stage.finish());
  expect(end.isFinished).toBe(true);
  return end.rows;
}

test('nothing comes last in either direction', () => {
  const rows = [[2], [undefined], [1], [3]];
  expect(sorted(rows, [false])).toEqual([[1], [2], [3], [undefined]]);
  expect(sorted(rows, [true])).toEqual([[3], [2], [1], [undefined]]);
});

test('the first rows are kept', () => {
  expect(sorted([[2], [5], [1], [3]], [true], 2)).toEqual([[5], [3]]);
  expect(sorted([[2]], [true], 0)).toEqual([]);
});

test('what is equal is decided by the next key, and then by the order of arrival', () => {
  const rows = [
    ['a', 1, 'x'],
    ['b', 1, 'x'],
    ['a', 2, 'x'],
    ['a', 1, 'y'],
  ];
  expect(sorted(rows, [false, true])).toEqual([
    ['a', 2, 'x'],
    ['a', 1, 'x'],
    ['a', 1, 'y'],
    ['b', 1, 'x'],
  ]);
});
