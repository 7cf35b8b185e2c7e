/**
 * Answers that principals share only when two of them were given the same one: a defence against poisoned entries in namespaces that
 * are shared on purpose.
 *
 * An answer that one principal stores lies in a scope of that principal's own, so that no lookup of another can reach it. Beside it
 * stands a note, by the question, of who has an answer. When a second principal stores an answer to the same question and the judge calls the
 * two the same, the answer is stored in the shared scope, too. An answer that differs from a shared one stays its writer's and takes
 * nothing from the others.
 *
 * Invariants: what lies in the shared scope was given to two principals (or was stored without any, by whoever may); principals are told
 * apart by digest. The note is written before the others' are read, so of two who store at one time, by one process or two, one sees the other.
 */
import type { Commander, CommandReply } from '../commander.js';
import { storeError } from '../errors.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheKeys } from './cache-keys.js';
import type { AnswerJudge } from './decision/answer-judge.js';
import { type Digest, digestOf, digestPattern } from './digest.js';
import type { EntryHashes } from './entry-hashes.js';

/** Of the notes of entries that live for ever. */
const NOTE_MS_MAX = 30 * 86_400_000;
/** Answers of others that a fresh one is compared with. */
const COMPARED_MAX = 8;

export interface TwoWritersOptions {
  readonly commander: Commander;
  readonly keys: CacheKeys;
  readonly entries: EntryHashes;
  readonly judge: AnswerJudge;
}

/** The scope that only lookups of this principal ask beside the shared one. */
export function ownScope(scope: Digest, principal: string): Digest {
  return digestOf('nearkey-own-scope-1', [scope, principal]);
}

export class TwoWriters {
  readonly #options: TwoWritersOptions;

  constructor(options: TwoWritersOptions) {
    this.#options = options;
  }

  /**
   * A principal has stored an answer of its own.
   * @param sharedId the entry it becomes when another agrees
   * @returns whether another principal was given the same answer
   */
  async confirms(sharedId: Digest, principal: string, own: CacheEntry, keptForMs: number | null): Promise<boolean> {
    const writer = digestOf('nearkey-writer-1', [principal]);
    const key = this.#options.keys.writers(sharedId);
    const [, , notes] = await Promise.all([
      this.#call('HSET', key, writer, own.id),
      this.#call('PEXPIRE', key, Math.min(keptForMs ?? NOTE_MS_MAX, NOTE_MS_MAX)),
      this.#call('HGETALL', key),
    ]);
    for (const entryId of othersIn(notes, writer)) {
      const theirs = await this.#options.entries.read(entryId);
      if (theirs !== null && (await this.#isSame(own, theirs))) return true;
    }
    return false;
  }

  /** A judge that fails has not agreed. */
  async #isSame(own: CacheEntry, theirs: CacheEntry): Promise<boolean> {
    const prompts = { prompt: own.prompt, cachedPrompt: theirs.prompt };
    const responses = { freshResponse: own.response, cachedResponse: theirs.response };
    try {
      return (await this.#options.judge({ ...prompts, ...responses })) === 'same';
    } catch {
      return false;
    }
  }

  async #call(command: string, ...args: (string | number)[]): Promise<CommandReply> {
    try {
      return await this.#options.commander.call(command, ...args);
    } catch (error) {
      throw storeError(error, command);
    }
  }
}

/** Ids of the entries of all but one writer, in pairs of writer and id. */
function othersIn(notes: CommandReply, writer: Digest): Digest[] {
  const pairs = Array.isArray(notes) ? notes.map(String) : [];
  const others = pairs.filter((id, at) => at % 2 === 1 && pairs[at - 1] !== writer && digestPattern.test(id));
  return others.slice(0, COMPARED_MAX);
}
