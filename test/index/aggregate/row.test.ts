import { copyOf, emptyRow } from '#index/aggregate/row.js';

test('a copy has values of its own', () => {
  const row = emptyRow(2);
  const copy = copyOf(row);
  row.values[0] = 1;
  expect(copy).toEqual({ id: -1, sequence: -1, arrival: 0, values: [undefined, undefined] });
});
