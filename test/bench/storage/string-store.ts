/**
 * Ways to hold a keyspace of strings, behind one tiny interface from argument bytes to reply bytes: making a key out of
 * bytes and copying a value into an output buffer are part of the price.
 */
import { ByteSlice, copyBytes } from '#server/base/byte-slice.js';
import { Arena } from '#server/memory/arena.js';
import { Dict } from '#server/memory/dict.js';

/** Keys and values are ranges of `buffer`. */
export interface StringStore {
  readonly size: number;
  set(buffer: Buffer, keyStart: number, keyEnd: number, valueEnd: number): void;
  /** Copies the value to `out` at 0. @returns its length, or -1 */
  get(buffer: Buffer, keyStart: number, keyEnd: number, out: Buffer): number;
  delete(buffer: Buffer, keyStart: number, keyEnd: number): boolean;
}

/** One-byte JavaScript strings: one character a byte. The value follows the key in `set`. */
class LatinStringStore implements StringStore {
  readonly #map = new Map<string, string>();

  get size(): number {
    return this.#map.size;
  }

  set(buffer: Buffer, keyStart: number, keyEnd: number, valueEnd: number): void {
    this.#map.set(buffer.toString('latin1', keyStart, keyEnd), buffer.toString('latin1', keyEnd, valueEnd));
  }

  get(buffer: Buffer, keyStart: number, keyEnd: number, out: Buffer): number {
    const value = this.#map.get(buffer.toString('latin1', keyStart, keyEnd));
    return value === undefined ? -1 : out.write(value, 0, 'latin1');
  }

  delete(buffer: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#map.delete(buffer.toString('latin1', keyStart, keyEnd));
  }
}

/** A Buffer a value, cut from Node's pool of 8 KiB slabs or allocated by itself. */
class BufferStore implements StringStore {
  readonly #map = new Map<string, Buffer>();

  constructor(private readonly allocate: (bytes: number) => Buffer) {}

  get size(): number {
    return this.#map.size;
  }

  set(buffer: Buffer, keyStart: number, keyEnd: number, valueEnd: number): void {
    const value = this.allocate(valueEnd - keyEnd);
    buffer.copy(value, 0, keyEnd, valueEnd);
    this.#map.set(buffer.toString('latin1', keyStart, keyEnd), value);
  }

  get(buffer: Buffer, keyStart: number, keyEnd: number, out: Buffer): number {
    return this.#map.get(buffer.toString('latin1', keyStart, keyEnd))?.copy(out) ?? -1;
  }

  delete(buffer: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#map.delete(buffer.toString('latin1', keyStart, keyEnd));
  }
}

/** The server's own: entries of key and value in an arena outside the JavaScript heap. */
class ArenaStore implements StringStore {
  readonly #dict = new Dict(new Arena(), 1);

  get size(): number {
    return this.#dict.size;
  }

  set(buffer: Buffer, keyStart: number, keyEnd: number, valueEnd: number): void {
    const dict = this.#dict;
    const value = new ByteSlice(buffer, keyEnd, valueEnd);
    const address = dict.find(buffer, keyStart, keyEnd);
    if (address !== 0) dict.setValue(address, value);
    else dict.writeValue(dict.insert(buffer, keyStart, keyEnd, value.length, 0), 0, value);
  }

  get(buffer: Buffer, keyStart: number, keyEnd: number, out: Buffer): number {
    const address = this.#dict.find(buffer, keyStart, keyEnd);
    if (address === 0) return -1;
    const value = this.#dict.value(address);
    copyBytes(value.buffer, value.start, value.end, out, 0);
    return value.length;
  }

  delete(buffer: Buffer, keyStart: number, keyEnd: number): boolean {
    const address = this.#dict.find(buffer, keyStart, keyEnd);
    if (address !== 0) this.#dict.remove(address);
    return address !== 0;
  }
}

export const storeNames = ['strings', 'pooled buffers', 'single buffers', 'arena'] as const;
export type StoreName = (typeof storeNames)[number];

export function createStore(name: StoreName): StringStore {
  switch (name) {
    case 'strings':
      return new LatinStringStore();
    case 'pooled buffers':
      return new BufferStore(Buffer.allocUnsafe);
    case 'single buffers':
      return new BufferStore(Buffer.allocUnsafeSlow);
    case 'arena':
      return new ArenaStore();
  }
}
