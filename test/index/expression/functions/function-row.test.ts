import { exactly } from '#index/expression/functions/function-row.js';

test('a fixed number of operands is both bounds', () => {
  expect(exactly(3)).toEqual({ operandsMin: 3, operandsMax: 3 });
});
