import { functionFamilies, functionNamed } from '#index/expression/functions/function-table.js';

test('functions are found in whatever case, and each has one row', () => {
  expect(functionNamed('LOWER')?.name).toBe('lower');
  expect(functionNamed('nope')).toBeUndefined();
  const names = Object.values(functionFamilies).flatMap((rows) => rows.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test('families are in the order of the alphabet, for who looks them up', () => {
  for (const rows of Object.values(functionFamilies)) {
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
  }
});
