/**
 * Hashes in RDB: as a listpack when they are one here, else pair by pair. One with fields that expire is written as Redis
 * 7.4 and later do: the first time of all, then every field with its distance from it; older servers cannot read that.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { parseInteger } from '../../base/integer.js';
import { HashValue, NO_FIELD_EXPIRY } from '../../types/hash.js';
import { demand } from '../corrupt-payload.js';
import { ListpackWriter, readListpack } from '../packed/listpack.js';
import { readZiplist } from '../packed/ziplist.js';
import { readZipmap } from '../packed/zipmap.js';
import type { RdbReader } from '../rdb-reader.js';
import { RdbType } from '../rdb-types.js';
import type { RdbWriter } from '../rdb-writer.js';
import type { ValueCodec } from '../value-codec.js';

/** The latest time Redis has for a field. */
const FIELD_EXPIRY_MS_MAX = 2 ** 48 - 2;
/** A pair of empty texts, and a time. */
const TIMED_PAIR_BYTES_MIN = 3;

export const hashCodec: ValueCodec<HashValue> = {
  type: HashValue,
  reads: [
    RdbType.hash,
    RdbType.hashZipmap,
    RdbType.hashZiplist,
    RdbType.hashListpack,
    RdbType.hashFieldExpiry,
    RdbType.hashListpackFieldExpiry,
  ],

  typeOf: (hash) =>
    hasTimes(hash) ? RdbType.hashFieldExpiry : hash.encoding === 'listpack' ? RdbType.hashListpack : RdbType.hash,

  write(hash, writer) {
    if (hasTimes(hash)) writeTimed(hash, writer);
    else if (hash.encoding === 'listpack') writePacked(hash, writer);
    else writePairs(hash, writer);
  },

  read(code, reader, into) {
    if (code === RdbType.hash) readPairs(reader, into);
    else if (code === RdbType.hashFieldExpiry) readTimed(reader, into);
    else if (code === RdbType.hashListpackFieldExpiry) readTimedListpack(reader, into);
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

function hasTimes(hash: HashValue): boolean {
  return hash.dueMs < Number.POSITIVE_INFINITY;
}

/** Times as distances from the first, which is 1; 0 for a field that does not expire. */
function writeTimed(hash: HashValue, writer: RdbWriter): void {
  const { dueMs } = hash;
  writer.int64(dueMs);
  writer.length(hash.size);
  hash.forEach((field, value, expiryMs) => {
    writer.length(expiryMs === NO_FIELD_EXPIRY ? 0 : expiryMs - dueMs + 1);
    writer.string(field);
    writer.string(value);
  });
}

function readTimed(reader: RdbReader, into: HashValue): void {
  const dueMs = Number(reader.int64());
  for (let left = reader.count(TIMED_PAIR_BYTES_MIN); left > 0; left--) {
    const distance = Number(reader.exactLength());
    setTimed(into, reader.string(), reader.string(), distance === 0 ? 0 : dueMs + distance - 1);
  }
}

/** A listpack of fields, values and times in turn. */
function readTimedListpack(reader: RdbReader, into: HashValue): void {
  reader.int64();
  const elements = readListpack(reader.string());
  demand(elements.length % 3 === 0, 'a field has no value, or no time');
  for (let i = 0; i < elements.length; i += 3) {
    const [field, value, time] = elements.slice(i, i + 3);
    const expiryMs = time === undefined ? undefined : parseInteger(time.buffer, time.start, time.end);
    if (field === undefined || value === undefined || expiryMs === undefined) demand(false, 'a time is no number');
    else setTimed(into, field, value, expiryMs);
  }
}

/** @param expiryMs 0 for a field that does not expire */
function setTimed(into: HashValue, field: ByteSlice, value: ByteSlice, expiryMs: number): void {
  demand(expiryMs >= 0 && expiryMs <= FIELD_EXPIRY_MS_MAX, 'a field expires at no time there is');
  demand(into.set(field, value), 'a field comes twice');
  if (expiryMs > 0) into.setFieldExpiryMs(field, expiryMs);
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
