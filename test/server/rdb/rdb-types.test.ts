import { RDB_VERSION, RDB_VERSION_FIELD_EXPIRY, RDB_VERSION_MAX, RdbType } from '#server/rdb/rdb-types.js';

test('types are told apart by their byte, and every version written can be read', () => {
  const codes = Object.values(RdbType);
  expect(new Set(codes).size).toBe(codes.length);
  expect(Math.max(RDB_VERSION, RDB_VERSION_FIELD_EXPIRY)).toBeLessThanOrEqual(RDB_VERSION_MAX);
});
