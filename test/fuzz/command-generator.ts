/**
 * Random commands over every command of the surface: small pools of keys, fields and values, so that commands meet the
 * same data; options valid and invalid; now and then a command mutilated on purpose. Arguments are latin1 text, one
 * character a byte.
 *
 * Nothing generated may depend on the moment it runs: expiry times lie far ahead or behind, never near, and a key is
 * never left waiting to be found expired (`SET k v PXAT 1` keeps an invisible key until somebody looks).
 */
import {
  anyOrder,
  anyOrderOfPairs,
  type Comparison,
  exact,
  firstAbsoluteMs,
  pageOf,
  sameShape,
  sameType,
  timeIn,
} from './reply-comparison.js';
import type { SeededRandom } from './seeded-random.js';

export interface FuzzCommand {
  readonly args: readonly string[];
  readonly comparison: Comparison;
}

interface Entry {
  readonly weight: number;
  readonly comparison: Comparison;
  readonly make: (random: SeededRandom) => readonly string[];
}

const hourMs = 3_600_000;
const stringKeys = ['', 'a', 'b', 'c', 'd', 'e', 'key:1', 'key:2', 'key:10', 'k\0\r\n\xff', '__proto__'];
/** Keys and fields that mostly hold numbers, so that counting mostly succeeds. */
const counterKeys = ['n1', 'n2', 'n3', 'x1', 'x2'];
const counterFields = ['count', 'sum', 'n'];
const hashKeys = ['h', 'h1', 'h2', 'h3', 'hash:\x00', 'big1', 'big2', 'constructor'];
const allKeys = [...stringKeys, ...counterKeys, ...hashKeys];
const fieldNames = ['', 'f', 'g', 'x', 'y', '1', '\xff\0', 'field with space', '__proto__', 'F'.repeat(64)];
const integers = [
  '0',
  '1',
  '-1',
  '5',
  '10',
  '100',
  '-7',
  '9999',
  '10000',
  '12345678901',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775800',
];
const oddIntegers = [
  '9223372036854775808',
  '-9223372036854775809',
  '01',
  '+1',
  '1.0',
  '',
  ' 1',
  '1 ',
  'abc',
  '-0',
  '1e2',
  '0x10',
];
const floats = [
  '0.1',
  '-0.1',
  '3.5',
  '1e3',
  '10.50',
  '1e17',
  '5e-3',
  '123456789.125',
  '-2.25e-2',
  '0',
  '3',
  '-3',
  '.5',
  '5.',
];
const oddFloats = ['inf', '-inf', 'nan', '1e400', 'x', '', ' 1.5', '1.5 ', '1,5', '0x1p2', '1e5000'];
const texts = [
  '',
  'v',
  'hello',
  'hello world',
  '\0\r\n\xff',
  'a'.repeat(44),
  'b'.repeat(45),
  'c'.repeat(64),
  'd'.repeat(65),
  'ab'.repeat(300),
  'OK',
  '*1',
];
const globs = [
  '*',
  'k*',
  'h?',
  'key:[0-9]',
  'key:[^1]*',
  '[a-c]',
  '?',
  '',
  'none',
  'k\\*',
  '*:*',
  '[',
  'h[1-2',
  '**',
  '\\',
];
const junk = [
  'BOGUS',
  'NX',
  'XX',
  'GET',
  'EX',
  'PX',
  'COUNT',
  'MATCH',
  'WITHVALUES',
  'DB',
  'REPLACE',
  '',
  '-1',
  '0',
  'abc',
  '1.5',
  'LEN',
  '\xff',
  'KEEPTTL',
  'GT',
];

const key = (random: SeededRandom): string => random.pick(allKeys);
const stringKey = (random: SeededRandom): string => random.pick(random.chance(0.93) ? stringKeys : hashKeys);
const counterKey = (random: SeededRandom): string => (random.chance(0.97) ? random.pick(counterKeys) : key(random));
const counterField = (random: SeededRandom): string =>
  random.chance(0.9) ? random.pick(counterFields) : field(random);
/** Two keys that mostly hold values of one type. */
const twoKeys = (random: SeededRandom): string[] => {
  const pool = random.chance(0.9) ? random.pick([stringKeys, counterKeys, hashKeys]) : allKeys;
  return [random.pick(pool), random.pick(pool)];
};
const hashKey = (random: SeededRandom): string => random.pick(random.chance(0.93) ? hashKeys : stringKeys);
const field = (random: SeededRandom): string =>
  random.chance(0.6) ? random.pick(fieldNames) : `f${random.below(180)}`;
const integer = (random: SeededRandom): string => {
  if (random.chance(0.5)) return String(random.between(-20, 200));
  return random.pick(random.chance(0.9) ? integers : oddIntegers);
};
const float = (random: SeededRandom): string => random.pick(random.chance(0.9) ? floats : oddFloats);
const value = (random: SeededRandom): string => {
  const kind = random.below(10);
  if (kind < 4) return random.pick(texts);
  if (kind < 7) return integer(random);
  return kind < 8 ? float(random) : `value:${random.below(1000)}`;
};
const index = (random: SeededRandom): string =>
  random.chance(0.95) ? String(random.between(-12, 12)) : integer(random);
const db = (random: SeededRandom): string =>
  random.chance(0.97) ? String(random.below(4)) : random.pick(['15', '16', '-1', 'x']);
const some = <T>(random: SeededRandom, most: number, make: (random: SeededRandom) => T): T[] =>
  random.times(random.between(1, most), () => make(random));
const maybe = (random: SeededRandom, probability: number, ...args: readonly string[]): readonly string[] =>
  random.chance(probability) ? args : [];

/** Milliseconds from now: hours ahead, and never the same twice, so that GT and LT decide alike on both servers. */
const relativeMs = (random: SeededRandom): number => 100 * hourMs + random.below(900_000_000) * 1_000;
const absoluteMs = (random: SeededRandom): number =>
  firstAbsoluteMs + random.pick([0, 1, 499, 500, 999, 86_400_000, 90_000_500]);
const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

const expiryOption = (random: SeededRandom): readonly string[] => {
  const option = random.pick(['EX', 'PX', 'EXAT', 'PXAT'] as const);
  if (random.chance(0.05)) return [option, random.pick(oddIntegers)];
  if (option === 'EX') return [option, seconds(relativeMs(random))];
  if (option === 'PX') return [option, String(relativeMs(random))];
  return [option, option === 'EXAT' ? seconds(absoluteMs(random)) : String(absoluteMs(random))];
};

const shuffled = (random: SeededRandom, groups: readonly (readonly string[])[]): string[] => {
  const rest = [...groups];
  const args: string[] = [];
  while (rest.length > 0) args.push(...(rest.splice(random.below(rest.length), 1)[0] ?? []));
  return args;
};

const setOptions = (random: SeededRandom): string[] =>
  shuffled(random, [
    maybe(random, 0.25, random.pick(['NX', 'XX', 'xx', 'nx'])),
    maybe(random, 0.2, 'GET'),
    random.chance(0.3) ? expiryOption(random) : [],
    maybe(random, 0.12, 'KEEPTTL'),
  ]);

const lcsOptions = (random: SeededRandom): string[] =>
  shuffled(random, [
    maybe(random, 0.2, 'LEN'),
    maybe(random, 0.4, 'IDX'),
    maybe(random, 0.2, 'WITHMATCHLEN'),
    random.chance(0.2) ? ['MINMATCHLEN', index(random)] : [],
  ]);

const scanOptions = (random: SeededRandom, withType: boolean): string[] =>
  shuffled(random, [
    random.chance(0.8) ? ['COUNT', '10000'] : random.chance(0.5) ? ['COUNT', integer(random)] : [],
    random.chance(0.4) ? ['MATCH', random.pick(globs)] : [],
    withType && random.chance(0.3) ? ['TYPE', random.pick(['string', 'hash', 'list', 'HASH', 'nope'])] : [],
  ]);

const condition = (random: SeededRandom): readonly string[] =>
  random.chance(0.5) ? [] : random.times(random.chance(0.9) ? 1 : 2, () => random.pick(['NX', 'XX', 'GT', 'LT', 'gt']));

const expire =
  (name: string, time: (random: SeededRandom) => string): Entry['make'] =>
  (random) => [
    name,
    key(random),
    random.chance(0.9) ? time(random) : random.pick(['0', '-1', '-100', ...oddIntegers]),
    ...condition(random),
  ];

const entry = (weight: number, make: Entry['make'], comparison: Comparison = exact): Entry => ({
  weight,
  make,
  comparison,
});

const strings: readonly Entry[] = [
  entry(30, (r) => ['SET', stringKey(r), value(r), ...setOptions(r)]),
  entry(20, (r) => ['GET', stringKey(r)]),
  entry(6, (r) => ['GETEX', stringKey(r), ...(r.chance(0.5) ? expiryOption(r) : maybe(r, 0.5, 'PERSIST'))]),
  entry(4, (r) => ['GETDEL', stringKey(r)]),
  entry(4, (r) => ['GETSET', stringKey(r), value(r)]),
  entry(6, (r) => ['SETRANGE', stringKey(r), r.chance(0.9) ? String(r.below(80)) : index(r), value(r)]),
  entry(5, (r) => [r.pick(['GETRANGE', 'SUBSTR']), stringKey(r), index(r), index(r)]),
  entry(8, (r) => ['APPEND', stringKey(r), value(r)]),
  entry(4, (r) => ['STRLEN', stringKey(r)]),
  entry(10, (r) => [r.pick(['INCR', 'DECR']), counterKey(r)]),
  entry(10, (r) => [r.pick(['INCRBY', 'DECRBY']), counterKey(r), integer(r)]),
  entry(8, (r) => ['INCRBYFLOAT', counterKey(r), float(r)]),
  entry(5, (r) => ['MSET', ...some(r, 4, (each) => [stringKey(each), value(each)]).flat()]),
  entry(4, (r) => ['MSETNX', ...some(r, 3, (each) => [stringKey(each), value(each)]).flat()]),
  entry(5, (r) => ['MGET', ...some(r, 5, key)]),
  entry(4, (r) => ['SETNX', stringKey(r), value(r)]),
  entry(2, (r) => ['SETEX', stringKey(r), seconds(relativeMs(r)), value(r)]),
  entry(2, (r) => ['PSETEX', stringKey(r), String(relativeMs(r)), value(r)]),
  entry(4, (r) => ['LCS', stringKey(r), stringKey(r), ...lcsOptions(r)]),
];

const hashes: readonly Entry[] = [
  entry(25, (r) => ['HSET', hashKey(r), ...some(r, 6, (each) => [field(each), value(each)]).flat()]),
  entry(2, (r) => [
    'HSET',
    r.pick(['big1', 'big2']),
    ...r.times(60, () => [`f${r.below(180)}`, String(r.below(1000))]).flat(),
  ]),
  entry(5, (r) => ['HSETNX', hashKey(r), field(r), value(r)]),
  entry(4, (r) => ['HMSET', hashKey(r), ...some(r, 3, (each) => [field(each), value(each)]).flat()]),
  entry(10, (r) => ['HGET', hashKey(r), field(r)]),
  entry(6, (r) => ['HMGET', hashKey(r), ...some(r, 4, field)]),
  entry(3, (r) => ['HGETALL', hashKey(r)], anyOrderOfPairs),
  entry(8, (r) => ['HDEL', hashKey(r), ...some(r, 4, field)]),
  entry(3, (r) => ['HLEN', hashKey(r)]),
  entry(3, (r) => ['HSTRLEN', hashKey(r), field(r)]),
  entry(3, (r) => ['HEXISTS', hashKey(r), field(r)]),
  entry(2, (r) => [r.pick(['HKEYS', 'HVALS']), hashKey(r)], anyOrder),
  entry(7, (r) => ['HINCRBY', hashKey(r), counterField(r), integer(r)]),
  entry(6, (r) => ['HINCRBYFLOAT', hashKey(r), counterField(r), float(r)]),
  entry(
    4,
    (r) => [
      'HRANDFIELD',
      hashKey(r),
      ...(r.chance(0.7) ? [String(r.between(-9, 9)), ...maybe(r, 0.4, 'WITHVALUES')] : []),
    ],
    sameShape,
  ),
  entry(2, (r) => ['HSCAN', hashKey(r), '0', ...scanOptions(r, false)], pageOf('pairs')),
];

const generic: readonly Entry[] = [
  entry(6, (r) => [r.pick(['DEL', 'UNLINK']), ...some(r, 2, key)]),
  entry(4, (r) => ['EXISTS', ...some(r, 4, key)]),
  entry(3, (r) => ['TYPE', key(r)]),
  entry(3, (r) => ['TOUCH', ...some(r, 3, key)]),
  entry(6, (r) => [r.pick(['RENAME', 'RENAMENX']), ...twoKeys(r)]),
  entry(7, (r) => [
    'COPY',
    key(r),
    key(r),
    ...shuffled(r, [r.chance(0.4) ? ['DB', db(r)] : [], maybe(r, 0.4, 'REPLACE')]),
  ]),
  entry(
    4,
    expire('EXPIRE', (r) => seconds(relativeMs(r))),
  ),
  entry(
    4,
    expire('PEXPIRE', (r) => String(relativeMs(r))),
  ),
  entry(
    5,
    expire('EXPIREAT', (r) => seconds(absoluteMs(r))),
  ),
  entry(
    5,
    expire('PEXPIREAT', (r) => String(absoluteMs(r))),
  ),
  entry(3, (r) => ['TTL', key(r)], timeIn(1_000, false)),
  entry(3, (r) => ['PTTL', key(r)], timeIn(1, false)),
  entry(3, (r) => ['EXPIRETIME', key(r)], timeIn(1_000, true)),
  entry(4, (r) => ['PEXPIRETIME', key(r)], timeIn(1, true)),
  entry(4, (r) => ['PERSIST', key(r)]),
  entry(2, (r) => ['KEYS', r.pick(globs)], anyOrder),
  entry(2, (r) => ['SCAN', '0', ...scanOptions(r, true)], pageOf('single')),
  entry(1, () => ['RANDOMKEY'], sameType),
  entry(5, (r) => ['OBJECT', 'ENCODING', key(r)]),
  entry(2, (r) => ['OBJECT', 'REFCOUNT', key(r)]),
  entry(1, (r) => ['OBJECT', 'IDLETIME', key(r)], sameType),
  entry(1, (r) => ['OBJECT', r.pick(['FREQ', 'HELP', 'BOGUS']), ...maybe(r, 0.5, key(r))]),
  entry(2, () => ['DBSIZE']),
  entry(0.2, (r) => [
    r.pick(['FLUSHDB', 'FLUSHDB', 'FLUSHALL']),
    ...maybe(r, 0.5, r.pick(['SYNC', 'ASYNC', 'async', 'x'])),
  ]),
  entry(1, (r) => ['SWAPDB', db(r), db(r)]),
  entry(4, (r) => ['MOVE', key(r), db(r)]),
];

const server: readonly Entry[] = [
  entry(6, (r) => ['SELECT', db(r)]),
  entry(2, (r) => ['PING', ...maybe(r, 0.5, value(r))]),
  entry(2, (r) => ['ECHO', value(r)]),
  entry(0.6, (r) => ['HELLO', ...maybe(r, 0.9, r.pick(['2', '3', '3', '4', 'x']))], sameType),
  entry(0.5, (r) => ['AUTH', ...some(r, 2, (each) => each.pick(['default', 'nobody', 'x']))]),
  entry(0.3, () => ['RESET']),
  entry(1, (r) => ['CLIENT', 'SETNAME', r.pick(['me', '', 'you', 'with space', '\x01'])]),
  entry(1, () => ['CLIENT', 'GETNAME']),
  entry(0.5, (r) => ['CLIENT', r.pick(['ID', 'INFO', 'LIST'])], sameType),
  entry(0.5, (r) => ['CLIENT', 'NO-EVICT', r.pick(['ON', 'OFF', 'x'])]),
  entry(0.5, (r) => [
    'CLIENT',
    'UNBLOCK',
    r.pick(['999999999', 'x', '-5']),
    ...maybe(r, 0.5, r.pick(['TIMEOUT', 'ERROR', 'x'])),
  ]),
  entry(2, (r) => ['COMMAND', 'GETKEYS', ...generate(r).args]),
  entry(0.3, () => ['COMMAND', 'COUNT'], sameType),
  entry(0.5, (r) => ['COMMAND', 'INFO', r.pick(['bogus', 'client|bogus', ''])]),
  entry(0.3, (r) => ['INFO', ...some(r, 2, (each) => each.pick(['server', 'keyspace', 'stats', 'bogus']))], sameType),
  entry(0.5, (r) => [
    'CONFIG',
    'GET',
    r.pick(['maxmemory', 'databases', 'bogus', 'hash-max-listpack-value', 'proto-max-bulk-len']),
  ]),
  entry(0.3, (r) => ['CONFIG', 'SET', 'hash-max-listpack-entries', r.pick(['128', '128', '16', 'x', '-1'])]),
  entry(0.3, (r) => ['CONFIG', 'SET', 'hash-max-listpack-value', r.pick(['64', '64', '8', '', '1.5'])]),
  entry(0.3, () => ['TIME'], sameShape),
  entry(0.5, (r) => ['MEMORY', 'USAGE', key(r), ...(r.chance(0.3) ? ['SAMPLES', index(r)] : [])], sameType),
  entry(3, (r) => ['WATCH', ...some(r, 3, key)]),
  entry(1, () => ['UNWATCH']),
  entry(0.5, (r) => [r.pick(['EXEC', 'DISCARD'])]),
  entry(0.5, (r) => [r.pick(['BOGUS', '', 'getx', 'GET\0']), ...r.times(r.below(4), () => value(r))]),
];

const entries = [...strings, ...hashes, ...generic, ...server];
const totalWeight = entries.reduce((sum, { weight }) => sum + weight, 0);

function generate(random: SeededRandom): FuzzCommand {
  let ticket = random.next() * totalWeight;
  const chosen = entries.find(({ weight }) => {
    ticket -= weight;
    return ticket < 0;
  });
  const { make, comparison } = chosen ?? random.pick(entries);
  return { args: make(random), comparison };
}

const mutations: readonly ((random: SeededRandom, args: string[]) => void)[] = [
  (random, args) => args.splice(random.between(1, args.length), 1),
  (random, args) => args.splice(random.between(1, args.length), 0, random.pick(junk)),
  (random, args) => args.splice(random.between(1, args.length), 1, random.pick(junk)),
  (random, args) => args.push(...args.slice(-random.between(1, 2))),
  (_, args) => args.splice(0, args.length, ...args.map((arg) => arg.toLowerCase())),
];

/** The next command; one in twelve is mutilated. */
export function nextCommand(random: SeededRandom): FuzzCommand {
  const command = generate(random);
  if (!random.chance(1 / 12)) return command;
  const args = [...command.args];
  random.pick(mutations)(random, args);
  return expiresSoon(args) ? command : { args, comparison: isFree(args) ? sameType : command.comparison };
}

/** What mutilation may have made: a list of all commands, or a page behind a cursor that no server handed out. */
function isFree(args: readonly string[]): boolean {
  const [name, first, second] = args.map((arg) => arg.toUpperCase());
  if (name === 'COMMAND') return first !== 'GETKEYS';
  return (name === 'SCAN' && first !== '0') || (name === 'HSCAN' && second !== '0');
}

/** Redis counts the queued command's own hold on a value it has just set; nobody can rely on that. */
function countsReferences(args: readonly string[]): boolean {
  return args[0]?.toUpperCase() === 'OBJECT' && args[1]?.toUpperCase() === 'REFCOUNT';
}

/** A transaction as it is sent: MULTI, some commands, and its end. */
export function nextTransaction(random: SeededRandom): FuzzCommand[] {
  const queued = random.times(random.below(6), () => nextCommand(random)).filter(({ args }) => !countsReferences(args));
  const end = random.chance(0.85) ? 'EXEC' : 'DISCARD';
  return [{ args: ['MULTI'], comparison: exact }, ...queued, { args: [end], comparison: exact }];
}

/** How each option or command counts its time; what a mutilated command makes of it may lie near now. */
const timeOptions: Readonly<Record<string, { readonly unitMs: number; readonly isAbsolute: boolean }>> = {
  EX: { unitMs: 1_000, isAbsolute: false },
  PX: { unitMs: 1, isAbsolute: false },
  EXAT: { unitMs: 1_000, isAbsolute: true },
  PXAT: { unitMs: 1, isAbsolute: true },
};

const timeCommands: Readonly<Record<string, number>> = { SETEX: 1_000, PSETEX: 1, EXPIRE: 1_000, PEXPIRE: 1 };

function expiresSoon(args: readonly string[]): boolean {
  const name = args[0]?.toUpperCase() ?? '';
  const unitMs = timeCommands[name];
  if (unitMs !== undefined) return isNear(Number(args[2]) * unitMs);
  if (name !== 'SET' && name !== 'GETEX') return false;
  return args.some((arg, position) => {
    const option = timeOptions[arg.toUpperCase()];
    if (option === undefined) return false;
    const ms = Number(args[position + 1]) * option.unitMs;
    return option.isAbsolute ? ms > 0 && ms < firstAbsoluteMs : isNear(ms);
  });
}

const isNear = (ms: number): boolean => ms > 0 && ms < hourMs;
