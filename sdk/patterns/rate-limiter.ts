/**
 * How often something may be done, over all processes that share a server: so often in a window of time, in several windows at once, or as
 * a bucket of tokens that fills at a steady rate and allows bursts of its size. One key a subject and window, one script a call, so two
 * callers never both take the last one; the time is the server's.
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

export interface RateWindow {
  readonly name: string;
  readonly callsMax: number;
  /** It begins with a subject's first call that costs anything. */
  readonly windowMs: number;
}

export interface FixedWindowsOptions {
  readonly commander: Commander;
  readonly prefix: string;
  readonly windows: readonly RateWindow[];
}

export interface WindowsVerdict extends RateVerdict {
  /** The first window, in their order, that has no more; `retryAfterMs` is the longest wait of all that have none. */
  readonly refusedBy: string | undefined;
}

export interface WindowsLimiter {
  /**
   * @param costs by the names of windows: those that are not named are left alone. 0 counts nothing and asks whether there is
   * anything left, for what is known only when it is done.
   */
  take(subject: string, costs: Readonly<Record<string, number>>): Promise<WindowsVerdict>;
}

/** Counts what is refused as well: who asks without end is refused until the window is over, and no longer. */
const windowsScript = new CommandScript(`
local refused, left, wait = 0, math.huge, 0
for i, key in ipairs(KEYS) do
  local most, cost = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i])
  local used
  if cost == 0 then
    used = tonumber(redis.call('GET', key) or 0)
  else
    used = redis.call('INCRBY', key, ARGV[3 * i])
    if used == cost then redis.call('PEXPIRE', key, ARGV[3 * i - 1]) end
  end
  left = math.min(left, math.max(0, most - used))
  if used > most or used - cost >= most then
    if refused == 0 then refused = i end
    wait = math.max(wait, redis.call('PTTL', key))
  end
end
return {refused, left, wait}`);

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
    async take(subject, cost = 1) {
      const [refused, remaining, retryAfterMs] = await numbers(
        commander,
        windowsScript,
        [prefix + subject],
        [callsMax, windowMs, cost],
      );
      return { isAllowed: refused === 0, remaining, retryAfterMs };
    },
  };
}

/** Allowed is what all windows allow. The keys of a subject are of one slot. */
export function fixedWindows({ commander, prefix, windows }: FixedWindowsOptions): WindowsLimiter {
  return {
    async take(subject, costs) {
      const taken = windows.filter(({ name }) => costs[name] !== undefined);
      if (taken.length === 0) throw new CacheError('invalid-request', 'Expected a cost in one of the windows');
      const keys = taken.map(({ name }) => `${prefix}{${subject}}:${name}`);
      const args = taken.flatMap(({ name, callsMax, windowMs }) => [callsMax, windowMs, costs[name] ?? 0]);
      const [refused, remaining, retryAfterMs] = await numbers(commander, windowsScript, keys, args);
      return { isAllowed: refused === 0, remaining, retryAfterMs, refusedBy: taken[refused - 1]?.name };
    },
  };
}

export function tokenBucket({ commander, prefix, capacity, perSecond }: TokenBucketOptions): RateLimiter {
  return {
    async take(subject, cost = 1) {
      if (cost > capacity) throw new CacheError('invalid-request', `A bucket of ${capacity} never holds ${cost}`);
      const [allowed, remaining, retryAfterMs] = await numbers(
        commander,
        bucketScript,
        [prefix + subject],
        [capacity, perSecond / 1000, cost],
      );
      return { isAllowed: allowed === 1, remaining, retryAfterMs };
    },
  };
}

async function numbers(
  commander: Commander,
  script: CommandScript,
  keys: readonly string[],
  args: readonly CommandArgument[],
): Promise<readonly [number, number, number]> {
  const reply = await script.run(commander, keys, args);
  const [first = 0, second = 0, third = 0] = Array.isArray(reply) ? reply.map(Number) : [];
  return [first, second, third];
}
