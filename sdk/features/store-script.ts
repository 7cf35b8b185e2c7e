/**
 * What has to be atomic, as Lua over one key, or keys with one hash tag, so that it runs on a single server and on any node of a cluster.
 */
import { CommandScript } from '../command-script.js';
import { storeFailure } from './feature-error.js';

/**
 * What is stored under the key of a record, in either form (stored-record.ts): event time, expiry ('' for none), whether it is a marker, packed record
 * ('' unless asked for). Nothing where there is none, or its time is over: what is over is removed.
 */
const recordFunctions = `
local key = KEYS[1]
local function text(value) return type(value) == 'string' and value or '' end
local function read(withValues)
  local kind = redis.call('TYPE', key)
  if type(kind) == 'table' then kind = kind.ok end
  if kind == 'hash' then
    local fields = redis.call('HMGET', key, '_t', '_x', '_d', withValues and '_p' or '_d')
    return text(fields[1]), text(fields[2]), text(fields[3]) == '1', withValues and text(fields[4]) or '', kind
  end
  if kind ~= 'string' then return '', '', false, '', kind end
  local stored = withValues and redis.call('GET', key) or redis.call('GETRANGE', key, 0, 63)
  local time, expires, state, start = string.match(stored, '^([^;]*);([^;]*);(.)()')
  return time, expires, state == 'D', withValues and string.sub(stored, start) or '', kind
end
local function readLiving(withValues, now)
  local time, expires, isMarker, packed, kind = read(withValues)
  if time == '' then return nil end
  if expires ~= '' and tonumber(expires) <= now then
    redis.call('DEL', key)
    return nil
  end
  return time, expires, isMarker, packed, kind
end
`;

/**
 * Writes a record if its event time allows. Every row of the rules is here, and nowhere else:
 * P puts what is newer; S leaves a marker that is newer; H removes if newer; U changes single values of a record that is there and not
 * newer. A record whose time is over counts as none. Answers {1} for done, {0, stored event time} for too old, {-1} for no record to update,
 * {-2, packed record} for one that may have become too large: whoever has measured it sends the update again, with it.
 *
 * ARGV: op, event time ('' for none), expiry in ms ('' for none), now in ms, form of the record (T for a text, F for fields); then for P the packed
 * record, for U the version of the schema, the length up to which nothing needs to be measured, the packed record that was measured, a count and so many
 * ordinals with cells; then for P and U a count and so many fields of an index with values, and the names of fields of an index to
 * remove. Beside its answer the function has what was written: event time, expiry, packed record.
 */
const writeFunction = `
local function write()
  local op, time, expires, now, form = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
  local storedTime, storedExpires, isMarker, rest, kind = readLiving(op == 'U', now)
  if op == 'U' then
    if not storedTime or isMarker then return {-1} end
    if time ~= '' and time < storedTime then return {0, storedTime} end
    if time == '' then time = storedTime end
    if expires == '' then expires = storedExpires end
  elseif storedTime and time <= storedTime then
    return {0, storedTime}
  end
  if op == 'H' then
    redis.call('DEL', key)
    return {1}
  end
  if op == 'S' and storedTime and storedExpires ~= '' then expires = storedExpires end
  local packed, at = ARGV[6], 7
  if op == 'U' then
    local cells, start = {}, 1
    repeat
      local finish = string.find(rest, '\\0', start, true)
      cells[#cells + 1] = string.sub(rest, start, finish and finish - 1)
      start = finish and finish + 1
    until not finish
    if tonumber(ARGV[6]) > tonumber(cells[1]) then cells[1] = ARGV[6] end
    local count = tonumber(ARGV[9])
    for i = 0, count - 1 do
      local place = tonumber(ARGV[10 + 2 * i]) + 2
      while #cells < place - 1 do cells[#cells + 1] = '\\1' end
      cells[place] = ARGV[11 + 2 * i]
    end
    packed, at = table.concat(cells, '\\0'), 10 + 2 * count
    if #packed > tonumber(ARGV[7]) and packed ~= ARGV[8] then return {-2, packed} end
  end
  if op == 'S' then packed = nil end
  if expires ~= '' and tonumber(expires) <= now then
    redis.call('DEL', key)
    return {1}, time, expires, packed
  end
  if form == 'T' then
    redis.call('SET', key, time .. ';' .. expires .. ';' .. (packed and 'P' .. packed or 'D'))
  else
    if storedTime and (kind ~= 'hash' or not packed) then redis.call('DEL', key) end
    local fields = {'_t', time}
    if expires ~= '' then fields[3], fields[4] = '_x', expires end
    fields[#fields + 1], fields[#fields + 2] = packed and '_p' or '_d', packed or '1'
    local last = packed and at + 2 * tonumber(ARGV[at]) or 0
    for i = at + 1, last do fields[#fields + 1] = ARGV[i] end
    redis.call('HSET', key, unpack(fields))
    if packed and kind == 'hash' then
      local left = {'_d'}
      if expires == '' then left[2] = '_x' end
      for i = last + 1, #ARGV do left[#left + 1] = ARGV[i] end
      redis.call('HDEL', key, unpack(left))
      if expires == '' and storedExpires ~= '' then redis.call('PERSIST', key) end
    end
  end
  if expires ~= '' then redis.call('PEXPIREAT', key, expires) end
  return {1}, time, expires, packed
end
`;

export const writeScript = new CommandScript(
  `${recordFunctions}${writeFunction}
local outcome = write()
return outcome
`,
  storeFailure,
);

/**
 * Writes a record of a group that keeps versions or tells of changes. KEYS[2] holds the versions of the record: a sorted set of
 * 'event time;expiry;P' with the packed record, or 'event time;;D' for a deletion, by milliseconds since the year 0. With the score -1 stands, once
 * something older is not known any more, 'F' with an event time: what was valid before the oldest version nobody can tell, and what comes late
 * and is older than that is not kept. When nothing of what is kept can be of use to a moment within the window any more, all of it goes. KEYS[3], where there is one, is the stream of changes.
 *
 * ARGV, before those of a write: versions to keep, milliseconds to keep ('' for no such bound, both for no versions), length of the stream,
 * name of the change, identifier, event time and features as the stream tells them. A write that is too old for the record and kept as a version
 * has a third 1 in its answer.
 */
export const versionedWriteScript = new CommandScript(
  `
local options, ARGV = ARGV, {unpack(ARGV, 8)}
${recordFunctions}${writeFunction}
local history, versions, window = KEYS[2], options[1], options[2]
local keepsVersions = versions ~= '' or window ~= ''
local epochMs = 62167219200000
local function scoreOf(time)
  return string.format('%.0f', tonumber(string.sub(time, 1, 12)) * 1000 + tonumber(string.sub(time, 14, 16)))
end
local function find(time)
  local score = scoreOf(time)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', history, score, score)) do
    if string.sub(member, 1, 22) == time then return member, score end
  end
  return false, score
end
local function keep(time, expires, state)
  local present, score = find(time)
  local member = time .. ';' .. expires .. ';' .. state
  if present == member then return member end
  if present then redis.call('ZREM', history, present) end
  redis.call('ZADD', history, score, member)
  return member
end
local function floorTime()
  local floor = redis.call('ZRANGEBYSCORE', history, '-1', '-1')[1]
  return floor and string.sub(floor, 2)
end
local function trim(now)
  local first = floorTime() and 1 or 0
  local drop = 0
  if versions ~= '' then drop = redis.call('ZCARD', history) - first - tonumber(versions) end
  if window ~= '' then
    local start = string.format('%.0f', now + epochMs - tonumber(window))
    drop = math.max(drop, redis.call('ZCOUNT', history, '0', start) - 1)
  end
  if drop > 0 then
    local last = redis.call('ZRANGE', history, first + drop - 1, first + drop - 1)[1]
    redis.call('ZREMRANGEBYRANK', history, 0, first + drop - 1)
    redis.call('ZADD', history, '-1', 'F' .. string.sub(last, 1, 22))
  end
end
local function endOfNewest()
  local newest = window ~= '' and redis.call('ZRANGE', history, -1, -1)[1]
  if not newest then return nil end
  local time, expires, state = string.match(newest, '^([^;]*);([^;]*);(.)')
  if state == 'D' then return tonumber(scoreOf(time)) - epochMs end
  return tonumber(expires)
end
local op, now = ARGV[1], tonumber(ARGV[4])
local storedExpires = ''
if keepsVersions then
  local time, present, isMarker, packed = readLiving(true, now)
  storedExpires = present or ''
  if not time then
    local ends = endOfNewest()
    if ends and ends + tonumber(window) <= now then redis.call('DEL', history) end
  elseif not find(time) then
    if redis.call('EXISTS', history) == 0 then redis.call('ZADD', history, '-1', 'F' .. time) end
    keep(time, isMarker and '' or present, isMarker and 'D' or 'P' .. packed)
  end
end
local outcome, time, expires, packed = write()
local isLate = false
if keepsVersions then
  if outcome[1] == 1 and op == 'H' then
    redis.call('DEL', history)
  elseif outcome[1] == 1 then
    keep(time, packed and expires or '', packed and 'P' .. packed or 'D')
    trim(now)
  elseif outcome[1] == 0 and (op == 'P' or op == 'S') and not find(ARGV[2]) and ARGV[2] > (floorTime() or '') then
    local member = keep(ARGV[2], op == 'P' and ARGV[3] or '', op == 'P' and 'P' .. ARGV[6] or 'D')
    trim(now)
    local score = redis.call('ZSCORE', history, member)
    isLate = type(score) == 'string' or type(score) == 'number'
  end
end
if isLate then outcome = {0, outcome[2], 1} end
if keepsVersions and (outcome[1] == 1 or isLate) then
  local ends = endOfNewest()
  local storedEnds = tonumber(isLate and storedExpires or expires)
  if ends and storedEnds then
    redis.call('PEXPIREAT', history, string.format('%.0f', math.max(ends, storedEnds) + tonumber(window)))
  else
    redis.call('PERSIST', history)
  end
end
if KEYS[3] and (outcome[1] == 1 or isLate) then
  local entry = {'op', options[4], 'id', options[5], 'at', ARGV[4]}
  if options[6] ~= '' then entry[#entry + 1], entry[#entry + 2] = 'time', options[6] end
  if options[7] ~= '' then entry[#entry + 1], entry[#entry + 2] = 'features', options[7] end
  if isLate then entry[#entry + 1], entry[#entry + 2] = 'late', '1' end
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', options[3], '*', unpack(entry))
end
return outcome
`,
  storeFailure,
);

/** Changes a field of a hash if it still holds what was read ('' for nothing); '' in the place of the new value removes it. Answers 1 or 0. */
export const replaceScript = new CommandScript(
  `
local stored = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if stored ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
`,
  storeFailure,
);
