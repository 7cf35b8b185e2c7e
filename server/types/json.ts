/**
 * The JSON type: a document in the form of `server/json/tape.ts`, in one block of the arena.
 *
 * A change of a part moves what lies behind it and corrects the counts and lengths of the containers around it, which
 * have heads of one width: what lies before a change stays where it is, so a command that changes several parts begins with
 * the last of them. Blocks above the arena's size classes get room to grow, so that appending to a large document does
 * not copy it each time.
 */
import { assert } from '../base/assert.js';
import { endOf, Tag, validateTape } from '../json/tape.js';
import type { Arena } from '../memory/arena.js';
import { Kind, type Value, type ValueHome } from './value.js';

/** Larger blocks are not rounded up to a size class by the arena, and get an eighth more than they need. */
const EXACT_BLOCK_BYTES = 8192;
/** A large block is given back for a smaller one when less than this part of it is in use. */
const SHRINK_BELOW = 0.5;
const DOCUMENT_BYTES_MAX = 2 ** 32 - 1;
const NOTHING = Buffer.alloc(0);

export class JsonValue implements Value {
  static readonly kind = Kind.json;
  readonly #arena: Arena;
  #block: number;
  #used = 1;

  /** A document is null until it is given a value. */
  constructor({ arena }: ValueHome) {
    this.#arena = arena;
    this.#block = arena.allocate(1);
    arena.buffer(this.#block)[arena.offset(this.#block)] = Tag.null;
  }

  /** A document is there, whatever is in it. */
  get size(): number {
    return 1;
  }

  get encoding(): 'raw' {
    return 'raw';
  }

  /** The document, its root at 0: a view that lives until the next write. */
  get tape(): Buffer {
    const start = this.#arena.offset(this.#block);
    return this.#arena.buffer(this.#block).subarray(start, start + this.#used);
  }

  /** Makes a value the whole document. It must not be a part of this arena. */
  setRoot(value: Buffer): void {
    const block = this.#arena.allocate(value.length);
    value.copy(this.#arena.buffer(block), this.#arena.offset(block));
    this.#arena.free(this.#block);
    this.#block = block;
    this.#used = value.length;
  }

  /**
   * Replaces the value at an offset.
   * @param containers those around it, the outermost first
   * @param value not a part of this arena
   */
  replace(at: number, containers: readonly number[], value: Buffer): void {
    this.#splice(at, endOf(this.tape, at) - at, value, containers, 0);
  }

  /** Adds members to a container, before its entry at an offset or at its end. @param entries not a part of this arena */
  insert(at: number, containers: readonly number[], entries: Buffer, count: number): void {
    this.#splice(at, 0, entries, containers, count);
  }

  /** Takes members that lie in a row out of the innermost of the containers. */
  remove(from: number, to: number, containers: readonly number[], count: number): void {
    this.#splice(from, to - from, NOTHING, containers, -count);
  }

  memoryBytes(): number {
    return this.#arena.capacity(this.#block);
  }

  copyTo(home: ValueHome): JsonValue {
    const copy = new JsonValue(home);
    copy.setRoot(Buffer.from(this.tape));
    return copy;
  }

  free(): void {
    this.#arena.free(this.#block);
  }

  /** Checks the document; throws when it is broken. For tests. */
  validate(): void {
    validateTape(this.tape);
    assert(this.#used <= this.#arena.capacity(this.#block), 'the document fits its block');
  }

  #splice(at: number, removed: number, inserted: Buffer, containers: readonly number[], countDelta: number): void {
    const delta = inserted.length - removed;
    const used = this.#used + delta;
    assert(used <= DOCUMENT_BYTES_MAX, 'a document has less than 4 GiB');
    this.#moveTail(at + removed, at + inserted.length, used);
    inserted.copy(this.#arena.buffer(this.#block), this.#arena.offset(this.#block) + at);
    this.#used = used;
    if (delta === 0 && countDelta === 0) return;
    const words = this.#arena.words(this.#block);
    const base = this.#arena.offset(this.#block);
    for (const container of containers) {
      const lengthAt = base + container + 5;
      words.setUint32(lengthAt, words.getUint32(lengthAt, true) + delta, true);
    }
    const innermost = containers[containers.length - 1];
    if (innermost === undefined) return;
    words.setUint32(base + innermost + 1, words.getUint32(base + innermost + 1, true) + countDelta, true);
  }

  /** Moves the bytes from one offset to the end to another offset, into a new block when this one does not suit. */
  #moveTail(from: number, to: number, used: number): void {
    const capacity = this.#arena.capacity(this.#block);
    const start = this.#arena.offset(this.#block);
    const buffer = this.#arena.buffer(this.#block);
    if (used <= capacity && (used >= capacity * SHRINK_BELOW || capacity <= 16)) {
      if (from !== to) buffer.copyWithin(start + to, start + from, start + this.#used);
      return;
    }
    const block = this.#arena.allocate(used > EXACT_BLOCK_BYTES ? used + Math.ceil(used / 8) : used);
    const target = this.#arena.buffer(block);
    const targetStart = this.#arena.offset(block);
    buffer.copy(target, targetStart, start, start + Math.min(from, to));
    buffer.copy(target, targetStart + to, start + from, start + this.#used);
    this.#arena.free(this.#block);
    this.#block = block;
  }
}
