/** Sorted sets in RDB: as a listpack when they are one here, else pair by pair from the greatest to the smallest, as Redis does. */
import { ByteSlice } from '../../base/byte-slice.js';
import { parseDouble } from '../../base/double.js';
import { packedScoreText } from '../../types/packed-members.js';
import { SortedSetValue } from '../../types/sorted-set.js';
import { demand } from '../corrupt-payload.js';
import { ListpackWriter, readListpack } from '../packed/listpack.js';
import { readZiplist } from '../packed/ziplist.js';
import type { RdbReader } from '../rdb-reader.js';
import { RdbType } from '../rdb-types.js';
import type { RdbWriter } from '../rdb-writer.js';
import type { ValueCodec } from '../value-codec.js';

/** A string takes a byte at least, and so does a score written as text. */
const PAIR_BYTES_MIN = 2;

export const sortedSetCodec: ValueCodec<SortedSetValue> = {
  type: SortedSetValue,
  reads: [RdbType.zset, RdbType.zset2, RdbType.zsetZiplist, RdbType.zsetListpack],

  typeOf: (zset) => (zset.encoding === 'listpack' ? RdbType.zsetListpack : RdbType.zset2),

  write(zset, writer) {
    if (zset.encoding === 'listpack') writePacked(zset, writer);
    else writePairs(zset, writer);
  },

  read(code, reader, into) {
    if (code === RdbType.zset || code === RdbType.zset2) readPairs(code, reader, into);
    else fill(into, code === RdbType.zsetZiplist ? readZiplist(reader.string()) : readListpack(reader.string()));
    demand(into.size > 0, 'a sorted set has no members');
  },
};

function writePacked(zset: SortedSetValue, writer: RdbWriter): void {
  const listpack = new ListpackWriter();
  zset.forEach((member, score) => {
    listpack.string(member);
    listpack.string(ByteSlice.fromLatin1(packedScoreText(score)));
  });
  writer.string(ByteSlice.of(listpack.bytes()));
}

function writePairs(zset: SortedSetValue, writer: RdbWriter): void {
  const { size } = zset;
  writer.length(size);
  zset.visit(size - 1, size, true, (member, score) => {
    writer.string(member);
    writer.double(score);
  });
}

function readPairs(code: number, reader: RdbReader, into: SortedSetValue): void {
  into.unpack();
  for (let left = reader.count(PAIR_BYTES_MIN); left > 0; left--) {
    const member = reader.string();
    const score = code === RdbType.zset2 ? reader.double() : reader.textDouble();
    demand(!Number.isNaN(score), 'a score is not a number');
    demand(into.set(member, score) === 'added', 'a member comes twice');
  }
  into.packIfSmall();
}

/** Members and scores in turn. */
function fill(into: SortedSetValue, pairs: readonly ByteSlice[]): void {
  demand(pairs.length % 2 === 0, 'a member has no score');
  for (let i = 0; i < pairs.length; i += 2) {
    const member = pairs[i];
    const score = parseDouble(pairs[i + 1]?.latin1() ?? '');
    demand(score !== undefined, 'a score is not a number');
    if (member === undefined || score === undefined) continue;
    demand(into.addPacked(member, score), 'a member comes twice');
  }
}
