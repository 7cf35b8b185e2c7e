import { crc64 } from '#server/base/crc64.js';

test('crc64 is the checksum of Jones, lowest byte first', () => {
  const bytes = Buffer.from('__123456789__');
  expect(crc64(bytes, 2, 11).toString('hex')).toBe(Buffer.from('e9c6d914c4b8d9ca', 'hex').reverse().toString('hex'));
  expect(crc64(bytes, 3, 3).toString('hex')).toBe('0000000000000000');
});
