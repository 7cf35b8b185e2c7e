import { HashValue } from '#server/types/hash.js';
import { KIND_NAMES, Kind } from '#server/types/value.js';

test('every type code has its name', () => {
  expect(KIND_NAMES).toEqual(Object.keys(Kind));
  expect(KIND_NAMES[HashValue.kind]).toBe('hash');
});
