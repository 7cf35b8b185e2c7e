import { invalid } from '#sdk/features/feature-error.js';
import { expiryMember, recordMembers } from '#server/features/runtime-operation.js';

test('the expiry comes where it is wanted and there is one', () => {
  const record = { packed: '1', eventTime: '063839664000.000000000' };
  expect(expiryMember({ ...record, expiresAtMs: 0 }, true)).toBe(',"ExpiresAt":"1970-01-01T00:00:00Z"');
  expect(expiryMember({ ...record, expiresAtMs: 0 }, false)).toBe('');
  expect(expiryMember({ ...record, expiresAtMs: undefined }, true)).toBe('');
});

test('a record comes with its transforms, also where nothing is stored, and with what failed', () => {
  const record = { packed: '1', eventTime: '063839664000.000000000', expiresAtMs: 0 };
  const transforms = [
    { name: 'x', type: 'String' as const, run: () => 'é"' },
    { name: 'none', type: 'String' as const, run: () => undefined },
    {
      name: 'bad',
      type: 'String' as const,
      run: () => {
        throw invalid('no');
      },
    },
  ];
  const failed = new Set<string>();
  expect(JSON.parse(`{${recordMembers(record, { features: [], transforms }, true, failed)}}`)).toEqual({
    Record: [{ FeatureName: 'x', ValueAsString: 'é"' }],
    ExpiresAt: '1970-01-01T00:00:00Z',
    FailedTransforms: [{ FeatureName: 'bad', Reason: 'no' }],
  });
  expect([...failed]).toEqual(['bad']);
  expect(recordMembers(record, { features: [], transforms: [] }, false, failed)).toBe('"Record":[]');
});
