/** Compat scripts of keyspace notifications: a subscriber to everything compares what each command brings about. */
import { eventually, heardUntil, type Line, on, type Script, script } from './script.js';

/** A line, or several of which only the whole can be observed: a key that is over in a moment is over now or then. */
type Observed = Line | readonly Line[];

/** The lines, and then everything the subscriber has heard by the time they are done. */
function observed(lines: readonly Observed[]): Line[] {
  return lines.flatMap((line) => [line, 'PUBLISH mark end', on('s', heardUntil('mark'))].flat());
}

function notifications(name: string, lines: readonly Observed[], classes = 'KEAnm'): Script {
  return script(
    name,
    [
      `CONFIG SET notify-keyspace-events ${classes}`,
      'CONFIG GET notify-keyspace-events',
      on('s', 'PSUBSCRIBE __key*'),
      on('s', 'SUBSCRIBE mark'),
      ...observed(lines),
      ...transaction,
      ...observed(['EXEC']),
    ],
    { restores: ['CONFIG SET notify-keyspace-events ""'] },
  );
}

const strings = [
  ...['SET k v', 'SET k v EX 100', 'SET k v KEEPTTL', 'SET k v XX GET', 'SET k v NX', 'SET none v XX', 'SETNX k v'],
  ...[
    'SETNX new v',
    'SETEX k 100 v',
    'PSETEX k2 100000 v',
    'GETSET k w',
    'GETSET other w',
    'GETDEL other',
    'GETDEL none',
  ],
  ...['GETEX k', 'GETEX k EX 100', 'GETEX k PERSIST', 'GETEX k PERSIST', 'GETEX k EXAT 1', 'GETEX none EX 100'],
  ...['MSET a 1 b 2 a 3', 'MSETNX a 1 c 2', 'MSETNX c 1 d 2', 'MGET a none b none', 'GET none', 'STRLEN none'],
  ...['APPEND a x', 'APPEND fresh x', 'APPEND fresh ""', 'SETRANGE a 1 y', 'SETRANGE s 2 y', 'SETRANGE none 0 ""'],
  ...['INCR n', 'INCR n', 'INCRBY n 2', 'DECR n', 'DECRBY n 3', 'INCRBYFLOAT n 1.5', 'INCRBYFLOAT f 1', 'INCR a'],
  ...['GETRANGE none 0 1', 'SUBSTR a 0 1', 'LCS a b', 'LCS none b', 'HSET a f v'],
];

const hashes = [
  ...[
    'HSET h f v',
    'HSET h f v g w',
    'HSETNX h f x',
    'HSETNX h i x',
    'HMSET h2 f v',
    'HINCRBY h n 1',
    'HINCRBY h3 n 1',
  ],
  ...[
    'HINCRBYFLOAT h n 1.5',
    'HINCRBYFLOAT h4 n 1',
    'HDEL h f',
    'HDEL h none',
    'HDEL h2 f',
    'HDEL none f',
    'HGET none f',
  ],
  ...['HGET h none', 'HMGET none f g', 'HGETALL none', 'HKEYS none', 'HVALS none', 'HLEN none', 'HSTRLEN none f'],
  ...['HEXISTS none f', 'HRANDFIELD none', 'HSCAN none 0', 'SET h string'],
];

const generic = [
  ...['SET a 1', 'SET b 2', 'HSET h f v', 'DEL a none b', 'UNLINK h none', 'SET a 1', 'SET b 2', 'RENAME a b'],
  ...[
    'RENAMENX b c',
    'SET b 1',
    'RENAMENX b c',
    'RENAME b b',
    'RENAME none x',
    'COPY c d',
    'COPY c d',
    'COPY c d REPLACE',
  ],
  ...['COPY c d DB 1', 'MOVE c 1', 'MOVE d 1', 'MOVE none 1', 'EXPIRE d 100', 'EXPIRE d 100 NX', 'PEXPIRE d 100000'],
  ...['EXPIREAT d 9999999999', 'PEXPIREAT d 9999999999999', 'PERSIST d', 'PERSIST d', 'EXPIRE d -1', 'EXPIRE none 10'],
  ...[
    'SET e 1',
    'EXPIREAT e 1',
    'EXISTS none none',
    'TYPE none',
    'TTL none',
    'PTTL none',
    'EXPIRETIME none',
    'TOUCH none',
  ],
  ...['OBJECT ENCODING none', 'OBJECT REFCOUNT none', 'OBJECT IDLETIME none', 'OBJECT FREQ none', 'MEMORY USAGE none'],
  ...['PEXPIRETIME none', 'SCAN 0 MATCH none', 'KEYS none', 'HSET h f v', 'HSET g f v', 'RENAME h g', 'COPY g h'],
  ...['COPY g h REPLACE', 'SELECT 1', 'SET c x', 'SELECT 0', 'SWAPDB 0 1', 'SET k v', 'FLUSHDB', 'FLUSHALL', 'DBSIZE'],
  'WATCH none',
];

/** What a transaction brings about is told while it runs, command by command. */
const transaction = ['MULTI', 'SET t 1', 'INCR t', 'DEL t', 'GET t'];

const expiring = [
  ['SET k v PX 15', eventually('EXISTS k', ':0\r\n')],
  'HSET h f v',
  ['PEXPIRE h 15', eventually('HLEN h', ':0\r\n')],
];

/** Each class alone, with one of the two kinds of channels. */
const perClass = ['Kg', 'E$', 'Kh', 'Ex', 'Km', 'En', 'g', 'KEA', ''].map((classes) =>
  notifications(
    `only '${classes}'`,
    [
      ...['SET k v', 'GET none', 'HSET h f v', 'EXPIRE k 1000', 'DEL k h'],
      ['SET k v PX 1', eventually('EXISTS k', ':0\r\n')],
    ],
    classes === '' ? '""' : classes,
  ),
);

const settings = script(
  'the setting is checked and answered in one order',
  ['K', 'E', 'A', 'KA', 'mnE', 'tK$', 'g$lshzxetd', 'KEg$lshzxetdn', 'An', 'q', 'Kq', '""'].flatMap((classes) => [
    `CONFIG SET notify-keyspace-events ${classes}`,
    'CONFIG GET notify-keyspace-events',
  ]),
  { restores: ['CONFIG SET notify-keyspace-events ""'] },
);

export const notificationScripts: readonly Script[] = [
  settings,
  ...perClass,
  notifications('strings', strings),
  notifications('hashes', hashes),
  notifications('keys of any type', generic),
  notifications('scripts', [`EVAL "redis.call('SET', 'a', 1) redis.call('DEL', 'a') return redis.call('GET', 'a')" 0`]),
  notifications('expired keys', expiring, 'KEx'),
];
