/** What `npm run bench -- executor` runs: a command of each family, on data of a million keys, fields or members. */
import type { SeededRandom } from '../../fuzz/seeded-random.js';

export const MILLION = 1_000_000;
const SMALL_HASHES = 100_000;
const VALUE = 'x'.repeat(64);
const TEN = Array.from({ length: 10 }, (_, i) => i);
/** Reads a key and writes two: a script as applications have them. */
const SCRIPT =
  "local v = redis.call('GET', KEYS[1]) redis.call('SET', KEYS[2], ARGV[1]) return redis.call('INCR', KEYS[3])";

export interface Family {
  readonly name: string;
  /** Most nanoseconds a command that are asked for. */
  readonly barNs?: number;
  readonly on: string;
  argv(random: SeededRandom): readonly string[];
  /** A run of this many commands in place of the usual one. */
  readonly commands?: number;
}

/** Data by number: `argv(i)` for i below `count` fills the server. */
export interface Filling {
  readonly count: number;
  argv(i: number): readonly string[];
}

export const FILLINGS: readonly Filling[] = [
  { count: MILLION, argv: (i) => ['SET', name('key:', i), VALUE] },
  { count: MILLION, argv: (i) => ['SET', name('counter:', i), String(i)] },
  { count: MILLION, argv: (i) => ['HSET', 'myhash', name('element:', i), VALUE] },
  { count: MILLION, argv: () => ['RPUSH', 'mylist', VALUE] },
  { count: MILLION, argv: (i) => ['SADD', 'myset', name('element:', i)] },
  { count: MILLION, argv: (i) => ['ZADD', 'myzset', String(i), name('element:', i)] },
  {
    count: SMALL_HASHES,
    argv: (i) => ['HSET', name('hash:', i), ...TEN.flatMap((field) => [`field${field}`, VALUE.slice(0, 20)])],
  },
];

const keys = 'a million keys';

export const FAMILIES: readonly Family[] = [
  { name: 'PING', on: 'nothing', argv: () => ['PING'] },
  { name: 'GET', barNs: 1000, on: keys, argv: (random) => ['GET', any(random, 'key:')] },
  { name: 'SET', barNs: 1000, on: keys, argv: (random) => ['SET', any(random, 'key:'), VALUE] },
  { name: 'INCR', barNs: 1000, on: keys, argv: (random) => ['INCR', any(random, 'counter:')] },
  { name: 'EXPIRE', on: keys, argv: (random) => ['EXPIRE', any(random, 'key:'), '100000'] },
  { name: 'SETBIT', on: 'one string of 125 kB', argv: (random) => ['SETBIT', 'bits', number(random, MILLION), '1'] },
  {
    name: 'MSET (10 keys)',
    on: keys,
    argv: (random) => ['MSET', ...TEN.flatMap(() => [any(random, 'key:'), VALUE])],
    commands: 40_000,
  },
  {
    name: 'MGET (10 keys)',
    on: keys,
    argv: (random) => ['MGET', ...TEN.map(() => any(random, 'key:'))],
    commands: 40_000,
  },
  {
    name: 'HSET',
    barNs: 1000,
    on: 'one hash of a million fields',
    argv: (random) => ['HSET', 'myhash', any(random, 'element:'), VALUE],
  },
  { name: 'HGET', on: 'one hash of a million fields', argv: (random) => ['HGET', 'myhash', any(random, 'element:')] },
  {
    name: 'HSET, small',
    barNs: 1000,
    on: '100,000 hashes of 10 fields',
    argv: (random) => ['HSET', smallHash(random), `field${random.below(10)}`, VALUE.slice(0, 20)],
  },
  {
    name: 'HGET, small',
    on: '100,000 hashes of 10 fields',
    argv: (random) => ['HGET', smallHash(random), `field${random.below(10)}`],
  },
  { name: 'LPUSH', barNs: 1000, on: 'one list of a million', argv: () => ['LPUSH', 'mylist', VALUE] },
  { name: 'RPOP', on: 'one list of a million', argv: () => ['RPOP', 'mylist'] },
  {
    name: 'SADD',
    barNs: 1000,
    on: 'one set of a million',
    argv: (random) => ['SADD', 'myset', any(random, 'element:')],
  },
  { name: 'SISMEMBER', on: 'one set of a million', argv: (random) => ['SISMEMBER', 'myset', any(random, 'element:')] },
  {
    name: 'ZADD',
    barNs: 2000,
    on: 'one sorted set of a million, each to another score',
    argv: (random) => ['ZADD', 'myzset', number(random, MILLION), any(random, 'element:')],
  },
  {
    name: 'ZSCORE',
    on: 'one sorted set of a million',
    argv: (random) => ['ZSCORE', 'myzset', any(random, 'element:')],
  },
  { name: 'XADD', on: 'one stream', argv: () => ['XADD', 'mystream', '*', 'field', VALUE] },
  { name: 'PFADD', on: 'one HyperLogLog', argv: (random) => ['PFADD', 'mylog', any(random, 'element:')] },
  {
    name: 'EVAL (3 calls)',
    on: keys,
    argv: (random) => ['EVAL', SCRIPT, '3', any(random, 'key:'), any(random, 'key:'), any(random, 'counter:'), VALUE],
    commands: 20_000,
  },
];

function any(random: SeededRandom, prefix: string): string {
  return name(prefix, random.below(MILLION));
}

function smallHash(random: SeededRandom): string {
  return name('hash:', random.below(SMALL_HASHES));
}

function number(random: SeededRandom, below: number): string {
  return String(random.below(below));
}

function name(prefix: string, i: number): string {
  return prefix + String(i).padStart(12, '0');
}
