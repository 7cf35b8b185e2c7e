/**
 * Keys and the dense ids that every attribute index speaks of.
 *
 * Invariants: an id belongs to at most one key; ids are below `idLimit`; the id of a deleted document is given to the
 * next new one, so arrays indexed by id stay as long as the index ever was large. Because of that reuse an id says
 * nothing about age: `sequence` does. It only grows, and is what "insertion order" means everywhere. A key that is
 * replaced or renamed keeps id and sequence.
 */
import { grownFloat64 } from './typed-arrays.js';

export type DocumentId = number;

export class DocumentTable {
  readonly #ids = new Map<string, DocumentId>();
  readonly #keys: (string | undefined)[] = [];
  readonly #free: DocumentId[] = [];
  #sequences: Float64Array = new Float64Array(0);
  #nextSequence = 0;
  #keyChars = 0;

  get size(): number {
    return this.#ids.size;
  }

  /** One more than the greatest id ever given out. */
  get idLimit(): number {
    return this.#keys.length;
  }

  idOf(key: string): DocumentId | undefined {
    return this.#ids.get(key);
  }

  keyOf(id: DocumentId): string | undefined {
    return this.#keys[id];
  }

  has(id: DocumentId): boolean {
    return this.#keys[id] !== undefined;
  }

  /** The id of the key, a new one if it has none. */
  assign(key: string): DocumentId {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#free.pop() ?? this.#keys.length;
    this.#keys[id] = key;
    this.#keyChars += key.length;
    this.#ids.set(key, id);
    this.#sequences = grownFloat64(this.#sequences, id + 1, 0);
    this.#sequences[id] = this.#nextSequence++;
    return id;
  }

  /** Forgets the key; returns the id it had. */
  release(key: string): DocumentId | undefined {
    const id = this.#ids.get(key);
    if (id === undefined) return undefined;
    this.#ids.delete(key);
    this.#keys[id] = undefined;
    this.#keyChars -= key.length;
    this.#free.push(id);
    return id;
  }

  /** Gives the document of `from` the key `to`, which must be free. False when there is no such document. */
  rename(from: string, to: string): boolean {
    const id = this.#ids.get(from);
    if (id === undefined || this.#ids.has(to)) return false;
    this.#ids.delete(from);
    this.#ids.set(to, id);
    this.#keys[id] = to;
    this.#keyChars += to.length - from.length;
    return true;
  }

  /** Smaller is older. */
  sequenceOf(id: DocumentId): number {
    return this.#sequences[id] ?? 0;
  }

  /** Whether document `a` was inserted before document `b`. */
  precedes(a: DocumentId, b: DocumentId): boolean {
    return this.sequenceOf(a) < this.sequenceOf(b);
  }

  /** Visits every id, in no promised order. */
  forEach(visit: (id: DocumentId) => void): void {
    for (let id = 0; id < this.#keys.length; id++) if (this.#keys[id] !== undefined) visit(id);
  }

  get memoryBytes(): number {
    return this.#keyChars + this.size * documentOverheadBytes + this.#sequences.byteLength + this.#free.length * 8;
  }

  validate(): string[] {
    const errors: string[] = [];
    const sequences = new Set<number>();
    this.forEach((id) => {
      const key = this.#keys[id];
      if (key === undefined || this.#ids.get(key) !== id) errors.push(`document ${id}: its key does not lead back`);
      sequences.add(this.sequenceOf(id));
    });
    if (sequences.size !== this.#ids.size) errors.push('documents: two share a place in insertion order');
    const free = new Set(this.#free);
    if (free.size !== this.#free.length) errors.push('documents: an id is free twice');
    if (this.#ids.size + free.size !== this.#keys.length) errors.push('documents: an id is neither used nor free');
    for (const id of free) if (this.has(id)) errors.push(`document ${id}: both used and free`);
    return errors;
  }
}

/** A Map entry, a slot of the key array and the header of a one-byte string, in V8 without pointer compression. */
const documentOverheadBytes = 72;
