/** Compat scripts of DEBUG. Both servers run with `enable-debug-command yes`. */
import { matching } from './looseness.js';
import { loosely, type Script, script } from './script.js';

const told = (facts: string) =>
  matching(
    new RegExp(`^\\+Value at:0x[0-9a-f]+ refcount:1 ${facts} lru:\\d+ lru_seconds_idle:\\d+\r\n$`),
    'addresses are of the process, idle times of two clocks',
  );
const types = [
  'string',
  'integer',
  'double',
  'bignum',
  'null',
  'array',
  'set',
  'map',
  'verbatim',
  'true',
  'FALSE',
  'bogus',
];

const replies = script('DEBUG makes replies of every type, and errors', [
  ...types.map((type) => `DEBUG PROTOCOL ${type}`),
  'DEBUG ERROR "ERR some text"',
  'DEBUG ERROR "CODE"',
  ...['DEBUG', 'DEBUG BOGUS', 'DEBUG bogus a b', 'DEBUG PROTOCOL', 'DEBUG PROTOCOL a b', 'DEBUG ERROR', 'DEBUG HELP x'],
]);

const states = script('DEBUG sleeps, fills the database and stops the expiry of keys', [
  ...['DEBUG SLEEP 0', 'DEBUG SLEEP 0.001', 'DEBUG SLEEP x', 'DEBUG SLEEP -1', 'DEBUG SLEEP', 'debug sleep 0'],
  ...['DEBUG SET-ACTIVE-EXPIRE 0', 'DEBUG SET-ACTIVE-EXPIRE x', 'DEBUG SET-ACTIVE-EXPIRE 1', 'DEBUG SET-ACTIVE-EXPIRE'],
  ...['DEBUG CHANGE-REPL-ID', 'DEBUG CHANGE-REPL-ID x', 'DEBUG QUICKLIST-PACKED-THRESHOLD 100b'],
  ...['DEBUG QUICKLIST-PACKED-THRESHOLD 0', 'DEBUG QUICKLIST-PACKED-THRESHOLD'],
  ...[
    'DEBUG POPULATE 3',
    'MGET key:0 key:1 key:2',
    'DBSIZE',
    'SET pre:0 mine',
    'DEBUG POPULATE 2 pre 3',
    'MGET pre:0 pre:1',
  ],
  ...['DEBUG POPULATE 1 long 12', 'GET long:0', 'DEBUG POPULATE x', 'DEBUG POPULATE -1', 'DEBUG POPULATE 1 a x'],
  ...['DEBUG POPULATE 1 a 1 1', 'DEBUG POPULATE', 'DEBUG POPULATE 0', 'DBSIZE'],
]);

const objects = script('DEBUG OBJECT tells of a key', [
  ...['SET s hello', 'SET n 123456', 'HSET h f v', 'SADD i 1 2 3', 'ZADD z 1 a'],
  ...[
    ['s', 'embstr serializedlength:6'],
    ['n', 'int serializedlength:5'],
    ['h', 'listpack serializedlength:14'],
    ['i', 'intset serializedlength:15'],
    ['z', 'listpack serializedlength:13'],
  ].map(([key = '', facts = '']) => loosely(`DEBUG OBJECT ${key}`, told(`encoding:${facts}`))),
  ...['DEBUG OBJECT none', 'DEBUG OBJECT', 'DEBUG OBJECT s x'],
]);

export const debugScripts: readonly Script[] = [replies, states, objects];
