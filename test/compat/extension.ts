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
  ...hashExtensionScripts,
  rankWithScore,
  rankWithScoreInResp3,
];
