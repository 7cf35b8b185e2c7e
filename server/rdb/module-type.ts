/**
 * Values of module types in RDB, as Redis 8 writes them: the type's name of nine letters and its version as one number, then
 * pieces, each behind a number that says what it is, then 0.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { demand } from './corrupt-payload.js';
import type { RdbReader } from './rdb-reader.js';
import type { RdbWriter } from './rdb-writer.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LETTER_BITS = 6n;
const VERSION_BITS = 10n;

const PIECE_END = 0;
const PIECE_STRING = 5;

export interface ModuleType {
  readonly name: string;
  readonly version: number;
}

/** The number that stands for a name and a version. */
export function moduleTypeId({ name, version }: ModuleType): bigint {
  let letters = 0n;
  for (const letter of name) letters = (letters << LETTER_BITS) | BigInt(LETTERS.indexOf(letter));
  return (letters << VERSION_BITS) | BigInt(version);
}

/** Reads what `moduleTypeId` made. */
export function moduleTypeOf(id: bigint): ModuleType {
  const version = Number(id & ((1n << VERSION_BITS) - 1n));
  let name = '';
  for (let letters = id >> VERSION_BITS; name.length < 9; letters >>= LETTER_BITS) {
    name = LETTERS.charAt(Number(letters & ((1n << LETTER_BITS) - 1n))) + name;
  }
  return { name, version };
}

/** Writes a value that is one string. */
export function writeModuleString(writer: RdbWriter, type: ModuleType, bytes: ByteSlice): void {
  writer.length(moduleTypeId(type));
  writer.length(PIECE_STRING);
  writer.string(bytes);
  writer.length(PIECE_END);
}

/** Reads a value that is one string, behind the number of its type. @throws CorruptPayload when it has another form */
export function readModuleString(reader: RdbReader): ByteSlice {
  demand(reader.length() === PIECE_STRING, 'a piece is no string');
  const bytes = reader.string();
  demand(reader.length() === PIECE_END, 'there are more pieces');
  return bytes;
}
