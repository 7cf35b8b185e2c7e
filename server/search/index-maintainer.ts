/**
 * Listens to the keyspace for every indexed database. Before the first index a change costs nothing, then one look into an
 * array while its database has none; with indexes, a comparison of the key with their prefixes, and its indexing once the command is done, before
 * the reply leaves.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Interest } from '../base/interest.js';
import type { KeyEvent, KeyspaceListener } from '../keyspace/keyspace-events.js';
import type { SearchCatalog } from './search-catalog.js';

export class IndexMaintainer implements KeyspaceListener {
  #hasNoted = false;
  readonly interest: Interest;

  constructor(private readonly catalog: SearchCatalog) {
    this.interest = catalog.interest;
  }

  keyChanged(db: number, event: KeyEvent, key: ByteSlice): void {
    if (this.catalog.at(db)?.note(event, key)) this.#hasNoted = true;
  }

  databaseFlushed(db: number): void {
    this.catalog.dropAll(db);
  }

  databasesSwapped(a: number, b: number): void {
    this.catalog.swap(a, b);
  }

  commandDone(): void {
    if (this.#hasNoted) this.bringUpToDate();
  }

  /** Indexes every key noted so far. */
  bringUpToDate(): void {
    for (const indexed of this.catalog.databases()) indexed.bringUpToDate();
    this.#hasNoted = false;
  }
}
