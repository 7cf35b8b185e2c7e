import { decodeText } from '@nearkey/index';
import { ByteSlice } from '#server/base/byte-slice.js';
import { decodedText } from '#server/search/decoded-text.js';

test.each([
  ['ASCII', 'title'],
  ['nothing', ''],
  ['UTF-8', 'größe'],
  ['bytes that are no UTF-8', 'gr\xf6\xdfe'],
])('reads %s as the engine does, wherever it lies', (_, text) => {
  const bytes = text.includes('\xf6\xdf') ? Buffer.from(text, 'latin1') : Buffer.from(text);
  const slice = new ByteSlice(Buffer.concat([Buffer.from('ö'), bytes, Buffer.from('ü')]), 2, 2 + bytes.length);
  expect(decodedText(slice)).toBe(text);
  expect(decodedText(slice)).toBe(decodeText(bytes));
});
