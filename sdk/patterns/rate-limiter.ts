/**
 * How often something may be done, over all processes that share a server: so often in a window of time, or as a bucket of tokens that
 * fills at a steady rate and allows bursts of its size. One key a subject, one script a call, so two callers never both take the last one;
 * the time is the server's.
 *
 * Rejects when the server does: whether to go on without a limit is the caller's to decide.
 */

import { CommandScript } from '../command-script.js';
import type { CommandArgument, Commander } from '../commander.js';
import { CacheError } from '../errors.js';

export interface RateVerdict {
  readonly isAllowed: boolean;
  /** How many more are allowed now. */
  readonly remaining: number;
  /** 0 when it is allowed. */
  readonly retryAfterMs: number;
}

export interface RateLimiter {
  /** @param subject whose calls are counted. @param cost how many this one counts as */
  take(subject: string, cost?: number): Promise<RateVerdict>;
}

export interface FixedWindowOptions {
  readonly commander: Commander;
  readonly prefix: string;
  readonly callsMax: number;
  /** It begins with a subject's first call. */
  readonly windowMs: number;
}

export interface TokenBucketOptions {
  readonly commander: Commander;
  readonly prefix: string;
  /** Calls that may come at once. */
  readonly capacity: number;
  /** How many it regains in a second. */
  readonly perSecond: number;
}

/** Counts what is refused as well: who asks without end is refused until the window is over, and no longer. */
const windowScript = new CommandScript(`
local used = redis.call('INCRBY', KEYS[1], ARGV[3])
if used == tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
local left = tonumber(ARGV[1]) - used
if left >= 0 then return {1, left, 0} end
return {0, 0, redis.call('PTTL', KEYS[1])}`);

const bucketScript = new CommandScript(`
local capacity, perMs, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(bucket[1]) or capacity, tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * perMs)
local missing = cost - tokens
if missing <= 0 then tokens = tokens - cost end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / perMs) + 1)
if missing <= 0 then return {1, math.floor(tokens), 0} end
return {0, math.floor(tokens), math.ceil(missing / perMs)}`);

export function fixedWindow({ commander, prefix, callsMax, windowMs }: FixedWindowOptions): RateLimiter {
  return {
    take: (subject, cost = 1) => verdict(commander, windowScript, prefix + subject, [callsMax, windowMs, cost]),
  };
}

export function tokenBucket({ commander, prefix, capacity, perSecond }: TokenBucketOptions): RateLimiter {
  return {
    async take(subject, cost = 1) {
      if (cost > capacity) throw new CacheError('invalid-request', `A bucket of ${capacity} never holds ${cost}`);
      return verdict(commander, bucketScript, prefix + subject, [capacity, perSecond / 1000, cost]);
    },
  };
}

async function verdict(
  commander: Commander,
  script: CommandScript,
  key: string,
  args: readonly CommandArgument[],
): Promise<RateVerdict> {
  const reply = await script.run(commander, [key], args);
  const [allowed, remaining, retryAfterMs] = Array.isArray(reply) ? reply.map(Number) : [];
  return { isAllowed: allowed === 1, remaining: remaining ?? 0, retryAfterMs: retryAfterMs ?? 0 };
}
