/** Intsets: sets of integers as one string: bytes of each (uint32: 2, 4 or 8), how many (uint32), and they, ascending. */
import { ByteSlice } from '../../base/byte-slice.js';
import { formatInt64 } from '../../base/integer.js';
import { CorruptPayload, demand } from '../corrupt-payload.js';

const HEAD_BYTES = 8;

/** The integers as text. @throws CorruptPayload */
export function readIntset({ buffer, start, end }: ByteSlice): ByteSlice[] {
  demand(end - start >= HEAD_BYTES, 'an intset ends too soon');
  const width = buffer.readUInt32LE(start);
  const count = buffer.readUInt32LE(start + 4);
  demand(end - start === HEAD_BYTES + count * width, 'an intset has another length');
  const members: ByteSlice[] = [];
  let previous: bigint | undefined;
  for (let at = start + HEAD_BYTES; at < end; at += width) {
    const value = integerAt(buffer, at, width);
    demand(previous === undefined || value > previous, 'an intset is not in order');
    previous = value;
    members.push(ByteSlice.of(formatInt64(value).copy()));
  }
  return members;
}

/** @param members ascending */
export function writeIntset(members: readonly bigint[]): Buffer {
  const width = widthOf(members);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + members.length * width);
  bytes.writeUInt32LE(width, 0);
  bytes.writeUInt32LE(members.length, 4);
  for (const [i, member] of members.entries()) {
    const at = HEAD_BYTES + i * width;
    if (width === 8) bytes.writeBigInt64LE(member, at);
    else bytes.writeIntLE(Number(member), at, width);
  }
  return bytes;
}

function widthOf(members: readonly bigint[]): 2 | 4 | 8 {
  const [least = 0n, greatest = 0n] = [members[0], members.at(-1)];
  const fits = (bits: number): boolean =>
    BigInt.asIntN(bits, least) === least && BigInt.asIntN(bits, greatest) === greatest;
  if (fits(16)) return 2;
  return fits(32) ? 4 : 8;
}

function integerAt(buffer: Buffer, at: number, width: number): bigint {
  if (width === 8) return buffer.readBigInt64LE(at);
  if (width === 2 || width === 4) return BigInt(buffer.readIntLE(at, width));
  throw new CorruptPayload('an intset has integers of another width');
}
