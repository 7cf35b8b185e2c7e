/** Lines of commands that redis-server 7.0.15 lacks: Nearkey must answer exactly what is written here. */
import { hashExtensionScripts } from './extension-hash.js';
import { jsonExtensionScripts } from './extension-json.js';
import { lexiconExtensionScripts } from './extension-lexicon.js';
import { vectorSetExtensionScripts } from './extension-vector-set.js';
import { answering } from './looseness.js';
import { loosely, type Protocol, type Script, script } from './script.js';

const later = 'CLIENT SETINFO came with Redis 7.2';

const setinfo = script('CLIENT SETINFO takes the name and the version of a client library', [
  loosely('CLIENT SETINFO LIB-NAME some', answering('+OK\r\n', later)),
  loosely('CLIENT SETINFO lib-ver 1.2.3', answering('+OK\r\n', later)),
  loosely('CLIENT SETINFO BOGUS x', answering("-ERR Unrecognized option 'BOGUS'\r\n", later)),
  loosely(
    'CLIENT SETINFO LIB-NAME "with space"',
    answering('-ERR LIB-NAME cannot contain spaces, newlines or special characters.\r\n', later),
  ),
  loosely(
    'CLIENT SETINFO LIB-NAME',
    answering("-ERR wrong number of arguments for 'client|setinfo' command\r\n", later),
  ),
]);

const noTouch = 'CLIENT NO-TOUCH came with Redis 7.2';

const notouch = script('CLIENT NO-TOUCH', [
  loosely('CLIENT NO-TOUCH ON', answering('+OK\r\n', noTouch)),
  loosely('CLIENT NO-TOUCH off', answering('+OK\r\n', noTouch)),
  loosely('CLIENT NO-TOUCH BOGUS', answering('-ERR syntax error\r\n', noTouch)),
  loosely('CLIENT NO-TOUCH', answering("-ERR wrong number of arguments for 'client|no-touch' command\r\n", noTouch)),
]);

const withScore = 'WITHSCORE of ZRANK came with Redis 7.2';

const rankWithScore = script(
  'ZRANK and ZREVRANK tell the score WITHSCORE',
  [
    'ZADD z 1 a 2.5 b',
    loosely('ZRANK z b WITHSCORE', answering('*2\r\n:1\r\n$3\r\n2.5\r\n', withScore)),
    loosely('ZREVRANK z b withscore', answering('*2\r\n:0\r\n$3\r\n2.5\r\n', withScore)),
    loosely('ZRANK z none WITHSCORE', answering('*-1\r\n', withScore)),
    loosely('ZRANK none a WITHSCORE', answering('*-1\r\n', withScore)),
  ],
  { protocols: [2] },
);

const conditional = (protocol: Protocol, nil: string): Script =>
  script(
    'SET IFEQ and DELIFEQ act on a key that holds a value, and on no other',
    [
      ...[
        ['SET none v IFEQ v', nil],
        ['SET k one', '+OK\r\n'],
        ['SET k two IFEQ other', nil],
        ['SET k two IFEQ one', '+OK\r\n'],
        ['SET k three GET IFEQ two', '$3\r\ntwo\r\n'],
        ['SET k four IFEQ two GET', '$5\r\nthree\r\n'],
        ['GET k', '$5\r\nthree\r\n'],
        ['SET k v IFEQ three EX 100', '+OK\r\n'],
        ['TTL k', ':100\r\n'],
        ['SET k v IFEQ v NX', '-ERR syntax error\r\n'],
        ['SET k v XX IFEQ v', '-ERR syntax error\r\n'],
        ['SET k v IFEQ', '-ERR syntax error\r\n'],
        ['HSET h f v', ':1\r\n'],
        ['SET h v IFEQ v', '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'],
        ['DELIFEQ h v', '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'],
        ['DELIFEQ none v', ':0\r\n'],
        ['DELIFEQ k other', ':0\r\n'],
        ['DELIFEQ k v', ':1\r\n'],
        ['EXISTS k', ':0\r\n'],
        ['DELIFEQ k', "-ERR wrong number of arguments for 'delifeq' command\r\n"],
      ].map(([line = '', reply = '']) => loosely(line, answering(reply, 'came with Valkey 8.1 and 9.0'))),
    ],
    { protocols: [protocol] },
  );

const many = script('MSETEX sets several keys, all or none, with one lifetime', [
  ...[
    ['MSETEX 2 a 1 b 2', ':1\r\n'],
    ['MGET a b', '*2\r\n$1\r\n1\r\n$1\r\n2\r\n'],
    ['MSETEX 2 a 3 c 4 NX', ':0\r\n'],
    ['MSETEX 2 a 3 c 4 XX', ':0\r\n'],
    ['EXISTS c', ':0\r\n'],
    ['MSETEX 2 a 3 b 4 xx EX 100', ':1\r\n'],
    ['TTL b', ':100\r\n'],
    ['MSETEX 1 a 5 KEEPTTL', ':1\r\n'],
    ['TTL a', ':100\r\n'],
    ['MSETEX 1 a 5', ':1\r\n'],
    ['TTL a', ':-1\r\n'],
    ['MSETEX 2 c 1 d 2 PX 90000 NX', ':1\r\n'],
    ['TTL d', ':90\r\n'],
    ['MSETEX 1 c 1 EXAT 4102444800', ':1\r\n'],
    ['EXPIRETIME c', ':4102444800\r\n'],
    ['MSETEX 1 c 1 PXAT 4102444800123', ':1\r\n'],
    ['PEXPIRETIME c', ':4102444800123\r\n'],
    ['MSETEX 2 c 1 c 2', ':1\r\n'],
    ['GET c', '$1\r\n2\r\n'],
    ['RPUSH list x', ':1\r\n'],
    ['MSETEX 1 list v XX', ':1\r\n'],
    ['GET list', '$1\r\nv\r\n'],
    ...['0', '-1', 'x', '2147483648'].map((count) => [`MSETEX ${count} a 1`, '-ERR invalid numkeys value\r\n']),
    ...['2 a 1', '2 a 1 b', '2147483647 a 1'].map((rest) => [
      `MSETEX ${rest}`,
      '-ERR wrong number of key-value pairs\r\n',
    ]),
    ...['BOGUS', 'NX XX', 'EX', 'EX 1 PX 1', 'KEEPTTL EX 1', 'EX 1 KEEPTTL', 'EXAT 1 PXAT 1', 'a 1'].map((rest) => [
      `MSETEX 1 a 1 ${rest}`,
      '-ERR syntax error\r\n',
    ]),
    ...['0', '-1', '9223372036854775807'].map((time) => [
      `MSETEX 1 a 1 EX ${time}`,
      "-ERR invalid expire time in 'msetex' command\r\n",
    ]),
    ['MSETEX 1 a 1 EX x', '-ERR value is not an integer or out of range\r\n'],
    ['MSETEX 1 a', "-ERR wrong number of arguments for 'msetex' command\r\n"],
    ['COMMAND GETKEYS MSETEX 2 a 1 b 2 NX', '*2\r\n$1\r\na\r\n$1\r\nb\r\n'],
  ].map(([line = '', reply = '']) => loosely(line, answering(reply, 'came with Redis 8.4'))),
]);

const rankWithScoreInResp3 = script(
  'ZRANK tells the score WITHSCORE as a double',
  [
    'ZADD z 1 a 2.5 b',
    loosely('ZRANK z b WITHSCORE', answering('*2\r\n:1\r\n,2.5\r\n', withScore)),
    loosely('ZREVRANK z b WITHSCORE', answering('*2\r\n:0\r\n,2.5\r\n', withScore)),
    loosely('ZRANK z none WITHSCORE', answering('_\r\n', withScore)),
  ],
  { protocols: [3] },
);

export const extensionScripts: readonly Script[] = [
  setinfo,
  notouch,
  conditional(2, '$-1\r\n'),
  conditional(3, '_\r\n'),
  many,
  ...hashExtensionScripts,
  ...jsonExtensionScripts,
  ...vectorSetExtensionScripts,
  ...lexiconExtensionScripts,
  rankWithScore,
  rankWithScoreInResp3,
];
