/**
 * Compat scripts of COMMAND, and a sweep that calls every command of the surface with no to six meaningless arguments:
 * arity errors, first errors of the parsers, unknown subcommands. Flags, keys and categories of each command are
 * compared by `command-table.test.ts`.
 */
import { commonEntries, linesOf, sameType } from './looseness.js';
import { loosely, type Script, script } from './script.js';
import { isExtension, surface } from './surface.js';

const ownTable = 'Nearkey has commands of its own and lacks others';

const table = script('COMMAND counts, lists and describes', [
  loosely('COMMAND', sameType(ownTable)),
  loosely('COMMAND COUNT', sameType(ownTable)),
  loosely('COMMAND LIST', sameType(ownTable)),
  loosely('COMMAND INFO', sameType(ownTable)),
  loosely('COMMAND DOCS', sameType(ownTable)),
  'COMMAND INFO bogus',
  'COMMAND INFO bogus "" nothing',
  'COMMAND INFO client|bogus',
  'COMMAND INFO get|bogus',
  'COMMAND DOCS bogus',
  'COMMAND DOCS bogus ""',
  'COMMAND LIST FILTERBY MODULE none',
  'COMMAND LIST FILTERBY ACLCAT bogus',
  'COMMAND LIST FILTERBY PATTERN nothing*',
  'COMMAND LIST FILTERBY PATTERN getdel',
  'COMMAND LIST FILTERBY PATTERN GETDEL',
  'COMMAND LIST filterby pattern hrandfiel[d]',
  loosely('COMMAND LIST FILTERBY ACLCAT hash', sameType(ownTable)),
  ...[
    'COMMAND BOGUS',
    'COMMAND ""',
    'COMMAND COUNT x',
    'COMMAND LIST x',
    'COMMAND LIST FILTERBY',
    'COMMAND LIST FILTERBY MODULE',
    'COMMAND LIST FILTERBY BOGUS x',
    'COMMAND LIST BOGUS MODULE x',
    'COMMAND LIST FILTERBY ACLCAT a b',
  ],
  loosely('COMMAND HELP', linesOf('Nearkey lists the subcommands it has')),
]);

const getkeys = script(
  'COMMAND GETKEYS finds the keys in a whole command',
  [
    ...[
      'GET k',
      'SET k v',
      'SET k v EX 10',
      'MSET a 1 b 2 c 3',
      'MSETNX a 1 b 2',
      'MGET a b c',
      'DEL a b c',
      'UNLINK a',
      'EXISTS a b',
      'TOUCH a b',
      'RENAME a b',
      'RENAMENX a b',
      'COPY a b DB 3',
      'LCS a b LEN',
    ],
    ...[
      'HSET h f v',
      'HMGET h f g',
      'HSCAN h 0',
      'HRANDFIELD h 3',
      'OBJECT ENCODING k',
      'OBJECT FREQ k',
      'OBJECT HELP',
      'MEMORY USAGE k',
      'MEMORY USAGE k SAMPLES 5',
      'EXPIRE k 10 NX',
      'TTL k',
      'WATCH a b',
      'TYPE k',
      'MOVE k 1',
      'SUBSTR k 0 1',
    ],
    ...[
      'PING',
      'PING x',
      'ECHO x',
      'MULTI',
      'KEYS *',
      'SCAN 0',
      'DBSIZE',
      'FLUSHALL',
      'SWAPDB 0 1',
      'CONFIG GET *',
      'CLIENT ID',
      'RANDOMKEY',
      'INFO',
      'TIME',
      'SELECT 1',
    ],
    ...[
      'GET',
      'GET a b',
      'SET k',
      'MSET a',
      'MSET a 1 b',
      'BOGUS',
      'BOGUS a',
      'OBJECT',
      'OBJECT BOGUS k',
      'OBJECT ENCODING',
      'MGET',
      'RENAME a',
      'get k',
      'CLIENT',
      'CLIENT BOGUS',
      'DEL',
      '""',
    ],
  ].flatMap((command) => [`COMMAND GETKEYS ${command}`, `COMMAND GETKEYSANDFLAGS ${command}`]),
);

/** What would change the connection or answer with data of its own is in its group's scripts. */
const notSwept = new Set([
  'QUIT',
  'RESET',
  'CLIENT KILL',
  'CLIENT REPLY',
  'CLIENT ID',
  'CLIENT INFO',
  'CLIENT LIST',
  'HELLO',
  'AUTH',
  'PFSELFTEST',
  'MONITOR',
  'SUBSCRIBE',
  'PSUBSCRIBE',
  'SSUBSCRIBE',
  'UNSUBSCRIBE',
  'PUNSUBSCRIBE',
  'SUNSUBSCRIBE',
  'CLIENT PAUSE',
  'CLIENT TRACKING',
  'SHUTDOWN',
]);
const ownReplies = new Set([
  'ACL CAT',
  'ACL GENPASS',
  'ACL LIST',
  'ACL LOG',
  'ACL USERS',
  'INFO',
  'TIME',
  'COMMAND',
  'COMMAND COUNT',
  'COMMAND LIST',
  'COMMAND INFO',
  'COMMAND DOCS',
  'SLOWLOG GET',
  'SLOWLOG LEN',
  'LATENCY DOCTOR',
  'LATENCY HISTOGRAM',
  'MEMORY DOCTOR',
  'MEMORY MALLOC-STATS',
  'MEMORY STATS',
  'MODULE LIST',
  'LASTSAVE',
  'LOLWUT',
]);

const sweep = ['x', '0', '""', '-1'].map((word) =>
  script(`every command called with ${word === '""' ? 'empty strings' : `the argument ${word}`}, none to six times`, [
    ...surface
      .filter((command) => !notSwept.has(command) && !isExtension(command))
      .flatMap((command) =>
        Array.from({ length: 7 }, (_, count) => {
          const line = [command, ...Array.from({ length: count }, () => word)].join(' ');
          return ownReplies.has(command) ? loosely(line, sameType(ownTable)) : line;
        }),
      ),
    'DISCARD',
    'SELECT 0',
  ]),
);

const cases = script('names of commands, subcommands and options have no case', [
  'set k v ex 100 nx',
  'GeT k',
  'hSeT h f v',
  'config get maxmemory',
  'CoNfIg GeT maxmemory',
  'object encoding k',
  'getex k persist',
  'copy k k2 db 1 replace',
  'lcs k k len',
  'expire k 100 nx',
  loosely('config get MAXMEMORY', commonEntries([], 'the setting is spelled as asked for')),
]);

export const commandScripts: readonly Script[] = [table, getkeys, ...sweep, cases];
