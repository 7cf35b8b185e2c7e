/**
 * A Lua script that is sent by its digest; a server that does not know it yet is sent the script.
 */
import { createHash } from 'node:crypto';
import type { CommandArgument, Commander, CommandReply } from './commander.js';
import { storeError } from './errors.js';

export class CommandScript {
  readonly #source: string;
  readonly #digest: string;

  constructor(source: string) {
    this.#source = source;
    this.#digest = createHash('sha1').update(source).digest('hex');
  }

  /** @param keys of one slot. @throws CacheError */
  async run(commander: Commander, keys: readonly string[], args: readonly CommandArgument[]): Promise<CommandReply> {
    try {
      return await commander.call('EVALSHA', this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw storeError(error, 'EVALSHA');
    }
    try {
      return await commander.call('EVAL', this.#source, keys.length, ...keys, ...args);
    } catch (error) {
      throw storeError(error, 'EVAL');
    }
  }
}
