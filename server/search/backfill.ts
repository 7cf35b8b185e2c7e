/**
 * Indexing what was there before the index: a scan of the database in slices, between which clients are served.
 *
 * A key that is written meanwhile is indexed by its write; the scan skips it. A valid one is known by being in the
 * index; refused ones are noted, so that none is counted as a failure twice. A backfill is over when the scan is, and
 * given up when the index no longer points to it: its index was dropped or its database flushed.
 */
import type { Clock } from '../base/clock.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Keyspace } from '../keyspace/keyspace.js';
import { TYPE_NAMES } from './document-type.js';
import type { IndexedDatabase } from './indexed-database.js';
import type { Filling, ServedIndex } from './served-index.js';

/** A slice ends at whichever comes first: other clients wait no longer than this. */
const SLICE_US = 2000;
const SLICE_KEYS = 512;

class Backfill implements Filling {
  #cursor = 0;
  #scanned = 0;
  readonly #refused = new Set<string>();

  constructor(
    private readonly target: IndexedDatabase,
    private readonly served: ServedIndex,
    /** Whether documents that are indexed are indexed again: there are more fields now. */
    private readonly isAgain = false,
  ) {}

  get progress(): number {
    return this.#scanned / Math.max(this.#scanned + 1, this.target.database.size);
  }

  get isGivenUp(): boolean {
    return this.served.backfill !== this;
  }

  noteRefused(name: string): void {
    this.#refused.add(name);
  }

  /** Scans a few keys. @returns how many */
  step(): number {
    const found: string[] = [];
    const scannedBefore = this.#scanned;
    const documentTypeName = TYPE_NAMES[this.served.definition.documentType];
    this.#cursor = this.target.database.scan(this.#cursor, (key, typeName) => {
      this.#scanned++;
      if (typeName === documentTypeName && this.served.covers(key)) found.push(key.latin1());
    });
    for (const name of found) {
      if ((this.served.index.has(name) && !this.isAgain) || this.#refused.has(name)) continue;
      if (!this.target.indexExisting(this.served, name)) this.#refused.add(name);
    }
    if (this.#cursor === 0) this.served.backfill = undefined;
    return this.#scanned - scannedBefore;
  }
}

/** Runs backfills one after the other, a slice at a time. */
export class BackfillRunner {
  #waiting: Backfill[] = [];

  constructor(
    private readonly keyspace: Keyspace,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
  ) {}

  /** @param isAgain whether documents that are indexed are indexed again */
  start(target: IndexedDatabase, served: ServedIndex, isAgain = false): void {
    const backfill = new Backfill(target, served, isAgain);
    served.backfill = backfill;
    this.#waiting.push(backfill);
    if (this.#waiting.length === 1) this.#scheduleSlice();
  }

  /** Gives up what is left. */
  stop(): void {
    this.#waiting = [];
  }

  #scheduleSlice(): void {
    this.scheduler.soon(() => this.#runSlice());
  }

  #runSlice(): void {
    const deadlineUs = this.clock.monotonicUs() + SLICE_US;
    this.keyspace.shared.nowMs = this.clock.nowMs();
    let keysLeft = SLICE_KEYS;
    while (keysLeft > 0 && this.clock.monotonicUs() < deadlineUs) {
      const backfill = this.#waiting[0];
      if (backfill === undefined) break;
      if (backfill.isGivenUp) this.#waiting.shift();
      else keysLeft -= Math.max(1, backfill.step());
    }
    this.keyspace.events.commandDone();
    if (this.#waiting.length > 0) this.#scheduleSlice();
  }
}
