/**
 * Freeing in parts. A value of many blocks that loses its key may give its memory back later, a few blocks at a time between
 * commands, so that nobody waits for all of it. Which removals do so is what the `lazyfree-lazy-*` settings say; UNLINK
 * always does. Memory counts as used until it is given back.
 */
import type { Config } from '../config/config.js';
import type { Value } from '../types/value.js';

/** Why a value loses its key: by UNLINK, DEL, another command, its time, or want of memory. */
export type Removal = 'unlink' | 'user' | 'server' | 'expiry' | 'eviction';
export type LazyFreeRules = Readonly<Record<Removal, boolean>>;

/** A value of so many blocks is freed at once: that takes microseconds. */
const BLOCKS_AT_ONCE_MAX = 64;

export const EAGER: LazyFreeRules = { unlink: true, user: false, server: false, expiry: false, eviction: false };

/** @returns an object whose fields change when a setting does */
export function configuredLazyFree(config: Config): LazyFreeRules {
  const rules = readRules(config);
  config.onChange(() => Object.assign(rules, readRules(config)));
  return rules;
}

function readRules(config: Config): LazyFreeRules {
  return {
    unlink: true,
    user: config.get('lazyfree-lazy-user-del'),
    server: config.get('lazyfree-lazy-server-del'),
    expiry: config.get('lazyfree-lazy-expire'),
    eviction: config.get('lazyfree-lazy-eviction'),
  };
}

/** The values of one database that have lost their keys and still hold memory. First in, first out. */
export class DyingValues {
  readonly #values: Value[] = [];

  get count(): number {
    return this.#values.length;
  }

  /** Vectors they keep in rows of an index. */
  get references(): number {
    return this.#values.reduce((sum, { references = 0 }) => sum + references, 0);
  }

  /** Takes a value that is large enough. @returns whether it did; otherwise it is for the caller to free */
  take(value: Value): boolean {
    if ((value.blocks ?? 1) <= BLOCKS_AT_ONCE_MAX) return false;
    this.#values.push(value);
    return true;
  }

  /** Gives back about so many blocks. @returns how many values were done with */
  freeSome(blocks: number): number {
    const [value] = this.#values;
    if (value === undefined || value.freeSome?.(blocks) === true) return 0;
    this.#values.shift();
    return 1;
  }
}
