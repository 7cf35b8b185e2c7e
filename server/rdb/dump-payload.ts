/** What DUMP answers and RESTORE takes: a type byte, an object, two bytes of RDB version, eight of CRC-64. */
import type { ByteSlice } from '../base/byte-slice.js';
import { crc64 } from '../base/crc64.js';
import type { Value } from '../types/value.js';
import { objectType, writeObject } from './object-codec.js';
import { RdbReader } from './rdb-reader.js';
import { RDB_VERSION, RDB_VERSION_FIELD_EXPIRY, RDB_VERSION_MAX, RdbType } from './rdb-types.js';
import { RdbWriter } from './rdb-writer.js';

const FOOTER_BYTES = 10;
const CHECKSUM_BYTES = 8;

/** What a key holds as a payload. */
export function dumpPayload(held: ByteSlice | Value): Buffer {
  const writer = new RdbWriter();
  const code = objectType(held);
  writer.byte(code);
  writeObject(held, writer);
  writer.uint16(code === RdbType.hashFieldExpiry ? RDB_VERSION_FIELD_EXPIRY : RDB_VERSION);
  const body = writer.bytes();
  writer.raw(crc64(body, 0, body.length));
  return writer.bytes();
}

/** A reader of a payload's type byte and object; undefined when version or checksum are wrong. */
export function openPayload(payload: ByteSlice): RdbReader | undefined {
  const { buffer, start, end } = payload;
  if (payload.length < FOOTER_BYTES) return undefined;
  const version = buffer.readUInt16LE(end - FOOTER_BYTES);
  if (version > RDB_VERSION_MAX) return undefined;
  const checksum = crc64(buffer, start, end - CHECKSUM_BYTES);
  if (buffer.compare(checksum, 0, CHECKSUM_BYTES, end - CHECKSUM_BYTES, end) !== 0) return undefined;
  return new RdbReader(payload.slice(0, payload.length - FOOTER_BYTES));
}
