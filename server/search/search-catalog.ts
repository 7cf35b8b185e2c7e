/** Which database has which indexes. Names are a database's own; databases without an index have no entry. */
import type { Keyspace } from '../keyspace/keyspace.js';
import { IndexedDatabase } from './indexed-database.js';
import { searchErrorFor } from './search-errors.js';
import type { ServedIndex } from './served-index.js';

export class SearchCatalog {
  #databases: (IndexedDatabase | undefined)[] = [];

  constructor(private readonly keyspace: Keyspace) {}

  /** The indexed database of this number; undefined when it has no index. */
  at(db: number): IndexedDatabase | undefined {
    return this.#databases[db];
  }

  /** Every database that has an index. */
  databases(): IndexedDatabase[] {
    return this.#databases.filter((indexed) => indexed !== undefined);
  }

  /** Indexes of all databases. */
  get size(): number {
    return this.databases().reduce((sum, indexed) => sum + indexed.size, 0);
  }

  /** @throws ReplyError when there is none of that name */
  get(db: number, name: string): ServedIndex {
    const served = this.at(db)?.get(name);
    if (served === undefined) throw searchErrorFor.noSuchIndex(name, db);
    return served;
  }

  /** @throws ReplyError when the name is taken. @returns the database it is now an index of */
  add(db: number, served: ServedIndex): IndexedDatabase {
    const { name } = served.definition;
    const indexed = this.at(db) ?? new IndexedDatabase(this.keyspace.database(db));
    if (indexed.get(name) !== undefined) throw searchErrorFor.indexExists(name, db);
    indexed.add(served);
    this.#databases[db] = indexed;
    return indexed;
  }

  /** @throws ReplyError when there is none of that name */
  drop(db: number, name: string): void {
    endIndex(this.get(db, name));
    const indexed = this.at(db);
    indexed?.remove(name);
    if (indexed?.size === 0) this.#databases[db] = undefined;
  }

  /** Drops every index of a database. */
  dropAll(db: number): void {
    for (const served of this.at(db)?.all() ?? []) endIndex(served);
    this.#databases[db] = undefined;
  }

  /** Indexes follow their database to its new number. */
  swap(a: number, b: number): void {
    const first = this.#databases[a];
    this.#databases[a] = this.#databases[b];
    this.#databases[b] = first;
  }
}

/** Gives up what fills an index, and its memory. */
function endIndex(served: ServedIndex): void {
  served.backfill = undefined;
  served.index.close();
}
