/**
 * CRC-64 as Redis uses it (Jones: polynomial ad93d23594c935a9, reflected, starting at 0), in two 32-bit halves, because
 * 64-bit integers cost too much in JavaScript.
 */

/** The reflected polynomial. */
const POLYNOMIAL_HIGH = 0x95ac9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

const tableHigh = new Int32Array(256);
const tableLow = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry === 1) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  tableHigh[byte] = high;
  tableLow[byte] = low;
}

/** The checksum of a range, as 8 bytes, lowest first. */
export function crc64(buffer: Buffer, start: number, end: number): Buffer {
  let high = 0;
  let low = 0;
  for (let at = start; at < end; at++) {
    const index = (low ^ (buffer[at] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (tableLow[index] ?? 0);
    high = (high >>> 8) ^ (tableHigh[index] ?? 0);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeInt32LE(low, 0);
  bytes.writeInt32LE(high, 4);
  return bytes;
}
