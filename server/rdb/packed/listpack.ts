/**
 * Listpacks as strings of RDB: small collections whole, written element by element and checked through when they are read.
 * The form of elements is in base/listpack.ts.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import {
  contentBytes,
  hasLength,
  INTEGER_BYTES_MAX,
  integerAt,
  LAST_CODE,
  LIST_END,
  LIST_HEAD_BYTES,
  lengthBytes,
  MANY_ELEMENTS,
  sizingBytes,
  TEXT_OVERHEAD_BYTES_MAX,
  textAt,
  writeInteger,
  writeText,
} from '../../base/listpack.js';
import { demand } from '../corrupt-payload.js';

const FIRST_BYTES = 256;

/** Builds a listpack element by element. */
export class ListpackWriter {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #end = LIST_HEAD_BYTES;
  #count = 0;

  /** Adds a string; one that is an integer in canonical form becomes one. It must not be a view into this listpack. */
  string(bytes: ByteSlice): void {
    this.#reserve(bytes.length + TEXT_OVERHEAD_BYTES_MAX);
    this.#end = writeText(this.#buffer, this.#end, bytes);
    this.#count++;
  }

  integer(value: number | bigint): void {
    this.#reserve(INTEGER_BYTES_MAX);
    this.#end = writeInteger(this.#buffer, this.#end, value);
    this.#count++;
  }

  /** The whole listpack; nothing may be added after. */
  bytes(): Buffer {
    this.#reserve(1);
    this.#buffer[this.#end++] = LIST_END;
    this.#buffer.writeUInt32LE(this.#end, 0);
    this.#buffer.writeUInt16LE(Math.min(this.#count, MANY_ELEMENTS), 4);
    return this.#buffer.subarray(0, this.#end);
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#end + bytes, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#end);
    this.#buffer = grown;
  }
}

/** Every element of a listpack, integers as text. @throws CorruptPayload */
export function readListpack({ buffer, start, end }: ByteSlice): ByteSlice[] {
  const length = end - start;
  demand(length > LIST_HEAD_BYTES && buffer.readUInt32LE(start) === length, 'a listpack has another length');
  const counted = buffer.readUInt16LE(start + 4);
  const elements: ByteSlice[] = [];
  const last = end - 1;
  let at = start + LIST_HEAD_BYTES;
  while (at < last) {
    const next = checkedEnd(buffer, at, last);
    const element = textAt(buffer, at);
    elements.push(integerAt(buffer, at) === undefined ? element : ByteSlice.of(element.copy()));
    at = next;
  }
  demand(at === last && buffer[last] === LIST_END, 'a listpack does not end');
  demand(counted === MANY_ELEMENTS || counted === elements.length, 'a listpack has another number of elements');
  return elements;
}

/** Where an element ends that begins at `at` and must end within `last`. @throws CorruptPayload */
function checkedEnd(buffer: Buffer, at: number, last: number): number {
  const code = buffer[at] ?? 0;
  demand(code <= LAST_CODE, 'an element of a listpack has no type');
  demand(at + sizingBytes(code) <= last, 'a listpack ends too soon');
  const content = contentBytes(buffer, at);
  const end = at + content + lengthBytes(content);
  demand(end <= last, 'an element of a listpack runs over');
  demand(hasLength(buffer, at + content, content), 'an element of a listpack has another length');
  return end;
}
