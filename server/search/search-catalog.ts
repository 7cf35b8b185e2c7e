/** Which database has which indexes and lists of words. Names are a database's own; databases without an index have no entry. */
import { Interest } from '../base/interest.js';
import type { Keyspace } from '../keyspace/keyspace.js';
import { Dictionaries } from './dictionaries.js';
import { IndexedDatabase } from './indexed-database.js';
import { searchErrorFor, searchErrors } from './search-errors.js';
import type { ServedIndex } from './served-index.js';

export class SearchCatalog {
  #databases: (IndexedDatabase | undefined)[] = [];
  readonly dictionaries = new Dictionaries();
  /** In changes of keys: there from the first index on. */
  readonly interest = new Interest();

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

  /** @param name of an index, or an alias. @throws ReplyError when there is none of that name */
  get(db: number, name: string): ServedIndex {
    const served = this.at(db)?.find(name);
    if (served === undefined) throw searchErrorFor.noSuchIndex(name, db);
    return served;
  }

  /** An index by its own name. @throws ReplyError when there is none */
  #named(db: number, name: string): { readonly indexed: IndexedDatabase; readonly served: ServedIndex } {
    const indexed = this.at(db);
    const served = indexed?.get(name);
    if (indexed === undefined || served === undefined) throw searchErrorFor.noSuchIndex(name, db);
    return { indexed, served };
  }

  /**
   * Gives an index another name.
   * @param mayMove whether the alias may be another index's until now
   * @throws ReplyError when the name is taken, or there is no such index
   */
  addAlias(db: number, alias: string, name: string, mayMove: boolean): void {
    const { indexed } = this.#named(db, name);
    if (indexed.get(alias) !== undefined) throw searchErrors.aliasConflicts;
    if (!mayMove && indexed.aliases.has(alias)) throw searchErrors.aliasExists;
    indexed.setAlias(alias, name);
  }

  /** @throws ReplyError when there is no such alias */
  removeAlias(db: number, alias: string): void {
    const indexed = this.at(db);
    if (indexed?.aliases.has(alias) !== true) throw searchErrors.aliasMissing;
    indexed.removeAlias(alias);
  }

  /** @throws ReplyError when the name is taken. @returns the database it is now an index of */
  add(db: number, served: ServedIndex): IndexedDatabase {
    const { name } = served.definition;
    const indexed = this.at(db) ?? new IndexedDatabase(this.keyspace.database(db));
    if (indexed.find(name) !== undefined) throw searchErrorFor.indexExists(name, db);
    indexed.add(served);
    this.#databases[db] = indexed;
    this.interest.exists = true;
    return indexed;
  }

  /** @param name the index's own. @throws ReplyError when there is none of that name */
  drop(db: number, name: string): void {
    const { indexed, served } = this.#named(db, name);
    endIndex(served);
    indexed.remove(name);
    if (indexed.size === 0) this.#databases[db] = undefined;
  }

  /** Drops every index of a database, and its lists of words. */
  dropAll(db: number): void {
    for (const served of this.at(db)?.all() ?? []) endIndex(served);
    this.#databases[db] = undefined;
    this.dictionaries.dropAll(db);
  }

  /** Indexes and lists of words follow their database to its new number. */
  swap(a: number, b: number): void {
    this.dictionaries.swap(a, b);
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
