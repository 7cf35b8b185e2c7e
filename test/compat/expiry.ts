/** Compat scripts of expiry times: setting, reading, removing and what happens when they are over. */
import { within } from './looseness.js';
import { eventually, loosely, on, type Script, script } from './script.js';

const twoClocks = 'the two servers read their clocks at different moments';
/** What may lie between the two moments on a busy machine; less than what tells one time given here from another. */
const toleranceMs = 20_000;
const farMs = '4102444800000';

const commands = [
  { name: 'EXPIRE', times: ['100', '5000', '0', '-1', '-100'] },
  { name: 'PEXPIRE', times: ['100000', '5000000', '0', '-1'] },
  { name: 'EXPIREAT', times: ['4102444800', '4202444800', '0', '1', '-1'] },
  { name: 'PEXPIREAT', times: ['4102444800000', '4202444800000', '0', '1', '-1'] },
];

const conditions = [
  '',
  'NX',
  'XX',
  'GT',
  'LT',
  'NX XX',
  'NX GT',
  'NX LT',
  'XX GT',
  'XX LT',
  'GT LT',
  'GT GT',
  'nx',
  'xx lt',
  'BOGUS',
  '""',
  'NX BOGUS',
];

const setting = commands.map(({ name, times }) =>
  script(`${name} takes every condition over a persistent, an expiring and no key`, [
    ...['SET k v', `SET k v PXAT 4152444800000`, 'DEL k'].flatMap((prepare) =>
      conditions.flatMap((condition) =>
        times.flatMap((time) => [
          prepare,
          `${name} k ${time} ${condition}`,
          'EXISTS k',
          loosely('PTTL k', within(toleranceMs, twoClocks)),
        ]),
      ),
    ),
  ]),
);

const badTimes = [
  ...[
    'abc',
    '1.5',
    '""',
    '" 1"',
    '+1',
    '01',
    '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808',
    '9223372036854775',
    '9223372036854776',
  ],
  ...['-9223372036854775', '-9223372036854776', '9223370000000000', '9223370000000000000', '1e3', '0x10'],
];

const errors = script('the EXPIRE family refuses what is not a time', [
  ...commands.flatMap(({ name }) => [
    name,
    `${name} k`,
    `${name} k x`,
    ...badTimes.flatMap((time) => [
      'SET k v',
      `${name} k ${time}`,
      'EXISTS k',
      loosely('PEXPIRETIME k', within(toleranceMs, twoClocks)),
      `${name} none ${time}`,
      `${name} k ${time} BOGUS`,
    ]),
  ]),
]);

const reading = script('TTL, PTTL, EXPIRETIME, PEXPIRETIME and PERSIST tell and take away', [
  'SET k v',
  ...['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME', 'PERSIST'].flatMap((name) => [
    name,
    `${name} k`,
    `${name} none`,
    `${name} k k`,
  ]),
  'SET k v PXAT 4102444800499',
  'EXPIRETIME k',
  'PEXPIRETIME k',
  'SET k v PXAT 4102444800500',
  'EXPIRETIME k',
  'SET k v PXAT 4102444800999',
  'EXPIRETIME k',
  loosely('TTL k', within(toleranceMs / 1_000, twoClocks)),
  loosely('PTTL k', within(toleranceMs, twoClocks)),
  'PERSIST k',
  'PERSIST k',
  'TTL k',
  'PEXPIRETIME k',
  'SET k v EX 100',
  loosely('TTL k', within(toleranceMs / 1_000, twoClocks)),
  'SET k v PX 150500',
  loosely('TTL k', within(toleranceMs / 1_000, twoClocks)),
  'HSET h f v',
  `PEXPIREAT h ${farMs}`,
  'PEXPIRETIME h',
  'PERSIST h',
  'TTL h',
]);

const kept = script('an expiry survives changes of the value and dies with its replacement', [
  ...[
    'APPEND k 1',
    'INCR k',
    'INCRBYFLOAT k 0.5',
    'SETRANGE k 0 9',
    'SET k 5 KEEPTTL',
    'GETEX k',
    'GETSET k 1',
    'SET k 1',
    'MSET k 1',
    'SETNX k 1',
  ].flatMap((line) => [`SET k 1 PXAT ${farMs}`, line, 'PEXPIRETIME k']),
  ...['HSET h f w', 'HSET h g w', 'HDEL h g', 'HINCRBY h n 1', 'HSETNX h x 1'].flatMap((line) => [
    'HSET h f v',
    `PEXPIREAT h ${farMs}`,
    line,
    'PEXPIRETIME h',
  ]),
  'HDEL h f g n x',
  'HSET h f v',
  'TTL h',
]);

const past = script('a time in the past deletes at once', [
  ...[
    'EXPIRE k -1',
    'EXPIRE k 0',
    'PEXPIRE k -1',
    'EXPIREAT k 1',
    'PEXPIREAT k 1',
    'GETEX k EXAT 1',
    'GETEX k PXAT 1',
    'SET k w EXAT 1',
    'SET k w PXAT 1',
    'EXPIRE k -1 NX',
    'EXPIRE k -1 XX',
    'EXPIRE k -1 GT',
    'EXPIRE k -1 LT',
  ].flatMap((line) => ['SET k v', line, 'EXISTS k', 'GET k', 'TTL k', 'DBSIZE']),
  'SET k v PXAT 1',
  'SET k v PXAT 1 GET',
  'SET k v NX PXAT 1',
  'EXISTS k',
  'DBSIZE',
]);

const over = script(
  'when the time is over the key is gone for every command, and counted out by the server itself',
  [
    'SET k v PX 15',
    'HSET h f v',
    'PEXPIRE h 15',
    'SET stays v',
    eventually('DBSIZE', ':1\r\n'),
    'GET k',
    'TYPE k',
    'TTL k',
    'HGETALL h',
    'EXISTS k h',
    'KEYS *',
    'RANDOMKEY',
    'SET k v PX 15',
    eventually('EXISTS k', ':0\r\n'),
    'RENAME k x',
    'COPY k x',
    'PERSIST k',
    'EXPIRE k 100',
    'APPEND k new',
    'TTL k',
    'SET n 5 PX 15',
    eventually('GET n', '$-1\r\n'),
    'INCR n',
    'TTL n',
    'SET k v PX 15',
    eventually('TOUCH k', ':0\r\n'),
    'SETNX k w',
    'TTL k',
    'HSET h f v',
    'PEXPIRE h 15',
    eventually('HLEN h', ':0\r\n'),
    'SET h string',
    'SELECT 3',
    'SET k v PX 15',
    'SELECT 0',
    on('b', 'SELECT 3'),
    on('b', eventually('DBSIZE', ':0\r\n')),
  ],
  { protocols: [2] },
);

export const expiryScripts: readonly Script[] = [...setting, errors, reading, kept, past, over];
