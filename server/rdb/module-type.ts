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
const PIECE_UINT = 2;
const PIECE_DOUBLE = 4;
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

/** Writes a value piece by piece. */
export class ModuleWriter {
  constructor(
    private readonly writer: RdbWriter,
    type: ModuleType,
  ) {
    writer.length(moduleTypeId(type));
  }

  uint(value: number): void {
    this.writer.length(PIECE_UINT);
    this.writer.length(value);
  }

  double(value: number): void {
    this.writer.length(PIECE_DOUBLE);
    this.writer.double(value);
  }

  string(bytes: ByteSlice): void {
    this.writer.length(PIECE_STRING);
    this.writer.string(bytes);
  }

  end(): void {
    this.writer.length(PIECE_END);
  }
}

/** Reads a value piece by piece, behind the number of its type. @throws CorruptPayload when a piece is another one */
export class ModuleReader {
  constructor(private readonly reader: RdbReader) {}

  uint(): number {
    this.#expect(PIECE_UINT, 'a piece is no number');
    return this.reader.length();
  }

  double(): number {
    this.#expect(PIECE_DOUBLE, 'a piece is no double');
    return this.reader.double();
  }

  string(): ByteSlice {
    this.#expect(PIECE_STRING, 'a piece is no string');
    return this.reader.string();
  }

  end(): void {
    this.#expect(PIECE_END, 'there are more pieces');
  }

  #expect(piece: number, complaint: string): void {
    demand(this.reader.length() === piece, complaint);
  }
}

/** Writes a value that is one string. */
export function writeModuleString(writer: RdbWriter, type: ModuleType, bytes: ByteSlice): void {
  const pieces = new ModuleWriter(writer, type);
  pieces.string(bytes);
  pieces.end();
}

/** Reads a value that is one string, behind the number of its type. @throws CorruptPayload when it has another form */
export function readModuleString(reader: RdbReader): ByteSlice {
  const pieces = new ModuleReader(reader);
  const bytes = pieces.string();
  pieces.end();
  return bytes;
}
