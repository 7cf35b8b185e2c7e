import { expiryMember } from '#server/features/runtime-operation.js';

test('the expiry comes where it is wanted and there is one', () => {
  const record = { packed: '1', eventTime: '063839664000.000000000' };
  expect(expiryMember({ ...record, expiresAtMs: 0 }, true)).toBe(',"ExpiresAt":"1970-01-01T00:00:00Z"');
  expect(expiryMember({ ...record, expiresAtMs: 0 }, false)).toBe('');
  expect(expiryMember({ ...record, expiresAtMs: undefined }, true)).toBe('');
});
