/**
 * How a type's values are written to RDB and read from it. A new type is a `ValueCodec` in codecs/ and its line in
 * object-codec.ts; the formats of packed collections are in packed/.
 */
import type { Value, ValueType } from '../types/value.js';
import type { ModuleType } from './module-type.js';
import type { RdbReader } from './rdb-reader.js';
import type { RdbTypeCode } from './rdb-types.js';
import type { RdbWriter } from './rdb-writer.js';

export interface ValueCodec<V extends Value> {
  readonly type: ValueType<V>;
  /** The type bytes it reads, of old versions of the format, too. */
  readonly reads: readonly RdbTypeCode[];
  /** Of a value that Redis holds in a module. `read` begins behind its number. */
  readonly module?: ModuleType;
  /** The type byte a value is written under: what redis-server 7.0 writes for its encoding. */
  typeOf(value: V): RdbTypeCode;
  write(value: V, writer: RdbWriter): void;
  /**
   * Fills an empty value with at least one element; a stream alone may stay empty. Whatever the bytes are, it ends, and
   * the memory it takes is in proportion to them. @throws CorruptPayload
   */
  read(code: number, reader: RdbReader, into: V): void;
}
