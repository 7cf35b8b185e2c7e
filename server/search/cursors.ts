/**
 * Aggregations that clients read bit by bit. Each has a number nobody can foresee; one that is not read for its idle time is forgotten,
 * and so are those of an index that is gone. While one is being read it is not here: nobody else can read it.
 */
import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Aggregating } from './aggregate-executor.js';
import { searchErrorFor } from './search-errors.js';
import type { ServedIndex } from './served-index.js';

export interface Cursor {
  readonly served: ServedIndex;
  readonly aggregating: Aggregating;
  /** Rows of a reading that does not say how many. */
  readonly count: number;
  readonly idleMsMax: number;
  /** Starts the time that a reading may take. */
  readonly grantTime: () => void;
}

interface Resting {
  readonly cursor: Cursor;
  readonly expiresAtMs: number;
}

export class Cursors {
  readonly #resting = new Map<number, Resting>();
  #cancelTimer: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  get size(): number {
    return this.#resting.size;
  }

  /** Cursors of an index. */
  countOf(served: ServedIndex): number {
    let count = 0;
    for (const { cursor } of this.#resting.values()) if (cursor.served === served) count++;
    return count;
  }

  /** Keeps a new cursor. @returns its number. @throws ReplyError when the index has too many */
  open(cursor: Cursor, countMax: number): number {
    this.#forgetIdle();
    if (this.countOf(cursor.served) >= countMax) throw searchErrorFor.tooManyCursors(countMax);
    let id = 0;
    while (id === 0 || this.#resting.has(id)) id = this.random.nextUint32();
    this.rest(id, cursor);
    return id;
  }

  /** Keeps a cursor again that has been read. */
  rest(id: number, cursor: Cursor): void {
    this.#resting.set(id, { cursor, expiresAtMs: this.clock.nowMs() + cursor.idleMsMax });
    this.#cancelTimer ??= this.scheduler.after(cursor.idleMsMax, () => this.#sweep());
  }

  /** Takes a cursor out to read it, or to forget it. Undefined when there is none of that number and index. */
  take(id: number, served: ServedIndex): Cursor | undefined {
    this.#forgetIdle();
    const cursor = this.#resting.get(id)?.cursor;
    if (cursor === undefined || cursor.served !== served) return undefined;
    this.#resting.delete(id);
    return cursor;
  }

  /** Forgets the cursors of an index that is gone. */
  forget(served: ServedIndex): void {
    for (const [id, { cursor }] of this.#resting) if (cursor.served === served) this.#resting.delete(id);
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#resting.clear();
  }

  #sweep(): void {
    this.#cancelTimer = undefined;
    this.#forgetIdle();
    const moments = Array.from(this.#resting.values(), ({ expiresAtMs }) => expiresAtMs);
    if (moments.length === 0) return;
    const delayMs = Math.max(1, moments.reduce((a, b) => Math.min(a, b)) - this.clock.nowMs());
    this.#cancelTimer = this.scheduler.after(delayMs, () => this.#sweep());
  }

  #forgetIdle(): void {
    const nowMs = this.clock.nowMs();
    for (const [id, { expiresAtMs }] of this.#resting) if (expiresAtMs <= nowMs) this.#resting.delete(id);
  }
}
