/**
 * Limits of a cache, and who leaves when they are reached: the entry whose bytes save least. GreedyDual with sizes and frequencies: an
 * entry is worth `floor + hits * dollars of a hit / bytes`; the entry that is worth least leaves, and its worth becomes the floor of all
 * that comes or is hit from then on, so that what was worth much long ago does not stay for ever.
 *
 * The ledger lies beside the entries (worth by entry, size by entry, end by entry) and is changed by scripts, so several processes keep
 * one ledger. What ended by its TTL leaves the ledger before anything is evicted for it. An entry that was stored while there were no
 * limits is not in it and is never evicted.
 *
 * Hits are added up while a write is under way and never delay or fail a lookup; what cannot be written is forgotten, and costs an entry some
 * worth. A cache without limits keeps no ledger.
 */

import { CommandScript } from '../command-script.js';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { CacheError } from '../errors.js';
import type { Digest } from './digest.js';

export interface VolumeConfig {
  /** By default there is no limit. */
  readonly entriesMax?: number | undefined;
  /** Of prompts, answers, attributes and vectors, about; by default there is no limit. */
  readonly bytesMax?: number | undefined;
}

export interface LedgerEntry {
  readonly id: Digest;
  readonly bytes: number;
  /** What one hit saves. */
  readonly hitDollars: number;
  /** `null`: for ever. */
  readonly endsAtMs: number | null;
}

export interface LedgerOptions {
  readonly commander: Commander;
  /** The start of the ledger's keys, which all lie where the entries do. */
  readonly keyPrefix: string;
  readonly config: VolumeConfig;
  /** Told of a write that failed. */
  readonly onError: () => void;
}

/** Ends that are taken notice of before an eviction; more wait for the next one. */
const ENDED_PER_STORE = 1000;
/** Worth is counted in billionths of a dollar a byte: numbers that are neither tiny nor huge. */
const WORTH_SCALE = 1e9;
/** Entries that wait for their hits to be written; hits of more are forgotten. */
const WAITING_MAX = 10_000;

const common = `
local worths, ledger, ends = KEYS[1], KEYS[2], KEYS[3]
local function forget(id)
  local record = redis.call('HGET', ledger, id)
  if record then
    redis.call('HINCRBY', ledger, 'bytes', -tonumber(string.match(record, '^%d+')))
    redis.call('HDEL', ledger, id)
  end
  redis.call('ZREM', worths, id)
  redis.call('ZREM', ends, id)
end
local function floor() return tonumber(redis.call('HGET', ledger, 'floor') or '0') end
`;

/** ARGV: id, bytes, worth of a hit, end ('' for none), now, entriesMax and bytesMax (0 for none). Answers the ids that leave. */
const storedScript = new CommandScript(`${common}
local id, bytes, hit, entriesMax, bytesMax = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[6]), tonumber(ARGV[7])
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', ARGV[5], 'LIMIT', 0, ${ENDED_PER_STORE})) do forget(ended) end
forget(id)
if bytesMax > 0 and bytes > bytesMax then return {id} end
redis.call('HSET', ledger, id, string.format('%d %s 1', bytes, hit))
redis.call('HINCRBY', ledger, 'bytes', bytes)
redis.call('ZADD', worths, floor() + tonumber(hit), id)
if ARGV[4] ~= '' then redis.call('ZADD', ends, ARGV[4], id) end
local leaving = {}
while true do
  local isFull = entriesMax > 0 and redis.call('ZCARD', worths) > entriesMax
  isFull = isFull or (bytesMax > 0 and tonumber(redis.call('HGET', ledger, 'bytes')) > bytesMax)
  local least = isFull and redis.call('ZRANGE', worths, 0, 0, 'WITHSCORES') or {}
  if #least == 0 then return leaving end
  redis.call('HSET', ledger, 'floor', least[2])
  forget(least[1])
  leaving[#leaving + 1] = least[1]
end`);

/** ARGV: id and hits, again and again. */
const usedScript = new CommandScript(`${common}
for at = 1, #ARGV, 2 do
  local id = ARGV[at]
  local bytes, hit, hits = string.match(redis.call('HGET', ledger, id) or '', '^(%d+) (%S+) (%d+)$')
  if bytes then
    hits = tonumber(hits) + tonumber(ARGV[at + 1])
    redis.call('HSET', ledger, id, string.format('%s %s %d', bytes, hit, hits))
    redis.call('ZADD', worths, floor() + tonumber(hit) * hits, id)
  end
end
return 0`);

/** ARGV: ids. */
const removedScript = new CommandScript(`${common}
for _, id in ipairs(ARGV) do forget(id) end
return 0`);

export class CacheLedger {
  readonly #options: LedgerOptions;
  readonly #keys: readonly string[];
  #waiting = new Map<Digest, number>();
  #isWriting = false;

  /** @throws CacheError `invalid-configuration` */
  constructor(options: LedgerOptions) {
    for (const name of ['entriesMax', 'bytesMax'] as const) {
      const limit = options.config[name];
      if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 1)) continue;
      const message = `Cannot open the cache: expected ${name} to be a positive integer, received ${limit}`;
      throw new CacheError('invalid-configuration', message);
    }
    this.#options = options;
    this.#keys = ['worths', 'ledger', 'ends'].map((name) => `${options.keyPrefix}${name}`);
  }

  get isKept(): boolean {
    const { entriesMax, bytesMax } = this.#options.config;
    return entriesMax !== undefined || bytesMax !== undefined;
  }

  /** An entry was stored, or stored anew. @returns the ids of entries that have to be deleted for it */
  async stored({ id, bytes, hitDollars, endsAtMs }: LedgerEntry, nowMs: number): Promise<Digest[]> {
    if (!this.isKept) return [];
    const { entriesMax = 0, bytesMax = 0 } = this.#options.config;
    const worth = Math.round((hitDollars * WORTH_SCALE * 1000) / bytes) / 1000;
    const leaving = await this.#run(storedScript, [id, bytes, worth, endsAtMs ?? '', nowMs, entriesMax, bytesMax]);
    return Array.isArray(leaving) ? leaving.map(String) : [];
  }

  /** An entry was served. */
  used(id: Digest): void {
    if (!this.isKept || (this.#waiting.size >= WAITING_MAX && !this.#waiting.has(id))) return;
    this.#waiting.set(id, (this.#waiting.get(id) ?? 0) + 1);
    if (!this.#isWriting) void this.#writeHits();
  }

  async removed(ids: readonly Digest[]): Promise<void> {
    if (this.isKept && ids.length > 0) await this.#run(removedScript, ids);
  }

  async #writeHits(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.size > 0) {
      const hits = [...this.#waiting].flat();
      this.#waiting = new Map();
      await this.#run(usedScript, hits).catch(this.#options.onError);
    }
    this.#isWriting = false;
  }

  #run(script: CommandScript, args: readonly CommandArgument[]): Promise<CommandReply> {
    return script.run(this.#options.commander, this.#keys, args);
  }
}
