/**
 * What a group tells others of its records: an entry of a Redis stream for each write that changed something, for consumers of
 * XREAD and XREADGROUP. Fields: `op` (put, update, delete, hard-delete), `id`, `at` (milliseconds of the write), `time` (the event time as it
 * was written; absent from updates without one), `features` (JSON as in the APIs: of a put the record, of an update what it changes) and
 * `late` with 1 for a write that is older than the record and went among its versions only.
 *
 * On one server the entry is made by the script that writes the record: there is one for every change, in their order. The stream of a cluster lies
 * on another node than most records. There the script leaves the entry in an outbox in the slot of the record, a stream too, and whoever wrote sends on what
 * is in it, in its order, with its id there as `seq`, and takes it out. What a process that ended has left is sent on by the next write of the record, or by
 * the next sweep: at least once, and what comes twice has the same `seq`.
 */
import { CommandScript } from '../command-script.js';
import type { Commander } from '../commander.js';
import { storeFailure } from './feature-error.js';
import type { GroupDefinition } from './feature-group.js';
import { changesKey, changesPrefix } from './record-keys.js';
import { scan } from './record-listing.js';

export type ChangeName = 'put' | 'update' | 'delete' | 'hard-delete';

export interface Change {
  readonly op: ChangeName;
  readonly recordId: string;
  /** '' for none. */
  readonly eventTime: string;
  /** JSON; '' for none. */
  readonly features: string;
}

/** Entries that are sent on together. */
const entriesAtOnce = 100;
const keysPerStep = 200;

/** Takes entries out of an outbox, and away with it what is empty. */
const takeScript = new CommandScript(
  `
redis.call('XDEL', KEYS[1], unpack(ARGV))
if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[1]) end
return 1
`,
  storeFailure,
);

interface UnderWay {
  readonly running: Promise<void>;
  /** Begins after it, with what has been written until then. */
  next: Promise<void> | undefined;
}

/** Sends on what lies in outboxes of a cluster. Of one outbox each process sends one thing after the other. */
export class ChangeRelay {
  readonly #commander: Commander;
  /** By outbox. */
  readonly #underWay = new Map<string, UnderWay>();

  constructor(commander: Commander) {
    this.#commander = commander;
  }

  /** Resolves when what lay in the outbox is in the stream. @throws FeatureError */
  async send(definition: GroupDefinition, outbox: string): Promise<void> {
    const underWay = this.#underWay.get(outbox);
    if (underWay === undefined) return this.#begin(definition, outbox);
    underWay.next ??= underWay.running.catch(() => undefined).then(() => this.#begin(definition, outbox));
    return underWay.next;
  }

  /** What ended processes have left of a group. @throws FeatureError */
  async sendAll(definition: GroupDefinition, giveWay: () => Promise<void>): Promise<void> {
    const prefix = `${changesPrefix(definition)}{`;
    for (const node of this.#commander.nodes?.() ?? []) {
      let cursor = '0';
      do {
        const step = await scan(node, cursor, prefix, keysPerStep);
        await Promise.all(step.keys.map((outbox) => this.send(definition, outbox)));
        cursor = step.cursor;
        await giveWay();
      } while (cursor !== '0');
    }
  }

  async #begin(definition: GroupDefinition, outbox: string): Promise<void> {
    const running = this.#sendOn(definition, outbox);
    const underWay: UnderWay = { running, next: undefined };
    this.#underWay.set(outbox, underWay);
    try {
      await running;
    } finally {
      if (underWay.next === undefined) this.#underWay.delete(outbox);
    }
  }

  async #sendOn(definition: GroupDefinition, outbox: string): Promise<void> {
    const maxLength = definition.online?.changes?.maxLength;
    if (maxLength === undefined) return;
    try {
      for (;;) {
        const reply = await this.#commander.call('XRANGE', outbox, '-', '+', 'COUNT', entriesAtOnce);
        const entries = Array.isArray(reply) ? reply : [];
        if (entries.length === 0) return;
        const sent: string[] = [];
        for (const entry of entries) {
          const [id, fields] = Array.isArray(entry) ? entry : [];
          const told = Array.isArray(fields) ? fields.map(String) : [];
          const key = changesKey(definition);
          await this.#commander.call('XADD', key, 'MAXLEN', '~', maxLength, '*', ...told, 'seq', String(id));
          sent.push(String(id));
        }
        await takeScript.run(this.#commander, [outbox], sent);
        if (entries.length < entriesAtOnce) return;
      }
    } catch (error) {
      throw storeFailure(error, 'XADD');
    }
  }
}
