import { aggregateLimits } from '#index/aggregate/aggregation.js';
import { OutputStage } from '#index/aggregate/stages/output-stage.js';
import { rowOf } from './collecting-stage.js';

test('rows wait until they are taken, with the values they came with', () => {
  const stage = new OutputStage();
  const row = rowOf(1);
  stage.push(row);
  row.values[0] = 2;
  stage.push(row);
  expect(stage.waiting).toBe(2);
  expect(stage.take(1).map(({ values }) => values)).toEqual([[1]]);
  expect(stage.take(5).map(({ values }) => values)).toEqual([[2]]);
  expect([stage.waiting, stage.take(5)]).toEqual([0, []]);
});

test('no more rows wait than the limit; those that are taken make room', () => {
  const stage = new OutputStage();
  const row = rowOf(1);
  for (let count = 0; count < aggregateLimits.rowsMax; count++) stage.push(row);
  expect(() => stage.push(row)).toThrow(`More than ${aggregateLimits.rowsMax} rows: use LIMIT or WITHCURSOR`);
  stage.take(1);
  expect(() => stage.push(row)).not.toThrow();
});
