/**
 * What an application imports from `@nearkey/sdk/patterns`: the classic uses of a cache server, in a few commands each, against any server.
 *
 *   const users = new KeyedCache({ commander, prefix: 'user:', ttlMs: 60_000, read: (json) => userSchema.parse(json) });
 *   const user = await users.get(id, () => database.user(id));                     // cache-aside, one load for concurrent calls
 *   await users.write(id, changed, () => database.saveUser(id, changed));          // write-through
 *
 *   const limit = fixedWindow({ commander, prefix: 'api:', callsMax: 100, windowMs: 60_000 });
 *   const burst = tokenBucket({ commander, prefix: 'burst:', capacity: 20, perSecond: 5 });
 *   const { isAllowed, retryAfterMs } = await burst.take(userId);
 *   const quota = fixedWindows({ commander, prefix: 'quota:', windows: [minute, day] });        // several at once, in one call
 *
 *   const sessions = new Sessions({ commander, ttlMs: 1_800_000, read: (json) => sessionSchema.parse(json) });
 *   const id = await sessions.create({ userId });
 */
export { KeyedCache, type KeyedCacheOptions } from './keyed-cache.js';
export {
  type FixedWindowOptions,
  type FixedWindowsOptions,
  fixedWindow,
  fixedWindows,
  type RateLimiter,
  type RateVerdict,
  type RateWindow,
  type TokenBucketOptions,
  tokenBucket,
  type WindowsLimiter,
  type WindowsVerdict,
} from './rate-limiter.js';
export { Sessions, type SessionsOptions } from './sessions.js';
export { jitteredTtlMs } from './ttl-jitter.js';
