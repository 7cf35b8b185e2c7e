/**
 * Zipmaps, the small hashes of Redis before 2.6: a byte with the number of pairs, pairs, and 255. A length takes one
 * byte, or five that begin with 254; a value is followed by bytes that are free, whose number stands before it.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { demand } from '../corrupt-payload.js';

const END = 0xff;
const LONG_LENGTH = 0xfe;

/** Fields and values in turn. @throws CorruptPayload */
export function readZipmap({ buffer, start, end }: ByteSlice): ByteSlice[] {
  const elements: ByteSlice[] = [];
  let at = start + 1;
  const take = (bytes: number): number => {
    demand(bytes <= end - at, 'a zipmap ends too soon');
    at += bytes;
    return at - bytes;
  };
  const length = (): number => {
    const first = buffer[take(1)] ?? 0;
    return first === LONG_LENGTH ? buffer.readUInt32LE(take(4)) : first;
  };
  const string = (bytes: number): ByteSlice => {
    const from = take(bytes);
    return new ByteSlice(buffer, from, from + bytes);
  };
  while (at < end && buffer[at] !== END) {
    elements.push(string(length()));
    const bytes = length();
    const free = buffer[take(1)] ?? 0;
    elements.push(string(bytes));
    take(free);
  }
  demand(at === end - 1, 'a zipmap does not end');
  return elements;
}
