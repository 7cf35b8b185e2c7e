/**
 * The indexes of one database, kept true to its keys.
 *
 * A change only notes the key; `bringUpToDate` reads what the key holds by then and tells every index that covers it.
 * So a command that touches a key ten times indexes it once, and what came of the key does not depend on which event
 * announced it.
 *
 * Invariant, whenever nothing is noted and no backfill runs: a key is in an index exactly when the index covers it and
 * it is a document of the index's type, not expired, whose declared fields are valid (test/server/search/lifecycle-fuzz.test.ts).
 */
import { ByteSlice } from '../base/byte-slice.js';
import type { Database } from '../keyspace/database.js';
import { ExpiryQueue } from '../keyspace/expiry-queue.js';
import type { KeyEvent } from '../keyspace/keyspace-events.js';
import { type DocumentValue, documentAt } from './document-type.js';
import type { ServedIndex } from './served-index.js';

export class IndexedDatabase {
  readonly #indexes = new Map<string, ServedIndex>();
  /** Other names of indexes, each with the index's own. */
  readonly #aliases = new Map<string, string>();
  readonly #expiries = new ExpiryQueue();
  /** Keys changed since they were last looked at, and whether more than their expiry changed. */
  #changed = new Map<string, boolean>();

  constructor(readonly database: Database) {}

  /** @param name the index's own */
  get(name: string): ServedIndex | undefined {
    return this.#indexes.get(name);
  }

  /** @param name the index's own, or an alias */
  find(name: string): ServedIndex | undefined {
    return this.#indexes.get(name) ?? this.#indexes.get(this.#aliases.get(name) ?? '');
  }

  get aliases(): ReadonlyMap<string, string> {
    return this.#aliases;
  }

  setAlias(alias: string, name: string): void {
    this.#aliases.set(alias, name);
  }

  removeAlias(alias: string): void {
    this.#aliases.delete(alias);
  }

  all(): IterableIterator<ServedIndex> {
    return this.#indexes.values();
  }

  get size(): number {
    return this.#indexes.size;
  }

  add(served: ServedIndex): void {
    this.#indexes.set(served.definition.name, served);
  }

  remove(name: string): void {
    this.#indexes.delete(name);
    for (const [alias, of] of this.#aliases) if (of === name) this.#aliases.delete(alias);
  }

  /** Notes a change of a key, when an index covers it. @returns whether it was noted */
  note(event: KeyEvent, key: ByteSlice): boolean {
    if (!this.#isCovered(key)) return false;
    const name = key.latin1();
    if (event !== 'expire' && event !== 'persist') this.#changed.set(name, true);
    else if (!this.#changed.has(name)) this.#changed.set(name, false);
    return true;
  }

  /** Indexes every key noted. Looking at a key may expire it, which notes it again. */
  bringUpToDate(): void {
    while (this.#changed.size > 0) {
      const changed = this.#changed;
      this.#changed = new Map();
      for (const [name, contentChanged] of changed) this.#look(name, contentChanged);
    }
  }

  /** Makes the indexes true to this moment: keys and fields whose time has come are removed, and keys noted are indexed. */
  prepareForSearch(nowMs: number): void {
    this.database.expireParts(Number.POSITIVE_INFINITY);
    for (;;) {
      const name = this.#expiries.takeDue(nowMs);
      if (name === undefined) break;
      this.database.expiryMs(ByteSlice.fromLatin1(name));
    }
    this.bringUpToDate();
  }

  /** Indexes, in one index, a document that was there before it. @returns whether it is valid */
  indexExisting(served: ServedIndex, name: string): boolean {
    const key = ByteSlice.fromLatin1(name);
    const document = documentAt(this.database, key);
    if (document === undefined || !served.accepts(document)) return true;
    this.#noteExpiry(name, key);
    return served.put(name, document);
  }

  #look(name: string, contentChanged: boolean): void {
    const key = ByteSlice.fromLatin1(name);
    const document = documentAt(this.database, key);
    if (document === undefined) this.#expiries.delete(name);
    else this.#noteExpiry(name, key);
    if (contentChanged) this.#index(name, key, document);
  }

  #index(name: string, key: ByteSlice, document: DocumentValue | undefined): void {
    for (const served of this.#indexes.values()) {
      if (!served.covers(key)) continue;
      if (document === undefined || !served.accepts(document)) served.index.delete(name);
      else if (!served.put(name, document)) served.backfill?.noteRefused(name);
    }
  }

  #noteExpiry(name: string, key: ByteSlice): void {
    const expiryMs = this.database.expiryMs(key);
    if (expiryMs >= 0) this.#expiries.set(name, expiryMs);
    else this.#expiries.delete(name);
  }

  #isCovered(key: ByteSlice): boolean {
    for (const served of this.#indexes.values()) if (served.covers(key)) return true;
    return false;
  }
}
