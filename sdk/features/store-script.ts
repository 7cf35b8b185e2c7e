/**
 * What has to be atomic, as Lua over one key, so that it runs on a single server and on any node of a cluster. Sent by digest; a
 * server that does not know the script yet is sent the script.
 */
import { createHash } from 'node:crypto';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { storeFailure } from './feature-error.js';

export class StoreScript {
  readonly #source: string;
  readonly #digest: string;

  constructor(source: string) {
    this.#source = source;
    this.#digest = createHash('sha1').update(source).digest('hex');
  }

  /** @throws FeatureError */
  async run(commander: Commander, key: string, args: readonly CommandArgument[]): Promise<CommandReply> {
    try {
      return await commander.call('EVALSHA', this.#digest, 1, key, ...args);
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw storeFailure(error, 'EVALSHA');
    }
    try {
      return await commander.call('EVAL', this.#source, 1, key, ...args);
    } catch (error) {
      throw storeFailure(error, 'EVAL');
    }
  }
}

/**
 * Writes a record if its event time allows. Every row of the rules is here, and nowhere else:
 * P puts what is newer; S leaves a marker that is newer; H removes if newer; U changes single values of a record that is there and not
 * newer. A record whose time is over counts as none. Answers {1} for done, {0, stored event time} for too old, {-1} for no record to update,
 * {-2} for a record that would become too large.
 *
 * ARGV: op, event time ('' for none), expiry in ms ('' for none), now in ms; then for P the packed record, for U the version of the
 * schema, the largest size, a count and so many ordinals with cells; then for P and U a count and so many fields of an index with values, and the
 * names of fields of an index to remove.
 */
export const writeScript = new StoreScript(`
local key, op, time, expires, now = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local stored = redis.call('HMGET', key, '_t', '_x', '_d')
local function text(value) return type(value) == 'string' and value end
local storedTime, storedExpires, isDeleted = text(stored[1]), text(stored[2]), text(stored[3])
if storedTime and storedExpires and tonumber(storedExpires) <= now then
  redis.call('DEL', key)
  storedTime, storedExpires, isDeleted = false, false, false
end
if op == 'U' then
  if not storedTime or isDeleted then return {-1} end
  if time ~= '' and time < storedTime then return {0, storedTime} end
  if time == '' then time = storedTime end
  if expires == '' and storedExpires then expires = storedExpires end
elseif storedTime and time <= storedTime then
  return {0, storedTime}
end
if op == 'H' then
  redis.call('DEL', key)
  return {1}
end
if op == 'S' then
  if storedExpires then expires = storedExpires end
  redis.call('DEL', key)
  if expires == '' then
    redis.call('HSET', key, '_t', time, '_d', '1')
  elseif tonumber(expires) > now then
    redis.call('HSET', key, '_t', time, '_d', '1', '_x', expires)
    redis.call('PEXPIREAT', key, expires)
  end
  return {1}
end
local packed, at = ARGV[5], 6
if op == 'U' then
  local cells, rest, start = {}, redis.call('HGET', key, '_p'), 1
  repeat
    local finish = string.find(rest, '\\0', start, true)
    cells[#cells + 1] = string.sub(rest, start, finish and finish - 1)
    start = finish and finish + 1
  until not finish
  if tonumber(ARGV[5]) > tonumber(cells[1]) then cells[1] = ARGV[5] end
  local count = tonumber(ARGV[7])
  for i = 0, count - 1 do
    local place = tonumber(ARGV[8 + 2 * i]) + 2
    while #cells < place - 1 do cells[#cells + 1] = '\\1' end
    cells[place] = ARGV[9 + 2 * i]
  end
  packed, at = table.concat(cells, '\\0'), 8 + 2 * count
  if #packed > tonumber(ARGV[6]) then return {-2} end
end
if expires ~= '' and tonumber(expires) <= now then
  redis.call('DEL', key)
  return {1}
end
local fields = {'_p', packed, '_t', time}
if expires ~= '' then fields[5], fields[6] = '_x', expires end
local last = at + 2 * tonumber(ARGV[at])
for i = at + 1, last do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', key, unpack(fields))
if storedTime then
  local left = {'_d'}
  if expires == '' then left[2] = '_x' end
  for i = last + 1, #ARGV do left[#left + 1] = ARGV[i] end
  redis.call('HDEL', key, unpack(left))
end
if expires ~= '' then
  redis.call('PEXPIREAT', key, expires)
elseif storedExpires then
  redis.call('PERSIST', key)
end
return {1}
`);

/** Changes a field of a hash if it still holds what was read ('' for nothing); '' in the place of the new value removes it. Answers 1 or 0. */
export const replaceScript = new StoreScript(`
local stored = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if stored ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
`);
