/** Lines of commands that redis-server 7.0.15 lacks: Nearkey must answer exactly what is written here. */
import { hashExtensionScripts } from './extension-hash.js';
import { answering } from './looseness.js';
import { loosely, type Script, script } from './script.js';

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

const conditional = script(
  'SET IFEQ and DELIFEQ act on a key that holds a value, and on no other',
  [
    ...[
      ['SET none v IFEQ v', '$-1\r\n'],
      ['SET k one', '+OK\r\n'],
      ['SET k two IFEQ other', '$-1\r\n'],
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
  { protocols: [2] },
);

const rankWithScoreInResp3 = script(
  'ZRANK tells the score WITHSCORE as a double',
  [
    'ZADD z 1 a 2.5 b',
    loosely('ZRANK z b WITHSCORE', answering('*2\r\n:1\r\n,2.5\r\n', withScore)),
    loosely('ZRANK z none WITHSCORE', answering('_\r\n', withScore)),
  ],
  { protocols: [3] },
);

export const extensionScripts: readonly Script[] = [
  setinfo,
  notouch,
  conditional,
  ...hashExtensionScripts,
  rankWithScore,
  rankWithScoreInResp3,
];
