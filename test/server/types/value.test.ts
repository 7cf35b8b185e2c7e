import { HashValue } from '#server/types/hash.js';
import { KIND_NAMES, Kind } from '#server/types/value.js';

test('every type code has its name', () => {
  expect(new Set(KIND_NAMES).size).toBe(Object.keys(Kind).length);
  expect([KIND_NAMES[Kind.stream], KIND_NAMES[Kind.json]]).toEqual(['stream', 'ReJSON-RL']);
  expect(KIND_NAMES[HashValue.kind]).toBe('hash');
});
