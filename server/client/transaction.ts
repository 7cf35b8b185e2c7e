/**
 * MULTI state of a client and the keys it watches. Queued commands are copies: the batch they arrived in is gone by EXEC.
 */
import { Interest } from '../base/interest.js';

/** One queued command: the bytes of its arguments and their frame (argc, then offset and length of each). */
export interface QueuedCommand {
  readonly buffer: Buffer;
  readonly words: Int32Array;
}

/** Who watches which key, over all clients, so that a change finds its watchers in one look-up. */
export class WatchList {
  readonly #watchers = new Map<string, Set<Transaction>>();
  /** In changes of keys: there while one is watched. */
  readonly interest = new Interest();

  add(name: string, transaction: Transaction): void {
    const watchers = this.#watchers.get(name);
    if (watchers === undefined) this.#watchers.set(name, new Set([transaction]));
    else watchers.add(transaction);
    this.interest.exists = true;
  }

  remove(name: string, transaction: Transaction): void {
    const watchers = this.#watchers.get(name);
    watchers?.delete(transaction);
    if (watchers?.size === 0) this.#watchers.delete(name);
    this.interest.exists = this.#watchers.size > 0;
  }

  /** Marks every transaction that watches this key as failed. */
  touch(name: string): void {
    for (const transaction of this.#watchers.get(name) ?? []) transaction.watchFailed = true;
  }

  /** Every watched name, for FLUSHALL and SWAPDB. */
  names(): string[] {
    return [...this.#watchers.keys()];
  }
}

/** The name under which a key of a database is watched. */
export function watchName(db: number, key: string): string {
  return `${db}:${key}`;
}

export class Transaction {
  /** Between MULTI and EXEC. */
  open = false;
  /** A queued command was refused: EXEC will abort. */
  aborted = false;
  /** A watched key changed: EXEC will answer null. */
  watchFailed = false;
  readonly #queued: QueuedCommand[] = [];
  #queuedBytes = 0;
  readonly watched = new Set<string>();

  constructor(private readonly watchList: WatchList) {}

  get queued(): readonly QueuedCommand[] {
    return this.#queued;
  }

  /** Bytes of the queued commands' arguments and frames. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  enqueue(command: QueuedCommand): void {
    this.#queued.push(command);
    this.#queuedBytes += command.buffer.length + command.words.byteLength;
  }

  watch(name: string): void {
    this.watched.add(name);
    this.watchList.add(name, this);
  }

  unwatchAll(): void {
    for (const name of this.watched) this.watchList.remove(name, this);
    this.watched.clear();
    this.watchFailed = false;
  }

  /** Ends MULTI, with or without having run. */
  end(): void {
    this.open = false;
    this.aborted = false;
    this.#queued.length = 0;
    this.#queuedBytes = 0;
    this.unwatchAll();
  }
}
