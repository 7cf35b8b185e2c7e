/**
 * Clients whose command cannot be served yet and waits for keys (BLPOP, XREAD BLOCK ...): who waits for which key, in
 * which order they came, until when. Knows no command: a parked command says what wakes it, and runs itself again
 * (server/commands/wait.ts is the side of the commands).
 *
 * Life of a parked command
 *   park      it joins the queue of each of its keys; its client is blocked from here on
 *   wake      a change of a key that has a queue makes the key ready, when somebody in the queue wants what it holds now
 *   serve     after the command, transaction or script that made keys ready: key by key in the order they became ready,
 *             and for each key in the order clients blocked, commands run again until the key has nothing left. What
 *             they change may make further keys ready; those are served in the same call, after those before them
 *   leave     served, timed out, unblocked by another client, or its client is gone. It leaves every queue and takes its
 *             timer with it, at once: a client that is gone is never served
 *
 * Invariants (checked by `validate`)
 *   - a client has at most one parked command, and `client.parked` is it
 *   - a key has a queue exactly while somebody waits for it, and the queue's counts are those of its waiters
 * Nothing is served while a command runs: `serve` is called between commands.
 */
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import type { Clock } from '../base/clock.js';
import { Interest } from '../base/interest.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Client, Parked, UnblockReason } from './client.js';

/** A command that waits. */
export interface ParkedCommand {
  readonly client: Client;
  readonly db: number;
  /** One character a byte. */
  readonly keys: readonly string[];
  /** The type, as TYPE names it, that a key must hold to be worth a try. */
  readonly typeName: string;
  /** Whether a key that is gone, or holds another type, is worth a try, too. */
  readonly wakesWhenLost: boolean;
  /** Epoch milliseconds; undefined waits for as long as it takes. */
  readonly deadlineMs: number | undefined;
  /** Runs the command again for this key alone. @returns whether it is done; otherwise it keeps its place */
  retry(key: ByteSlice): boolean;
  /** Ends the command unserved; it has left already. */
  giveUp(reason: UnblockReason): void;
}

/** What the type of a key's value is now; undefined when there is no such key. */
export type TypeLookup = (db: number, key: ByteSlice) => string | undefined;

export class BlockedClients {
  readonly #queues = new Map<string, Queue>();
  /** Queues whose key is ready, in the order they became so. */
  readonly #ready = new Set<Queue>();
  #count = 0;
  /** In changes of keys: there while a client waits for one. */
  readonly interest = new Interest();

  constructor(
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    private readonly typeOf: TypeLookup,
  ) {}

  /** Clients that are blocked. */
  get count(): number {
    return this.#count;
  }

  /** Whether a key is ready: `serve` has work. */
  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** Blocks the command's client, which is not blocked. */
  park(command: ParkedCommand): void {
    const waiter = new Waiter(command, this.clock, this.scheduler, () => this.#remove(waiter));
    for (const key of command.keys) this.#queueOf(command.db, key).add(waiter);
    this.#count++;
    command.client.parked = waiter;
    waiter.watchClock();
  }

  /** A key was created, changed or removed. */
  keyChanged(db: number, key: ByteSlice): void {
    const queue = this.#queues.get(nameOf(db, key.latin1()));
    if (queue !== undefined) this.#wake(queue);
  }

  /** Every key of a database may have changed. */
  databaseChanged(db: number): void {
    for (const queue of this.#queues.values()) if (queue.db === db) this.#wake(queue);
  }

  /** Serves whoever waits for a key that has become ready, and for those which become ready by that. */
  serve(): void {
    for (const queue of this.#ready) {
      this.#ready.delete(queue);
      const { db, key } = queue;
      let typeName = this.typeOf(db, key);
      for (const waiter of queue.waiters) {
        if (!queue.wants(typeName)) break;
        if (waiter.isWokenBy(typeName) && waiter.retry(key)) typeName = this.typeOf(db, key);
      }
    }
  }

  /** Whoever waits gives up: the server ends. */
  close(): void {
    for (const { waiters } of this.#queues.values()) for (const waiter of waiters) waiter.unblock('error');
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    const all = new Set<Waiter>();
    for (const [name, queue] of this.#queues) {
      assert(name === nameOf(queue.db, queue.key.latin1()), `${name}: its name`);
      assert(queue.waiters.size > 0, `${name}: somebody waits`);
      queue.validate();
      for (const waiter of queue.waiters) all.add(waiter);
    }
    assert(this.interest.exists === this.#queues.size > 0, 'interest while somebody waits');
    assert(all.size === this.#count, `${this.#count} are blocked, ${all.size} wait`);
    for (const waiter of all) assert(waiter.command.client.parked === waiter, 'its client knows it');
  }

  #queueOf(db: number, key: string): Queue {
    const name = nameOf(db, key);
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new Queue(db, ByteSlice.fromLatin1(key));
      this.#queues.set(name, queue);
      this.interest.exists = true;
    }
    return queue;
  }

  #wake(queue: Queue): void {
    if (!this.#ready.has(queue) && queue.wants(this.typeOf(queue.db, queue.key))) this.#ready.add(queue);
  }

  #remove(waiter: Waiter): void {
    const { client, db, keys } = waiter.command;
    for (const key of keys) {
      const name = nameOf(db, key);
      const queue = this.#queues.get(name);
      queue?.remove(waiter);
      if (queue?.waiters.size === 0) this.#queues.delete(name);
    }
    this.interest.exists = this.#queues.size > 0;
    client.parked = undefined;
    this.#count--;
  }
}

/** Who waits for one key. */
class Queue {
  /** In the order they blocked. */
  readonly waiters = new Set<Waiter>();
  /** How many want which type, so that a change nobody waits for costs the same for one waiter and for thousands. */
  readonly #wanted = new Map<string, number>();
  #wakeWhenLost = 0;

  constructor(
    readonly db: number,
    readonly key: ByteSlice,
  ) {}

  /** Whether a value of such a type (undefined: none) is worth a try for anybody. */
  wants(typeName: string | undefined): boolean {
    return this.#wakeWhenLost > 0 || (typeName !== undefined && (this.#wanted.get(typeName) ?? 0) > 0);
  }

  /** A command that names the key twice waits for it once. */
  add(waiter: Waiter): void {
    if (this.waiters.has(waiter)) return;
    this.waiters.add(waiter);
    this.#count(waiter, 1);
  }

  remove(waiter: Waiter): void {
    if (this.waiters.delete(waiter)) this.#count(waiter, -1);
  }

  validate(): void {
    const wanted = new Map<string, number>();
    for (const { command } of this.waiters) wanted.set(command.typeName, (wanted.get(command.typeName) ?? 0) + 1);
    for (const [typeName, count] of this.#wanted)
      assert(count === (wanted.get(typeName) ?? 0), `waiters for ${typeName}`);
    const wakeWhenLost = [...this.waiters].filter(({ command }) => command.wakesWhenLost).length;
    assert(wakeWhenLost === this.#wakeWhenLost, 'waiters that wake when their key is lost');
  }

  #count({ command }: Waiter, by: number): void {
    this.#wanted.set(command.typeName, (this.#wanted.get(command.typeName) ?? 0) + by);
    if (command.wakesWhenLost) this.#wakeWhenLost += by;
  }
}

/** A parked command in its queues, with its timer. */
class Waiter implements Parked {
  #isParked = true;
  #cancelTimer: (() => void) | undefined;

  constructor(
    readonly command: ParkedCommand,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    private readonly remove: () => void,
  ) {}

  isWokenBy(typeName: string | undefined): boolean {
    return this.command.wakesWhenLost || this.command.typeName === typeName;
  }

  /** @returns whether the command is done */
  retry(key: ByteSlice): boolean {
    const isDone = this.command.retry(key);
    if (isDone) this.leave();
    return isDone;
  }

  leave(): void {
    if (!this.#isParked) return;
    this.#isParked = false;
    this.#cancelTimer?.();
    this.remove();
  }

  unblock(reason: UnblockReason): void {
    if (!this.#isParked) return;
    this.leave();
    this.command.giveUp(reason);
  }

  /** Gives up at the deadline. A timer may come early, and holds no more than some weeks: the clock decides. */
  watchClock(): void {
    const { deadlineMs } = this.command;
    if (deadlineMs === undefined) return;
    const leftMs = deadlineMs - this.clock.nowMs();
    if (leftMs <= 0) this.unblock('timeout');
    else this.#cancelTimer = this.scheduler.after(leftMs, () => this.watchClock());
  }
}

function nameOf(db: number, key: string): string {
  return `${db}:${key}`;
}
