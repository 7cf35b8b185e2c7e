import { reducerNamed, reducers } from '#index/aggregate/reducers/reducer-table.js';

test('reducers are found in whatever case, and each has one row', () => {
  expect(reducerNamed('Count')?.name).toBe('COUNT');
  expect(reducerNamed('nope')).toBeUndefined();
  expect(new Set(reducers.map(({ name }) => name)).size).toBe(reducers.length);
});
