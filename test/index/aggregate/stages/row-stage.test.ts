import { ApplyStage, FilterStage, LoadStage } from '#index/aggregate/stages/row-stage.js';
import { atOnce } from '#index/sliced.js';
import { CollectingStage, rowOf, slot } from './collecting-stage.js';

test('fields are put into slots, unless the document is another one by now', () => {
  const end = new CollectingStage();
  const stage = new LoadStage(end, [{ slot: 0, column: (id) => `field of ${id}` }], () => 7);
  stage.push({ id: 3, sequence: 7, arrival: 0, values: [] });
  stage.push({ id: 3, sequence: 6, arrival: 0, values: [] });
  expect(end.rows).toEqual([['field of 3'], [undefined]]);
});

test('what is reckoned is put into a slot', () => {
  const end = new CollectingStage();
  new ApplyStage(end, 1, (row) => Number(slot(0)(row)) * 2).push(rowOf(4, undefined));
  expect(end.rows).toEqual([[4, 8]]);
});

test('only rows for which something holds go on', () => {
  const end = new CollectingStage();
  const stage = new FilterStage(end, slot(0));
  for (const value of [1, 0, 'x', '', undefined]) stage.push(rowOf(value));
  expect(end.rows).toEqual([[1], ['x']]);
});

test('the end and being full are passed on', () => {
  const end = new CollectingStage(1);
  const stage = new FilterStage(end, () => 1);
  expect(stage.isFull).toBe(false);
  stage.push(rowOf());
  expect(stage.isFull).toBe(true);
  atOnce(stage.finish());
  expect(end.isFinished).toBe(true);
});
