import { CorruptPayload, demand } from '#server/rdb/corrupt-payload.js';

test('demand throws what is wrong, unless nothing is', () => {
  expect(() => demand(false, 'too short')).toThrow(CorruptPayload);
  expect(() => demand(true, 'too short')).not.toThrow();
});
