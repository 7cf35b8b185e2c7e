import { batchGetRecord, batchWriteRecord, putRecord } from '#server/features/runtime-schemas.js';

const value = { FeatureName: 'a', ValueAsString: '1' };

test('members that are null count as left out', () => {
  expect(putRecord.parse({ Record: [{ FeatureName: 'a', ValueAsString: null }], TargetStores: null })).toMatchObject({
    TargetStores: undefined,
  });
});

test.each([
  [{}],
  [{ Record: [] }],
  [{ Record: [{ ValueAsString: '1' }] }],
  [{ Record: [{ ...value, ValueAsString: 5 }] }],
  [{ Record: [{ ...value, ValueAsString: 'x'.repeat(358_401) }] }],
  [{ Record: [{ FeatureName: 'a', ValueAsStringList: ['1', null] }] }],
  [{ Record: [value], TargetStores: [] }],
  [{ Record: [value], TargetStores: ['S3'] }],
  [{ Record: [value], TtlDuration: { Unit: 'Days', Value: 0 } }],
  [{ Record: [value], TtlDuration: { Unit: 'Years', Value: 1 } }],
])('a put of %p is refused', (body) => {
  expect(putRecord.safeParse(body).success).toBe(false);
});

test('batches have their limits', () => {
  const identifier = { FeatureGroupName: 'g', RecordIdentifiersValueAsString: ['1'] };
  const ids = Array.from({ length: 101 }, (_, id) => String(id));
  expect(batchGetRecord.safeParse({ Identifiers: Array(100).fill(identifier) }).success).toBe(true);
  expect(batchGetRecord.safeParse({ Identifiers: Array(101).fill(identifier) }).success).toBe(false);
  expect(
    batchGetRecord.safeParse({ Identifiers: [{ ...identifier, RecordIdentifiersValueAsString: ids }] }).success,
  ).toBe(false);
  expect(batchWriteRecord.safeParse({ Entries: Array(25).fill({}) }).success).toBe(true);
  expect(batchWriteRecord.safeParse({ Entries: Array(26).fill({}) }).success).toBe(false);
});
