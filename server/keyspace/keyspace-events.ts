/**
 * What happens to the keyspace, said once. A write command announces each key it changed and, when it is done, its
 * deterministic effect: a command that gives the same data on any copy (absolute expiry times, chosen members, results
 * instead of increments of floats). Search indexes and WATCH listen to changes. Effects are for copies of the data; a server
 * that keeps none has no listener to them, and builds none (`wantsEffects`).
 *
 * Invariant (test/server/keyspace/effects.test.ts): replaying the effects of any sequence of commands on an empty
 * server gives equal data.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { Interest } from '../base/interest.js';

/** Names as in keyspace notifications: set, hset, del, expire, expired, rename_from, rename_to, copy_to ... */
export type KeyEvent = string;

/** What tells of a stream's memory of itself and of its groups, not of its entries. */
const BESIDE_VALUES: ReadonlySet<KeyEvent> = new Set([
  'xsetid',
  'xgroup-create',
  'xgroup-setid',
  'xgroup-destroy',
  'xgroup-createconsumer',
  'xgroup-delconsumer',
]);

/** Whether an event tells of another value: whoever watches the key, or has it cached, is concerned. */
export function changesValue(event: KeyEvent): boolean {
  return !BESIDE_VALUES.has(event);
}

/** Whether an event may be what a blocked client waits for. Who reads as a group waits for the group's end, too. */
export function wakesWaiters(event: KeyEvent): boolean {
  return changesValue(event) || event === 'xgroup-destroy';
}

/** A token of an effect: text is sent as UTF-8. Slices are views, valid during the call only. */
export type EffectToken = string | ByteSlice;

export interface KeyspaceListener {
  /** While there is none, nothing is told of changes, further events and ends of commands. Unset: there always is. */
  readonly interest?: Interest;
  /** A key was created, changed or removed. The key is a view. */
  keyChanged?(db: number, event: KeyEvent, key: ByteSlice): void;
  /** Another event of a change that has been told: for who listens to events by their names. */
  furtherEvent?(db: number, event: KeyEvent, key: ByteSlice): void;
  /** Every key of a database is about to go away; they can still be looked at. */
  databaseFlushing?(db: number): void;
  /** Every key of a database went away, and what was built beside them must; told even when there was none. */
  databaseFlushed?(db: number): void;
  /** Two different databases have changed places. */
  databasesSwapped?(a: number, b: number): void;
  /** A command's deterministic effect. */
  effect?(db: number, argv: readonly EffectToken[]): void;
  /** The command (or the whole transaction) is done; its reply has not left yet. */
  commandDone?(): void;
}

type TellOfKey = (db: number, event: KeyEvent, key: ByteSlice) => void;

/** One of those who are told, while they want to hear. All of one shape, which is what makes the look cheap. */
interface Told<Tell> {
  readonly interest: Interest;
  readonly tell: Tell;
}

export class KeyspaceEvents {
  readonly #listeners: KeyspaceListener[] = [];
  /** Those of the listeners who want what is told most often. */
  readonly #changes: Told<TellOfKey>[] = [];
  readonly #further: Told<TellOfKey>[] = [];
  readonly #commands: Told<() => void>[] = [];
  readonly #effects: KeyspaceListener[] = [];
  /** Told of keys that come into being. Unset when nobody wants it: it is asked on every insertion. */
  onKeyCreated: ((db: number, key: ByteSlice) => void) | undefined;
  /** Told of keys that are looked up and not there. Unset when nobody wants it. */
  onKeyMissed: ((db: number, key: ByteSlice) => void) | undefined;
  #transaction: 'none' | 'silent' | 'told' = 'none';

  /** Adds a listener for the rest of the process's life. */
  subscribe(listener: KeyspaceListener): void {
    this.#listeners.push(listener);
    const { commandDone, furtherEvent, interest = new Interest(true), keyChanged } = listener;
    if (keyChanged !== undefined) this.#changes.push({ interest, tell: keyChanged.bind(listener) });
    if (furtherEvent !== undefined) this.#further.push({ interest, tell: furtherEvent.bind(listener) });
    if (commandDone !== undefined) this.#commands.push({ interest, tell: commandDone.bind(listener) });
    if (listener.effect !== undefined) this.#effects.push(listener);
  }

  /** Whether anyone needs effects: building them costs, so nobody does it in vain. */
  get wantsEffects(): boolean {
    return this.#effects.length > 0;
  }

  keyChanged(db: number, event: KeyEvent, key: ByteSlice): void {
    for (const { interest, tell } of this.#changes) if (interest.exists) tell(db, event, key);
  }

  furtherEvent(db: number, event: KeyEvent, key: ByteSlice): void {
    for (const { interest, tell } of this.#further) if (interest.exists) tell(db, event, key);
  }

  databaseFlushing(db: number): void {
    for (const listener of this.#listeners) listener.databaseFlushing?.(db);
  }

  databaseFlushed(db: number): void {
    for (const listener of this.#listeners) listener.databaseFlushed?.(db);
  }

  databasesSwapped(a: number, b: number): void {
    for (const listener of this.#listeners) listener.databasesSwapped?.(a, b);
  }

  /** Tells an effect; the first one of a transaction after `MULTI`. */
  effect(db: number, argv: readonly EffectToken[]): void {
    if (this.#transaction === 'silent') {
      this.#transaction = 'told';
      this.#tell(db, ['MULTI']);
    }
    this.#tell(db, argv);
  }

  /** What is told from here on belongs together. @returns false when it does already: who began ends it */
  beginTransaction(): boolean {
    if (this.#transaction !== 'none') return false;
    this.#transaction = 'silent';
    return true;
  }

  /** Ends what belongs together; a transaction that changed nothing leaves no effect. */
  endTransaction(db: number): void {
    if (this.#transaction === 'told') this.#tell(db, ['EXEC']);
    this.#transaction = 'none';
  }

  commandDone(): void {
    for (const { interest, tell } of this.#commands) if (interest.exists) tell();
  }

  #tell(db: number, argv: readonly EffectToken[]): void {
    for (const listener of this.#effects) listener.effect?.(db, argv);
  }
}
