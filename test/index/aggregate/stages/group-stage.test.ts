import type { Row } from '#index/aggregate/row.js';
import { GroupStage } from '#index/aggregate/stages/group-stage.js';
import type { Value } from '#index/expression/value.js';
import { atOnce } from '#index/sliced.js';
import { CollectingStage, rowOf, slot } from './collecting-stage.js';

const counting = () => {
  let rows = 0;
  return { add: (_row: Row) => void rows++, result: () => rows };
};

function grouped(rows: readonly (readonly Value[])[], keys: number, max?: number): Value[][] {
  const end = new CollectingStage(max);
  const reads = Array.from({ length: keys }, (_, at) => slot(at));
  const stage = new GroupStage(end, reads, [counting], [...reads.keys(), keys]);
  for (const row of rows) stage.push(rowOf(...row));
  atOnce(stage.finish());
  expect(end.isFinished).toBe(true);
  return end.rows;
}

test('rows of one key are one group, in the order they came', () => {
  expect(grouped([['b'], ['a'], ['b'], [undefined]], 1)).toEqual([
    ['b', 2],
    ['a', 1],
    [undefined, 1],
  ]);
});

test('a number is not the text that spells it', () => {
  expect(grouped([[1], ['1'], [1]], 1)).toEqual([
    [1, 2],
    ['1', 1],
  ]);
});

test('several keys make a group together', () => {
  expect(
    grouped(
      [
        ['a', 1],
        ['a', 2],
        ['b', 1],
        ['a', 1],
      ],
      2,
    ),
  ).toEqual([
    ['a', 1, 2],
    ['a', 2, 1],
    ['b', 1, 1],
  ]);
});

test('without keys there is one group, and none without rows', () => {
  expect(grouped([['a'], ['b']], 0)).toEqual([[2]]);
  expect(grouped([], 0)).toEqual([]);
});

test('a list is as many keys as it has different elements', () => {
  expect(grouped([[['a', 'b', 'a']], ['a'], [[]]], 1)).toEqual([
    ['a', 2],
    ['b', 1],
    [undefined, 1],
  ]);
});

test('no more groups are made up than are wanted', () => {
  expect(grouped([['a'], ['b'], ['c']], 1, 2).length).toBe(2);
});
