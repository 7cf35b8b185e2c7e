/** What a running command can reach, and the effect it leaves. One object serves every command in turn. */
import type { ByteSlice } from '../../base/byte-slice.js';
import type { Client } from '../../client/client.js';
import type { Database } from '../../keyspace/database.js';
import type { EffectToken } from '../../keyspace/keyspace-events.js';
import type { ReplySink } from '../../protocol/reply-writer.js';
import type { ScriptHost } from '../../scripting/script-run.js';
import { accessRequest } from '../access-request.js';
import type { CommandEntry, Context, ServerFacilities } from '../command.js';
import { frameSlices } from './frame.js';

/** A Context that is pointed at one command after the other. */
export class RunningContext implements Context {
  #client: Client | undefined;
  #reply: ReplySink | undefined;
  mayFinishLater = true;
  inScript = false;
  #changes = 0;
  #effects: readonly (readonly EffectToken[])[] | undefined;
  #wokenBy: ByteSlice | undefined;

  constructor(
    readonly server: ServerFacilities,
    readonly scriptHost: ScriptHost,
    private readonly queuedRunner: (client: Client, writer: ReplySink) => void,
  ) {}

  /** @param wokenBy the key that makes a parked command run again */
  begin(client: Client, reply: ReplySink, wokenBy?: ByteSlice): void {
    this.#client = client;
    this.#reply = reply;
    this.#changes = 0;
    this.#effects = undefined;
    this.#wokenBy = wokenBy;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('no command is running');
    return this.#client;
  }

  /** Of the command that runs, or ran last. */
  get lastDb(): number {
    return this.#client?.db ?? 0;
  }

  get reply(): ReplySink {
    if (this.#reply === undefined) throw new Error('no command is running');
    return this.#reply;
  }

  get db(): Database {
    return this.server.keyspace.database(this.client.db);
  }

  get nowMs(): number {
    return this.server.keyspace.shared.nowMs;
  }

  changed(event: string, key: ByteSlice, db: Database = this.db): void {
    this.#changes++;
    this.server.stats.changes++;
    this.server.keyspace.events.keyChanged(db.index, event, key);
  }

  furtherEvent(event: string, key: ByteSlice): void {
    this.server.keyspace.events.furtherEvent(this.db.index, event, key);
  }

  changedDatabase(): void {
    this.#changes++;
  }

  mayReadEveryKey(entry: CommandEntry, argv: readonly ByteSlice[]): boolean {
    return this.client.user?.mayReadEveryKey(accessRequest(entry, argv)) ?? true;
  }

  get hasWaited(): boolean {
    return this.#wokenBy !== undefined;
  }

  keysToTry(keys: readonly ByteSlice[]): readonly ByteSlice[] {
    const wokenBy = this.#wokenBy;
    return wokenBy === undefined ? keys : keys.filter((key) => key.equals(wokenBy));
  }

  get wantsEffects(): boolean {
    return this.server.keyspace.events.wantsEffects;
  }

  effects(commands: readonly (readonly EffectToken[])[]): void {
    this.#effects = commands;
  }

  runQueued(): void {
    this.queuedRunner(this.client, this.reply);
    // The queued commands have told their effects themselves.
    this.#changes = 0;
  }

  atomically(body: () => void): void {
    const { events } = this.server.keyspace;
    const begins = events.beginTransaction();
    try {
      body();
    } finally {
      if (begins) events.endTransaction(this.client.db);
    }
  }

  /** Tells the effect of the command that just ran, when anyone listens. */
  emitEffects(entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    const { events } = this.server.keyspace;
    if (!events.wantsEffects || !entry.flags.includes('write')) return;
    if (this.#effects !== undefined) {
      for (const argv of this.#effects) events.effect(this.client.db, argv);
    } else if (this.#changes > 0) {
      events.effect(this.client.db, frameSlices(buffer, words, base));
    }
  }
}
