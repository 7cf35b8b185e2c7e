import { ByteSlice } from '#server/base/byte-slice.js';
import { quoted } from '#server/base/quote.js';

test('printable ASCII stands for itself, all else is escaped', () => {
  expect(quoted(ByteSlice.fromText('plain ~'))).toBe('"plain ~"');
  expect(quoted(ByteSlice.fromLatin1('"\\\n\r\t\x07\b\0\x7f\xff'))).toBe('"\\"\\\\\\n\\r\\t\\a\\b\\x00\\x7f\\xff"');
  expect(quoted(ByteSlice.fromText(''))).toBe('""');
});
