/** Compat scripts of client-side caching: who hears of which change, and when. */
import {
  closing,
  eventually,
  heardUntil,
  hears,
  type Line,
  loosely,
  on,
  raw,
  repeatedly,
  type Script,
  script,
} from './script.js';

/** Everything `t`, the one that tracks, has heard: ends with the answer to a PING of its own. */
const told: readonly Line[] = [on('t', 'ECHO told')];

const options = script('CLIENT TRACKING checks its options', [
  'CLIENT TRACKINGINFO',
  'CLIENT GETREDIR',
  'CLIENT TRACKING',
  'CLIENT TRACKING MAYBE',
  'CLIENT TRACKING MAYBE REDIRECT 99999999',
  'CLIENT TRACKING ON BOGUS',
  'CLIENT TRACKING ON OPTIN OPTOUT',
  'CLIENT TRACKING ON BCAST OPTIN',
  'CLIENT TRACKING ON BCAST OPTOUT',
  'CLIENT TRACKING ON PREFIX a',
  'CLIENT TRACKING ON PREFIX',
  'CLIENT TRACKING ON REDIRECT',
  'CLIENT TRACKING ON REDIRECT x',
  'CLIENT TRACKING ON REDIRECT 99999999',
  'CLIENT TRACKING OFF REDIRECT 99999999',
  'CLIENT TRACKING ON REDIRECT <id:b> REDIRECT <id:b>',
  'CLIENT TRACKING ON BCAST PREFIX a PREFIX ab',
  'CLIENT TRACKING ON BCAST PREFIX a PREFIX a',
  'CLIENT TRACKING ON BCAST PREFIX foo PREFIX bar',
  'CLIENT TRACKING ON BCAST PREFIX foobar',
  'CLIENT TRACKING ON BCAST PREFIX fo',
  'CLIENT TRACKING ON BCAST PREFIX other',
  'CLIENT TRACKINGINFO',
  'CLIENT TRACKING ON',
  'CLIENT TRACKING OFF',
  'CLIENT TRACKING OFF',
  'CLIENT TRACKING ON BCAST',
  'CLIENT TRACKINGINFO',
  'CLIENT TRACKING ON OPTIN',
  'CLIENT TRACKING OFF',
  'CLIENT TRACKING ON OPTIN NOLOOP',
  'CLIENT TRACKINGINFO',
  'CLIENT TRACKING ON OPTOUT',
  'CLIENT TRACKING ON',
  'CLIENT TRACKINGINFO',
  'CLIENT TRACKING OFF',
  'CLIENT TRACKING on',
  'CLIENT GETREDIR',
  'RESET',
  'CLIENT TRACKINGINFO',
]);

const cachingErrors = script('CLIENT CACHING is for OPTIN and OPTOUT', [
  'CLIENT CACHING YES',
  'CLIENT CACHING MAYBE',
  'CLIENT CACHING',
  'CLIENT TRACKING ON',
  'CLIENT CACHING YES',
  'CLIENT CACHING NO',
  'CLIENT TRACKING ON OPTIN',
  'CLIENT CACHING NO',
  'CLIENT CACHING YES',
  'CLIENT TRACKINGINFO',
  'CLIENT GETNAME',
  'CLIENT TRACKINGINFO',
  'PING',
  'CLIENT TRACKINGINFO',
  'CLIENT TRACKING OFF',
  'CLIENT TRACKING ON OPTOUT',
  'CLIENT CACHING YES',
  'CLIENT CACHING NO',
  'CLIENT TRACKINGINFO',
  'BOGUS',
  'CLIENT TRACKINGINFO',
]);

/** Changes of others to keys that `t` has read, one by one, and what it is told. */
function tracking(name: string, enable: string, lines: readonly Line[]): Script {
  return script(name, ['MSET a 1 b 2 c 3', 'HSET h f v', on('t', enable), ...lines], { protocols: [3] });
}

const toldOnce = tracking('a key that was read is told once', 'CLIENT TRACKING ON', [
  'SET a 2',
  on('t', 'GET a'),
  on('t', 'MGET a b none'),
  on('t', 'HGETALL h'),
  'SET a 3',
  on('t', hears()),
  'SET a 4',
  'SET none 1',
  on('t', hears()),
  'APPEND b x',
  on('t', hears()),
  'HSET h f w',
  on('t', hears()),
  'SET c 1',
  ...told,
  on('t', 'EXISTS a b'),
  'EXPIRE a 100',
  on('t', hears()),
  'UNLINK b',
  on('t', hears()),
  on('t', 'GET a'),
  'RENAME a z',
  on('t', hears()),
  on('t', 'GET z'),
  'RENAME z a',
  on('t', hears()),
  on('t', 'GET a'),
  'COPY c a REPLACE',
  on('t', hears()),
  on('t', 'STRLEN a'),
  'PERSIST a',
  'GETEX a EX 100',
  on('t', hears()),
  'CLIENT TRACKINGINFO',
  ...told,
  on('t', 'CLIENT TRACKING OFF'),
  'SET a 5',
  ...told,
]);

const own = tracking('own changes are told after the reply', 'CLIENT TRACKING ON', [
  on('t', 'GET a'),
  on('t', repeatedly('SET a 1', 2)),
  on('t', 'SET a 1'),
  on('t', 'MGET a b'),
  on('t', repeatedly('MSET a 1 b 2', 3)),
  on('t', 'MULTI'),
  on('t', 'GET a'),
  on('t', 'SET a 1'),
  on('t', 'GET a'),
  on('t', 'SET a 2'),
  on('t', repeatedly('EXEC', 3)),
  on('t', 'GET a'),
  on('t', repeatedly('FLUSHALL', 2)),
  on('t', 'GET a'),
  'FLUSHALL',
  on('t', hears()),
  'FLUSHDB',
  on('t', hears()),
  ...told,
]);

const noLoop = tracking('NOLOOP leaves out own changes', 'CLIENT TRACKING ON NOLOOP', [
  on('t', 'GET a'),
  on('t', 'SET a 1'),
  'SET a 2',
  ...told,
  on('t', 'GET a'),
  'SET a 3',
  on('t', hears()),
  on('t', repeatedly('FLUSHALL', 2)),
]);

const optIn = tracking('OPTIN remembers what CLIENT CACHING YES precedes', 'CLIENT TRACKING ON OPTIN', [
  on('t', 'GET a'),
  'SET a 1',
  ...told,
  on('t', 'CLIENT CACHING YES'),
  on('t', 'GET a'),
  on('t', 'GET b'),
  'SET b 1',
  'SET a 1',
  on('t', hears()),
  on('t', 'CLIENT CACHING YES'),
  on('t', 'MULTI'),
  on('t', 'GET a'),
  on('t', 'GET b'),
  on('t', 'EXEC'),
  on('t', 'GET c'),
  'MSET c 1 a 1 b 1',
  on('t', hears(2)),
  ...told,
]);

const optOut = tracking('OPTOUT forgets what CLIENT CACHING NO precedes', 'CLIENT TRACKING ON OPTOUT', [
  on('t', 'GET a'),
  'SET a 1',
  on('t', hears()),
  on('t', 'CLIENT CACHING NO'),
  on('t', 'GET a'),
  'SET a 1',
  ...told,
  on('t', 'GET a'),
  'DEL a',
  on('t', hears()),
]);

const broadcast = tracking(
  'BCAST tells of every key under the prefixes',
  'CLIENT TRACKING ON BCAST PREFIX a PREFIX user:',
  [
    'SET a 1',
    on('t', hears()),
    'SET a 1',
    on('t', hears()),
    'SET b 1',
    'SET user:1 x',
    on('t', hears()),
    'MSET a2 1 a1 2 a3 3 other 1',
    on('t', hears()),
    on('t', repeatedly('SET abc 1', 2)),
    'SET a v PX 200',
    on('t', hears()),
    on('b', eventually('EXISTS a', ':0\r\n')),
    on('t', hears()),
    'FLUSHALL',
    on('t', hears()),
    ...told,
    on('t', 'CLIENT TRACKING OFF'),
    'SET a 1',
    ...told,
  ],
);

const broadcastAll = tracking('BCAST without prefixes, and NOLOOP', 'CLIENT TRACKING ON BCAST NOLOOP', [
  'SET a 1',
  on('t', hears()),
  on('t', 'SET a 1'),
  on('t', 'MSET x 1 y 2'),
  'SET a 1',
  on('t', hears()),
]);

const scripts = tracking('a script reads and writes on behalf of its caller', 'CLIENT TRACKING ON', [
  on('t', `EVAL "return redis.call('GET', KEYS[1])" 1 a`),
  'SET a 1',
  on('t', hears()),
  on('t', 'GET a'),
  `EVAL "return redis.call('SET', KEYS[1], 2)" 1 a`,
  on('t', hears()),
  on('t', `EVAL_RO "return 1" 1 b`),
  'SET b 1',
  ...told,
  on('t', 'GET a'),
  on('t', repeatedly(`EVAL "return redis.call('SET', KEYS[1], 2)" 1 a`, 2)),
]);

const expiry = tracking('a key that expires is told', 'CLIENT TRACKING ON', [
  // In one packet: however busy the machine is, the key is still there when it is read.
  on('t', raw('SET e v PX 200\r\nEXISTS e\r\n', { replies: 2 })),
  on('b', eventually('EXISTS e', ':0\r\n')),
  on('t', heardUntil('invalidate')),
]);

const redirect = script('REDIRECT sends to another client, in its protocol', [
  'MSET a 1 b 2',
  'CLIENT TRACKING ON REDIRECT <id:r>',
  loosely('CLIENT TRACKINGINFO', { reason: 'ids differ', difference: sameBut(/:\d+/) }),
  loosely('CLIENT GETREDIR', { reason: 'ids differ', difference: sameBut(/:\d+/) }),
  on('r', 'SUBSCRIBE __redis__:invalidate'),
  'GET a',
  on('b', 'SET a 1'),
  on('r', hears()),
  'MGET a b',
  'SET a 1',
  on('r', hears()),
  on('b', 'FLUSHALL'),
  on('r', hears()),
  'GET b',
  on('r', closing('QUIT')),
]);

const redirectUnheard = script(
  'a RESP2 client that has not subscribed hears nothing',
  [
    'SET a 1',
    'CLIENT TRACKING ON REDIRECT <id:r>',
    'GET a',
    on('b', 'SET a 2'),
    on('r', 'PING'),
    'CLIENT TRACKING OFF',
    'CLIENT TRACKING ON',
    'GET a',
    on('b', 'SET a 3'),
    'PING',
  ],
  { protocols: [2] },
);

const redirectBroken = script(
  'a redirection whose client has gone is told and shown',
  [
    'SET a 1',
    'CLIENT TRACKING ON REDIRECT <id:r>',
    on('r', closing('QUIT')),
    'GET a',
    on('b', 'SET a 2'),
    loosely(hears(), { reason: 'the id of the client that was', difference: sameBut(/\d+\r\n$/) }),
    'CLIENT GETNAME',
  ],
  { protocols: [3] },
);

/** Equal but for what the pattern finds. */
function sameBut(pattern: RegExp): (ours: Buffer, theirs: Buffer) => string | null {
  const rest = (reply: Buffer): string => reply.toString('latin1').replace(pattern, '');
  return (ours, theirs) => (rest(ours) === rest(theirs) ? null : 'the replies differ elsewhere');
}

export const trackingScripts: readonly Script[] = [
  options,
  cachingErrors,
  toldOnce,
  own,
  noLoop,
  optIn,
  optOut,
  broadcast,
  broadcastAll,
  scripts,
  expiry,
  redirect,
  redirectUnheard,
  redirectBroken,
];
