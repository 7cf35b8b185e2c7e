/** Compat scripts of MONITOR, SLOWLOG, LATENCY, CLIENT PAUSE, MEMORY and of commands about the process. */
import { type Looseness, matching, sameShape, within } from './looseness.js';
import { heardUntil, hears, loosely, on, repeatedly, type Script, type Step, script } from './script.js';

const ownModules: Looseness = {
  reason: 'what are modules in Redis are parts of Nearkey',
  difference: (ours, theirs) => (ours.includes('search') && theirs.toString() === '*0\r\n' ? null : 'has no search'),
};

const timesDiffer = 'times and addresses differ';

/** Lines of MONITOR without time and address. */
const monitored: Looseness = {
  reason: timesDiffer,
  difference: (ours, theirs) => {
    const command = (reply: Buffer): string =>
      reply.toString('latin1').replace(/^\+\d+\.\d{6} \[(\d+) (?:127\.0\.0\.1:\d+|(lua))\]/, '+[$1 $2]');
    return command(ours) === command(theirs) ? null : 'the commands differ';
  },
};

/** What the monitor `m` sees of one line. */
function seen(lines = 1): Step {
  return on('m', loosely(hears(lines), monitored));
}

const monitor = script('MONITOR shows every command after it has run', [
  'PING',
  on('m', 'MONITOR'),
  'SET k v',
  seen(),
  String.raw`SET k "\x00\n\r\t\a\b\xff\"\\ '"`,
  seen(),
  'get k',
  seen(),
  'HSET k f v',
  seen(),
  'GET',
  'BOGUS',
  'SET k v BOGUS',
  seen(),
  'CONFIG GET maxmemory-policy',
  'CLIENT GETNAME',
  seen(),
  'AUTH secret',
  seen(),
  'AUTH user secret',
  seen(),
  'HELLO 3 AUTH user secret SETNAME x',
  seen(),
  'MULTI',
  seen(),
  'SET k 1',
  'GET k',
  'EXEC',
  seen(3),
  `EVAL "redis.call('SET', KEYS[1], 1) return redis.call('GET', KEYS[1])" 1 k`,
  seen(3),
  'SELECT 3',
  seen(),
  'PUBLISH c m',
  seen(),
  'LATENCY LATEST',
  'ECHO ""',
  seen(),
  on('m', repeatedly('PING', 1)),
  seen(),
  on('m', 'GET k'),
  on('m', 'PUBLISH c m'),
  on('m', 'RESET'),
  'GET k',
  'MULTI',
  'MONITOR',
  'EXEC',
]);

const slowlog = script(
  'SLOWLOG keeps what took long',
  [
    'CONFIG SET slowlog-log-slower-than 0',
    'CLIENT SETNAME slow',
    'SLOWLOG RESET',
    'SET k v',
    'AUTH secret',
    'CONFIG SET requirepass ""',
    'SLOWLOG LEN',
    entries('SLOWLOG GET'),
    entries('SLOWLOG GET 2'),
    entries('SLOWLOG GET -1'),
    'SLOWLOG GET 0',
    'SLOWLOG GET -2',
    'SLOWLOG GET x',
    'SLOWLOG GET 1 2',
    'SLOWLOG RESET',
    `ECHO <a*128>`,
    `MSET ${Array.from({ length: 16 }, (_, i) => `k${i} v`).join(' ')}`,
    `MSET ${Array.from({ length: 20 }, (_, i) => `k${i} v`).join(' ')}`,
    `SET k <a*1000>`,
    'MULTI',
    'INCR n',
    'EXEC',
    'BOGUS',
    entries('SLOWLOG GET'),
    'CONFIG SET slowlog-max-len 2',
    'SLOWLOG RESET',
    'PING',
    'PING',
    'SLOWLOG LEN',
    'CONFIG SET slowlog-log-slower-than -1',
    'SLOWLOG RESET',
    'PING',
    'SLOWLOG LEN',
    'SLOWLOG HELP',
    'SLOWLOG',
    'SLOWLOG BOGUS',
    'SLOWLOG LEN x',
  ],
  { restores: ['CONFIG SET slowlog-log-slower-than 10000', 'CONFIG SET slowlog-max-len 128', 'SLOWLOG RESET'] },
);

/** Entries without id, time, duration and address. */
function entries(line: string): Step {
  const rest = (reply: Buffer): string =>
    reply
      .toString('latin1')
      .replace(/\*6\r\n:\d+\r\n:\d+\r\n:\d+\r\n/g, '')
      .replace(/\$\d+\r\n127\.0\.0\.1:\d+\r\n/g, '');
  const difference = (ours: Buffer, theirs: Buffer): string | null =>
    rest(ours) === rest(theirs) ? null : 'the entries differ';
  return loosely(line, { reason: 'ids, times, durations and addresses differ', difference });
}

const latency = script(
  'LATENCY without spikes, and its settings',
  [
    'LATENCY RESET',
    'LATENCY LATEST',
    'LATENCY HISTORY command',
    'LATENCY HISTORY bogus',
    'LATENCY GRAPH command',
    'LATENCY RESET command bogus',
    loosely('LATENCY DOCTOR', matching(/monitoring is (off|disabled)/, 'a text of its own')),
    'LATENCY HELP',
    'LATENCY',
    'LATENCY BOGUS',
    'LATENCY HISTORY',
    'LATENCY GRAPH',
    'LATENCY LATEST x',
    'CONFIG RESETSTAT',
    'LATENCY HISTOGRAM get',
    'SET k v',
    loosely('LATENCY HISTOGRAM set', matching(/calls\r\n:1\r\n.*histogram_usec/s, 'durations differ')),
    'LATENCY HISTOGRAM bogus',
    'CONFIG SET latency-tracking no',
    'GET k',
    'LATENCY HISTOGRAM get',
    'CONFIG SET latency-tracking yes',
    'CONFIG SET latency-tracking-info-percentiles "50 99.9"',
    'CONFIG GET latency-tracking-info-percentiles',
    'CONFIG SET latency-tracking-info-percentiles "101"',
    'CONFIG SET latency-tracking-info-percentiles "x"',
  ],
  { restores: ['CONFIG SET latency-tracking-info-percentiles "50 99 99.9"', 'CONFIG SET latency-tracking yes'] },
);

const pause = script('CLIENT PAUSE holds commands back', [
  'CLIENT PAUSE x',
  'CLIENT PAUSE -1',
  'CLIENT PAUSE 10 BOGUS',
  'CLIENT PAUSE x BOGUS',
  'CLIENT PAUSE 10 WRITE x',
  'CLIENT PAUSE',
  'CLIENT UNPAUSE x',
  'CLIENT UNPAUSE',
  'CLIENT PAUSE 100000 WRITE',
  'GET k',
  'SET',
  on('b', repeatedly('SET k 1', 0)),
  on('b', repeatedly('GET k', 0)),
  'EXISTS k',
  'CLIENT UNPAUSE',
  on('b', heardUntil('1\r\n')),
  'EXISTS k',
  on('b', 'MULTI'),
  'CLIENT PAUSE 100000 WRITE',
  on('b', repeatedly('INCR k', 0)),
  on('c', repeatedly('PUBLISH c m', 0)),
  'GET k',
  'CLIENT UNPAUSE',
  on('b', hears()),
  on('c', hears()),
  on('b', 'EXEC'),
  'CLIENT PAUSE 50 ALL',
  'GET k',
  'CLIENT PAUSE 20',
  'PING',
]);

const memory = script('MEMORY', [
  loosely('MEMORY DOCTOR', sameShape('a text of its own')),
  loosely('MEMORY MALLOC-STATS', sameShape('a text of its own')),
  loosely('MEMORY STATS', matching(/total\.allocated/, 'what there is to count differs')),
  'MEMORY PURGE',
  'MEMORY HELP',
  'MEMORY',
  'MEMORY BOGUS',
  'MEMORY STATS x',
]);

const server = script('what the process answers about itself', [
  'ROLE',
  'ROLE x',
  'WAIT 0 0',
  'WAIT 1 1',
  'WAIT x 0',
  'WAIT 0 x',
  'WAIT 0 -1',
  'WAIT 0',
  loosely('LASTSAVE', within(100_000, 'started at different times')),
  'LASTSAVE x',
  loosely('MODULE LIST', ownModules),
  'MODULE HELP',
  'MODULE',
  'MODULE BOGUS',
  loosely('LOLWUT', matching(/Redis ver\. 7\.0\.15\n/, 'art of its own')),
  loosely('LOLWUT VERSION 5', matching(/Redis ver\. 7\.0\.15\n/, 'art of its own')),
  loosely('LOLWUT VERSION 6 10 20', matching(/Redis ver\. 7\.0\.15\n/, 'art of its own')),
  'LOLWUT VERSION x',
  'SHUTDOWN ABORT',
  'SHUTDOWN BOGUS',
  'SHUTDOWN SAVE NOSAVE',
  'SHUTDOWN ABORT NOW',
  'SHUTDOWN ABORT FORCE',
  'SHUTDOWN NOW FORCE NOSAVE BOGUS',
  'MULTI',
  'SHUTDOWN',
  'EXEC',
  'CLIENT HELP',
  'COMMAND HELP',
  'CONFIG HELP',
]);

const statistics = script('INFO counts calls and errors', [
  'CONFIG RESETSTAT',
  'SET k v',
  'GET k',
  'GET k',
  'GET',
  'HGET k f',
  'BOGUS',
  counted('INFO commandstats'),
  'INFO errorstats',
  loosely(
    'INFO latencystats',
    matching(/latency_percentiles_usec_get:p50=[\d.]+,p99=[\d.]+,p99\.9=[\d.]+/, 'durations'),
  ),
]);

/** Without durations, and in any order. */
function counted(line: string): Step {
  const facts = (reply: Buffer): string => {
    const lines = reply.toString('latin1').split('\r\n');
    const shown = lines.filter((text) => /^cmdstat_(set|get|hget):/.test(text));
    return shown
      .map((text) => text.replace(/usec=\d+,usec_per_call=\d+\.\d\d,/, 'usec,'))
      .sort()
      .join();
  };
  const difference = (ours: Buffer, theirs: Buffer): string | null =>
    facts(ours) === facts(theirs) ? null : `${facts(ours)} is not ${facts(theirs)}`;
  return loosely(line, { reason: 'durations differ', difference });
}

export const diagnosticScripts: readonly Script[] = [monitor, slowlog, latency, pause, memory, server, statistics];
