import { recordIdOf, recordKey, recordPrefix } from '#sdk/features/record-keys.js';

test('a key holds the group without regard to case, its generation, and the identifier as hash tag', () => {
  expect(recordPrefix({ name: 'Orders-fg', generation: 3 })).toBe('fs:orders-fg.3:');
  expect(recordKey('fs:g.1:', 'user 7')).toBe('fs:g.1:{user 7}');
});

test.each(['plain', '{a}', '}', '%', '%7B', '{{}}%25', 'é🗝', ' '])('the identifier %j can be read back', (id) => {
  const key = recordKey('fs:g.1:', id);
  expect(key.slice('fs:g.1:{'.length, -1)).not.toMatch(/[{}]/);
  expect(recordIdOf('fs:g.1:', key)).toBe(id);
});

test('different identifiers have different keys', () => {
  const ids = ['{', '%7B', '%257B', '}', '%7D', '%', '%25'];
  expect(new Set(ids.map((id) => recordKey('p', id))).size).toBe(ids.length);
});
