/** Random calls of scripts: fixed texts over random keys and values, so that both servers run the same. */
import { sameType } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { counterKey, key, maybe, some, stringKey, value } from './values.js';

const sources = [
  "return redis.call('GET', KEYS[1])",
  "return redis.call('SET', KEYS[1], ARGV[1])",
  "return {redis.pcall('INCR', KEYS[1]), redis.pcall('GET', KEYS[1]), ARGV}",
  "redis.call('APPEND', KEYS[1], ARGV[1]) return redis.call('STRLEN', KEYS[1])",
  "redis.setresp(3) local r = redis.pcall('HGETALL', KEYS[1]) return r.err or type(r.map)",
  "local n = redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[1], 'f', ARGV[1]) return n",
  "return redis.call('TYPE', KEYS[1])",
  "redis.call('SET', KEYS[1], #ARGV[1] / 3) error('after a write')",
  "for i = 1, 3 do redis.call('RPUSH', KEYS[1], ARGV[1] .. i) end return redis.call('LRANGE', KEYS[1], -3, -1)",
  "return {redis.pcall('SADD', KEYS[1], unpack(ARGV)), redis.call('EXISTS', KEYS[1])}",
  "redis.pcall('ZADD', KEYS[1], 1.5, ARGV[1]) return redis.pcall('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')",
  "redis.setresp(3) return redis.pcall('ZSCORE', KEYS[1], ARGV[1])",
  "return redis.pcall('XADD', KEYS[1], '60-*', 'f', ARGV[1])",
  "return redis.pcall('BLPOP', KEYS[1], 0)",
  "local t = redis.call('TYPE', KEYS[1]).ok redis.call('RENAME', KEYS[1], KEYS[1]) return t",
  "redis.call('PEXPIREAT', KEYS[1], 4102444800000) return redis.call('PEXPIRETIME', KEYS[1])",
  "local ok, e = pcall(redis.call, 'LPUSH', KEYS[1], ARGV[1]) return ok and e or e.err",
  'return cjson.encode({#KEYS, ARGV})',
  'return cmsgpack.unpack(cmsgpack.pack({KEYS[1], ARGV}))',
  'return {bit.bxor(#KEYS[1], #ARGV[1]), struct.pack(">I2", #ARGV)}',
  'return #KEYS + #ARGV',
  'return {tonumber(ARGV[1]) or false, ARGV[1]}',
  'return redis.sha1hex(ARGV[1])',
  '#!lua flags=no-writes\nreturn redis.call("SET", KEYS[1], "x")',
  'return (',
];

const libraries = [
  "#!lua name=lib\nredis.register_function('f', function(keys, args) return redis.call('GET', keys[1]) end)",
  "#!lua name=lib\nredis.register_function('f', function(keys, args) return redis.call('APPEND', keys[1], args[1]) end)",
  "#!lua name=ro\nredis.register_function{function_name='r', callback=function(k) return #k end, flags={'no-writes'}}",
  "#!lua name=other\nredis.register_function('f', function() return 1 end)",
  '#!lua name=bad\nreturn 1',
];

const keyOf = (random: SeededRandom): string => random.pick([key, stringKey, counterKey])(random);
const call = (random: SeededRandom): string[] => ['1', keyOf(random), ...some(random, 2, value)];

export const scripts: readonly Entry[] = [
  entry(12, (r) => [r.pick(['EVAL', 'EVAL', 'EVAL', 'EVAL_RO']), r.pick(sources), ...call(r)]),
  entry(2, (r) => ['EVAL', r.pick(sources), r.pick(['0', '3', '-1', 'x', '']), keyOf(r), value(r)]),
  entry(1, (r) => [
    r.pick(['EVALSHA', 'EVALSHA_RO']),
    r.pick(['e0e1f9fabfc9d4800c877a703b823ac0578ff8db', 'x', '']),
    ...call(r),
  ]),
  entry(0.5, (r) => ['SCRIPT', 'LOAD', r.pick(['return 1', ...sources])]),
  entry(0.5, () => ['SCRIPT', 'EXISTS', 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db', 'x']),
  entry(1, (r) => ['FUNCTION', 'LOAD', ...maybe(r, 0.7, 'REPLACE'), r.pick(libraries)]),
  entry(3, (r) => [r.pick(['FCALL', 'FCALL', 'FCALL_RO']), r.pick(['f', 'r', 'F', 'none']), ...call(r)]),
  entry(0.3, (r) => ['FUNCTION', 'DELETE', r.pick(['lib', 'ro', 'other'])]),
  entry(0.1, (r) => ['FUNCTION', r.pick(['FLUSH', 'STATS', 'KILL', 'HELP', 'BOGUS'])]),
  entry(0.2, (r) => ['SCRIPT', r.pick(['FLUSH', 'KILL', 'HELP', 'BOGUS'])], sameType),
];
