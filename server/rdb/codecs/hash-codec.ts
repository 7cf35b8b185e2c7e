/** Hashes in RDB: as a listpack when they are one here, else pair by pair. */
import { ByteSlice } from '../../base/byte-slice.js';
import { HashValue } from '../../types/hash.js';
import { demand } from '../corrupt-payload.js';
import { ListpackWriter, readListpack } from '../packed/listpack.js';
import { readZiplist } from '../packed/ziplist.js';
import { readZipmap } from '../packed/zipmap.js';
import type { RdbReader } from '../rdb-reader.js';
import { RdbType } from '../rdb-types.js';
import type { RdbWriter } from '../rdb-writer.js';
import type { ValueCodec } from '../value-codec.js';

export const hashCodec: ValueCodec<HashValue> = {
  type: HashValue,
  reads: [RdbType.hash, RdbType.hashZipmap, RdbType.hashZiplist, RdbType.hashListpack],

  typeOf: (hash) => (hash.encoding === 'listpack' ? RdbType.hashListpack : RdbType.hash),

  write(hash, writer) {
    if (hash.encoding === 'listpack') writePacked(hash, writer);
    else writePairs(hash, writer);
  },

  read(code, reader, into) {
    if (code === RdbType.hash) readPairs(reader, into);
    else fill(into, code, readPacked(code, reader.string()));
    demand(into.size > 0, 'a hash has no fields');
  },
};

function writePacked(hash: HashValue, writer: RdbWriter): void {
  const listpack = new ListpackWriter();
  hash.forEach((field, value) => {
    listpack.string(field);
    listpack.string(value);
  });
  writer.string(ByteSlice.of(listpack.bytes()));
}

function writePairs(hash: HashValue, writer: RdbWriter): void {
  writer.length(hash.size);
  hash.forEach((field, value) => {
    writer.string(field);
    writer.string(value);
  });
}

function readPairs(reader: RdbReader, into: HashValue): void {
  for (let left = reader.count(2); left > 0; left--) {
    demand(into.set(reader.string(), reader.string()), 'a field comes twice');
  }
}

/** Fields and values in turn. */
function readPacked(code: number, bytes: ByteSlice): readonly ByteSlice[] {
  if (code === RdbType.hashZipmap) return readZipmap(bytes);
  return code === RdbType.hashZiplist ? readZiplist(bytes) : readListpack(bytes);
}

function fill(into: HashValue, code: number, pairs: readonly ByteSlice[]): void {
  demand(pairs.length % 2 === 0, 'a field has no value');
  for (let i = 0; i < pairs.length; i += 2) {
    const [field, value] = [pairs[i], pairs[i + 1]];
    if (field === undefined || value === undefined) continue;
    const isNew = code === RdbType.hashZipmap ? into.set(field, value) : into.addPacked(field, value);
    demand(isNew, 'a field comes twice');
  }
}
