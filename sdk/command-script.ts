/**
 * A Lua script that is sent by its digest; a server that does not know it yet is sent the script.
 */
import { createHash } from 'node:crypto';
import type { CommandArgument, Commander, CommandReply } from './commander.js';
import { storeError } from './errors.js';

type FailureOf = (error: unknown, command: string) => Error;

export class CommandScript {
  readonly #source: string;
  readonly #digest: string;
  readonly #failureOf: FailureOf;

  /** @param failureOf what to throw when the store says `error` */
  constructor(source: string, failureOf: FailureOf = storeError) {
    this.#source = source;
    this.#failureOf = failureOf;
    this.#digest = createHash('sha1').update(source).digest('hex');
  }

  /** @param keys of one slot. @throws what `failureOf` makes, a CacheError by default */
  async run(
    commander: Commander,
    keys: readonly CommandArgument[],
    args: readonly CommandArgument[],
  ): Promise<CommandReply> {
    try {
      return await commander.call('EVALSHA', this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw this.#failureOf(error, 'EVALSHA');
    }
    try {
      return await commander.call('EVAL', this.#source, keys.length, ...keys, ...args);
    } catch (error) {
      throw this.#failureOf(error, 'EVAL');
    }
  }
}
