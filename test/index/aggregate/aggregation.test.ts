import { aggregateLimits } from '#index/aggregate/aggregation.js';

test('a Map holds as many groups as there may be', () => {
  expect(aggregateLimits.rowsMax).toBeLessThanOrEqual(2 ** 24);
});
