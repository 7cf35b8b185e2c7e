/** Sets in RDB: an intset as one string, others member by member; a listpack is what newer versions write for small ones. */
import { ByteSlice } from '../../base/byte-slice.js';
import { SetValue } from '../../types/set.js';
import { demand } from '../corrupt-payload.js';
import { readIntset, writeIntset } from '../packed/intset.js';
import { readListpack } from '../packed/listpack.js';
import { RdbType } from '../rdb-types.js';
import type { RdbWriter } from '../rdb-writer.js';
import type { ValueCodec } from '../value-codec.js';

export const setCodec: ValueCodec<SetValue> = {
  type: SetValue,
  reads: [RdbType.set, RdbType.setIntset, RdbType.setListpack],

  typeOf: (set) => (set.encoding === 'intset' ? RdbType.setIntset : RdbType.set),

  write(set, writer) {
    if (set.encoding === 'intset') writer.string(ByteSlice.of(writeIntset(integersOf(set))));
    else writeMembers(set, writer);
  },

  read(code, reader, into) {
    if (code === RdbType.set) for (let left = reader.count(); left > 0; left--) add(into, reader.string());
    else if (code === RdbType.setIntset) for (const member of readIntset(reader.string())) add(into, member);
    else for (const member of readListpack(reader.string())) add(into, member);
    demand(into.size > 0, 'a set has no members');
  },
};

function integersOf(set: SetValue): bigint[] {
  const integers: bigint[] = [];
  set.forEach((member) => {
    integers.push(BigInt(member.latin1()));
  });
  return integers;
}

function writeMembers(set: SetValue, writer: RdbWriter): void {
  writer.length(set.size);
  set.forEach((member) => {
    writer.string(member);
  });
}

function add(set: SetValue, member: ByteSlice): void {
  demand(set.add(member), 'a member comes twice');
}
