/** The numbered databases of a server and what they share. */
import { assert } from '../base/assert.js';
import type { Random } from '../base/random.js';
import { processChunks } from '../memory/chunk-source.js';
import type { EncodingLimits } from '../types/encoding-limits.js';
import type { ValueHome } from '../types/value.js';
import { AccessClock } from './access-clock.js';
import { Database, type KeyspaceShared } from './database.js';
import { KeyspaceEvents } from './keyspace-events.js';
import { EAGER, type LazyFreeRules } from './lazy-free.js';

export class Keyspace {
  readonly events = new KeyspaceEvents();
  readonly shared: KeyspaceShared;
  readonly #databases: Database[];

  constructor(options: {
    databases: number;
    random: Random;
    limits: EncodingLimits;
    nowMs: number;
    /** By default values are freed at once, but for UNLINK. */
    lazyFree?: LazyFreeRules;
    vectorEngine?: ValueHome['vectorEngine'];
  }) {
    this.shared = {
      events: this.events,
      hashSeed: options.random.nextUint32(),
      random: options.random,
      limits: options.limits,
      vectorEngine: options.vectorEngine,
      access: new AccessClock(options.random),
      nowMs: options.nowMs,
      leavesNoTrace: false,
      expiresActively: true,
      lazyFree: options.lazyFree ?? EAGER,
      stats: { hits: 0, misses: 0, expiredKeys: 0, expiredFields: 0, evictedKeys: 0, lazilyFreed: 0 },
    };
    this.#databases = Array.from({ length: options.databases }, (_, index) => new Database(index, this.shared));
  }

  get count(): number {
    return this.#databases.length;
  }

  hasDatabase(index: number): boolean {
    return index >= 0 && index < this.#databases.length;
  }

  /** A database by number; the number has been checked. */
  database(index: number): Database {
    const database = this.#databases[index];
    assert(database !== undefined, 'the database exists');
    return database;
  }

  forEach(visit: (database: Database) => void): void {
    for (const database of this.#databases) visit(database);
  }

  /** Removes every key of a database, whatever it holds, in constant time. */
  flush(index: number): void {
    this.events.databaseFlushing(index);
    this.database(index).flush();
    this.events.databaseFlushed(index);
  }

  /** Values that have lost their keys and still hold memory. */
  get dyingCount(): number {
    return this.#databases.reduce((sum, database) => sum + database.dyingCount, 0);
  }

  /** Gives back about so many blocks of their memory. @returns whether there were any */
  freeSome(blocks: number): boolean {
    const database = this.#databases.find(({ dyingCount }) => dyingCount > 0);
    database?.freeSome(blocks);
    return database !== undefined;
  }

  /** Exchanges two databases; clients stay on their number. */
  swap(a: number, b: number): void {
    const first = this.database(a);
    const second = this.database(b);
    this.#databases[a] = second;
    this.#databases[b] = first;
    first.index = b;
    second.index = a;
    this.events.databasesSwapped(a, b);
  }

  /** Gives back to the system what is free: garbage, where the process lets it be collected by hand, and what the allocator keeps. */
  purge(): void {
    globalThis.gc?.();
    processChunks.trim();
  }

  /** Bytes in use by all databases. */
  get liveBytes(): number {
    let bytes = 0;
    for (const database of this.#databases) bytes += database.liveBytes;
    return bytes;
  }

  /** Bytes in use and bytes taken from the system by all databases. */
  memoryUsage(): { liveBytes: number; reservedBytes: number } {
    let liveBytes = 0;
    let reservedBytes = 0;
    for (const database of this.#databases) {
      const usage = database.memoryUsage();
      liveBytes += usage.liveBytes;
      reservedBytes += usage.reservedBytes;
    }
    return { liveBytes, reservedBytes };
  }
}
