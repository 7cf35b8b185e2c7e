/** Objects in RDB: which codec a value or a type byte belongs to. Strings, which are no objects here, are written plainly. */
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import { type Database, NO_EXPIRY } from '../keyspace/database.js';
import type { Value } from '../types/value.js';
import { hashCodec } from './codecs/hash-codec.js';
import { jsonCodec } from './codecs/json-codec.js';
import { listCodec } from './codecs/list-codec.js';
import { setCodec } from './codecs/set-codec.js';
import { sortedSetCodec } from './codecs/sorted-set-codec.js';
import { streamCodec } from './codecs/stream-codec.js';
import { suggestionsCodec } from './codecs/suggestions-codec.js';
import { vectorSetCodec } from './codecs/vector-set-codec.js';
import { CorruptPayload } from './corrupt-payload.js';
import { moduleTypeId } from './module-type.js';
import type { RdbReader } from './rdb-reader.js';
import { RdbType, type RdbTypeCode } from './rdb-types.js';
import type { RdbWriter } from './rdb-writer.js';
import type { ValueCodec } from './value-codec.js';

/** A codec that has forgotten its type of values, so that all fit into one list. */
interface AnyCodec {
  readonly reads: readonly RdbTypeCode[];
  /** The number of the module type, when it is one. */
  readonly moduleId: bigint | undefined;
  /** Undefined for a value of another type. */
  typeOf(value: Value): RdbTypeCode | undefined;
  write(value: Value, writer: RdbWriter): void;
  read(code: number, reader: RdbReader, db: Database, key: ByteSlice): void;
}

function anyCodec<V extends Value>(codec: ValueCodec<V>): AnyCodec {
  return {
    reads: codec.reads,
    moduleId: codec.module === undefined ? undefined : moduleTypeId(codec.module),
    typeOf: (value) => (value instanceof codec.type ? codec.typeOf(value) : undefined),
    write(value, writer) {
      if (value instanceof codec.type) codec.write(value, writer);
    },
    read: (code, reader, db, key) => db.build(codec.type, key, (value) => codec.read(code, reader, value)),
  };
}

const codecs: readonly AnyCodec[] = [
  anyCodec(hashCodec),
  anyCodec(listCodec),
  anyCodec(sortedSetCodec),
  anyCodec(setCodec),
  anyCodec(streamCodec),
  anyCodec(jsonCodec),
  anyCodec(vectorSetCodec),
  anyCodec(suggestionsCodec),
];

/** The type byte of what a key holds. */
export function objectType(held: ByteSlice | Value): RdbTypeCode {
  return held instanceof ByteSlice ? RdbType.string : codecOf(held).code;
}

/** Writes what a key holds, without the type byte. */
export function writeObject(held: ByteSlice | Value, writer: RdbWriter): void {
  if (held instanceof ByteSlice) writer.string(held);
  else codecOf(held).codec.write(held, writer);
}

/**
 * Reads an object and puts it at a key, whatever was there, without an expiry. When the bytes are no object, the key stays
 * as it was. @throws CorruptPayload
 */
export function readObject(code: number, reader: RdbReader, db: Database, key: ByteSlice): void {
  if (code === RdbType.string) {
    db.setString(key, reader.string(), NO_EXPIRY);
    return;
  }
  const moduleId = code === RdbType.module2 ? reader.exactLength() : undefined;
  const codec = codecs.find((known) => known.moduleId === moduleId && known.reads.some((read) => read === code));
  if (codec === undefined) throw new CorruptPayload('an object has no type');
  codec.read(code, reader, db, key);
}

function codecOf(value: Value): { codec: AnyCodec; code: RdbTypeCode } {
  for (const codec of codecs) {
    const code = codec.typeOf(value);
    if (code !== undefined) return { codec, code };
  }
  assert(false, 'every type has a codec');
}
