/**
 * Ziplists, which older versions of Redis wrote where newer ones write listpacks: a head of total bytes, offset of the
 * last element (uint32 each) and number of elements (uint16; 65535: count them), elements, and 255. An element begins
 * with the length of the one before it.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { formatInt64 } from '../../base/integer.js';
import { CorruptPayload, demand } from '../corrupt-payload.js';

const HEAD_BYTES = 10;
const END = 0xff;
const UNCOUNTED = 0xffff;
/** The length of the element before takes five bytes instead of one. */
const LONG_PREVIOUS = 0xfe;

/** Every element of a ziplist, integers as text. @throws CorruptPayload */
export function readZiplist({ buffer, start, end }: ByteSlice): ByteSlice[] {
  const length = end - start;
  demand(length > HEAD_BYTES && buffer.readUInt32LE(start) === length, 'a ziplist has another length');
  demand(buffer[end - 1] === END, 'a ziplist does not end');
  const counted = buffer.readUInt16LE(start + 8);
  const elements: ByteSlice[] = [];
  const last = end - 1;
  let at = start + HEAD_BYTES;
  let previousBytes = 0;
  let tail = HEAD_BYTES;
  while (at < last) {
    tail = at - start;
    const isLong = buffer[at] === LONG_PREVIOUS;
    demand(at + (isLong ? 6 : 2) <= last, 'a ziplist ends too soon');
    const previous = isLong ? buffer.readUInt32LE(at + 1) : buffer[at];
    demand(previous === previousBytes, 'an element of a ziplist has another length');
    const head = isLong ? 5 : 1;
    const { element, bytes } = readElement(buffer, at + head, last);
    elements.push(element);
    previousBytes = head + bytes;
    at += previousBytes;
  }
  demand(at === last && buffer.readUInt32LE(start + 4) === tail, 'the last element of a ziplist is elsewhere');
  demand(counted === UNCOUNTED || counted === elements.length, 'a ziplist has another number of elements');
  return elements;
}

interface Element {
  readonly element: ByteSlice;
  readonly bytes: number;
}

function readElement(buffer: Buffer, at: number, end: number): Element {
  const first = buffer[at] ?? 0;
  const head = first < 0xc0 ? ([1, 2, 5][first >>> 6] ?? 0) : 1 + (INTEGER_BYTES[first] ?? 0);
  demand(at + head <= end, 'a ziplist ends too soon');
  switch (first >>> 6) {
    case 0:
      return stringElement(buffer, at, head, first, end);
    case 1:
      return stringElement(buffer, at, head, ((first & 0x3f) << 8) | (buffer[at + 1] ?? 0), end);
    case 2:
      return stringElement(buffer, at, head, buffer.readUInt32BE(at + 1), end);
    default:
      return { element: ByteSlice.of(formatInt64(integerAt(buffer, at)).copy()), bytes: head };
  }
}

/** Bytes of an integer by its first byte; what is not here holds its value in the first byte, or is no integer. */
const INTEGER_BYTES: Readonly<Record<number, number>> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 };

function integerAt(buffer: Buffer, at: number): number | bigint {
  const first = buffer[at] ?? 0;
  switch (first) {
    case 0xc0:
      return buffer.readInt16LE(at + 1);
    case 0xd0:
      return buffer.readInt32LE(at + 1);
    case 0xe0:
      return buffer.readBigInt64LE(at + 1);
    case 0xf0:
      return buffer.readIntLE(at + 1, 3);
    case 0xfe:
      return buffer.readInt8(at + 1);
    default:
      if (first < 0xf1 || first > 0xfd) throw new CorruptPayload('an element of a ziplist has no type');
      return first - 0xf1;
  }
}

function stringElement(buffer: Buffer, at: number, head: number, length: number, end: number): Element {
  demand(length <= end - at - head, 'a string of a ziplist runs over');
  return { element: new ByteSlice(buffer, at + head, at + head + length), bytes: head + length };
}
