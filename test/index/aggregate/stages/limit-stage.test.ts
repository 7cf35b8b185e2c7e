import { LimitStage } from '#index/aggregate/stages/limit-stage.js';
import { atOnce } from '#index/sliced.js';
import { CollectingStage, rowOf } from './collecting-stage.js';

test('some of the rows go on, and then no more are wanted', () => {
  const end = new CollectingStage();
  let seen = 0;
  const count = (rows: number): void => {
    seen += rows;
  };
  const stage = new LimitStage(end, 1, 2, count);
  for (let at = 0; !stage.isFull; at++) stage.push(rowOf(at));
  expect(end.rows).toEqual([[1], [2]]);
  stage.skip(4);
  expect(seen).toBe(7);
  atOnce(stage.finish());
  expect(end.isFinished).toBe(true);
});

test('with a count of zero rows are only counted', () => {
  const stage = new LimitStage(new CollectingStage(), 0, 0, () => undefined);
  stage.push(rowOf(1));
  expect(stage.isFull).toBe(false);
});
