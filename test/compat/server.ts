/** Compat scripts of INFO, CONFIG, TIME: values differ, names and forms do not. */
import { commonEntries, fields, linesOf, matching, sameShape, sameType, unordered, within } from './looseness.js';
import { loosely, type Script, script } from './script.js';

const ownValues = 'each server tells about itself';

const sections: Readonly<Record<string, readonly string[]>> = {
  server: [
    'redis_version',
    'redis_mode',
    'os',
    'arch_bits',
    'process_id',
    'run_id',
    'tcp_port',
    'uptime_in_seconds',
    'uptime_in_days',
  ],
  clients: ['connected_clients', 'maxclients', 'blocked_clients'],
  memory: [
    'used_memory',
    'used_memory_human',
    'used_memory_rss',
    'used_memory_peak',
    'maxmemory',
    'maxmemory_human',
    'maxmemory_policy',
  ],
  stats: [
    'total_connections_received',
    'total_commands_processed',
    'instantaneous_ops_per_sec',
    'total_net_input_bytes',
    'total_net_output_bytes',
    'rejected_connections',
    'expired_keys',
    'evicted_keys',
    'keyspace_hits',
    'keyspace_misses',
  ],
  replication: ['role', 'connected_slaves'],
  cpu: ['used_cpu_sys', 'used_cpu_user'],
};

const everyField = Object.values(sections).flat();

const info = script('INFO names its sections and fields as Redis does', [
  ...Object.entries(sections).flatMap(([section, names]) => [
    loosely(`INFO ${section}`, fields(names, ':', ownValues)),
    loosely(`INFO ${section.toUpperCase()}`, fields(names, ':', ownValues)),
  ]),
  ...['', 'default', 'all', 'everything', 'server clients memory stats replication cpu'].map((args) =>
    loosely(`INFO ${args}`, fields(everyField, ':', ownValues)),
  ),
  loosely('INFO persistence', fields(['loading', 'rdb_changes_since_last_save', 'aof_enabled'], ':', ownValues)),
  loosely('INFO server', matching(/^(\$|=)\d+\r\n(txt:)?# Server\r\n/, ownValues)),
  loosely('INFO server clients', matching(/# Server\r\n[\s\S]*\r\n\r\n# Clients\r\n/, ownValues)),
  'INFO bogus',
  'INFO keyspace',
  'INFO cluster',
  'INFO bogus keyspace',
  'SET a 1',
  'SET b 1 PXAT 4102444800000',
  'HSET h f v',
  'SELECT 3',
  'SET c 1',
  loosely(
    'INFO keyspace',
    matching(
      /# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=\d+\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n/,
      'the mean time to live moves on',
    ),
  ),
  'CONFIG RESETSTAT',
  'GET a',
  'GET c',
  'GET c',
  'HGET none f',
  loosely('INFO stats', matching(/keyspace_hits:2\r\nkeyspace_misses:2\r\n/, ownValues)),
]);

const time = script('TIME answers seconds and microseconds', [
  loosely('TIME', sameShape('the clocks run')),
  loosely('TIME', matching(/^\*2\r\n\$10\r\n\d{10}\r\n\$\d\r\n\d{1,6}\r\n$/, 'the clocks run')),
  'TIME x',
]);

const anyOrder = 'CONFIG GET promises no order';

/** Directives with the same default in both servers. */
const common = [
  ...[
    'maxmemory',
    'maxmemory-policy',
    'proto-max-bulk-len',
    'client-query-buffer-limit',
    'databases',
    'requirepass',
    'timeout',
    'hash-max-listpack-entries',
    'hash-max-listpack-value',
  ],
  ...['maxclients', 'appendonly'],
];

const configGet = script('CONFIG GET answers directives by name and by pattern', [
  ...common.map((directive) => `CONFIG GET ${directive}`),
  'CONFIG GET client-output-buffer-limit',
  'CONFIG GET bogus',
  'CONFIG GET ""',
  'CONFIG GET bogus*',
  'CONFIG GET MaxMemory',
  loosely('CONFIG GET maxmemory maxmemory-policy', unordered(anyOrder, 'pairs')),
  loosely('CONFIG GET maxmemory bogus maxmemory', unordered(anyOrder, 'pairs')),
  loosely('CONFIG GET hash-max-listpack-*', unordered(anyOrder, 'pairs')),
  loosely('CONFIG GET hash-max-[lz]i*-value databases', unordered(anyOrder, 'pairs')),
  loosely('CONFIG GET proto-max-bulk-le?', unordered(anyOrder, 'pairs')),
  loosely('CONFIG GET *', sameType('each server has settings of its own')),
  loosely(
    'CONFIG GET *',
    commonEntries(
      [
        'port',
        'bind',
        'dir',
        'save',
        'logfile',
        'enable-debug-command',
        'pidfile',
        'maxclients',
        'loglevel',
        'protected-mode',
        'tcp-backlog',
        'io-threads',
        'appendfilename',
        'appenddirname',
        'dbfilename',
        'client-output-buffer-limit',
        'oom-score-adj-values',
        'proc-title-template',
        'lfu-decay-time',
        'latency-tracking-info-percentiles',
        'tcp-keepalive',
        'hz',
        'daemonize',
        'unixsocket',
        'unixsocketperm',
        'configfile',
        'lua-time-limit',
        'busy-reply-threshold',
        'activerehashing',
        'dynamic-hz',
        'jemalloc-bg-thread',
        'stop-writes-on-bgsave-error',
        'rdbcompression',
        'rdbchecksum',
      ],
      'these describe the place where each server runs',
    ),
  ),
  'CONFIG GET',
]);

const sizes = [
  ...[
    '0',
    '100',
    '1kb',
    '1k',
    '5mb',
    '5m',
    '2GB',
    '1g',
    '1KB',
    '10b',
    '-1',
    'x',
    '""',
    '1.5mb',
    '1tb',
    '" 1"',
    '1 mb',
    '+1',
    '0x10',
    'mb',
    '1kbb',
  ],
];

const policies = [
  ...['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl'],
  ...['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'noeviction'],
];

const evicting = script(
  'above maxmemory keys are evicted as the policy says, and then commands refused',
  policies.flatMap((policy) => [
    'FLUSHALL',
    'CONFIG SET maxmemory 0',
    'CONFIG SET maxmemory-eviction-tenacity 100',
    `CONFIG SET maxmemory-policy ${policy}`,
    ...['stays 1', 'goes 2 EX 1000', 'other 3 EX 1000'].map((args) => `SET ${args}`),
    'CONFIG SET maxmemory 1',
    'SET new 1',
    'GET goes',
    'GET stays',
    'DBSIZE',
    'SET new 1',
    'MULTI',
    'SET new 2',
    'EXEC',
    'CONFIG SET maxmemory 0',
    'SET new 3',
  ]),
  {
    restores: [
      'CONFIG SET maxmemory 0',
      'CONFIG SET maxmemory-policy noeviction',
      'CONFIG SET maxmemory-eviction-tenacity 10',
    ],
  },
);

const frequency = script(
  'OBJECT FREQ answers under an lfu policy, OBJECT IDLETIME under the others',
  [
    ...['maxmemory-samples', 'maxmemory-eviction-tenacity', 'lfu-log-factor', 'lfu-decay-time'].flatMap((name) =>
      ['-1', '99999999999999999999', '1'].map((value) => `CONFIG SET ${name} ${value}`),
    ),
    // Frequencies fall when a minute of the clock begins.
    'CONFIG SET lfu-decay-time 0',
    ...['allkeys-lfu', 'volatile-lfu'].flatMap((policy) => [
      `CONFIG SET maxmemory-policy ${policy}`,
      'CONFIG SET lfu-log-factor 0',
      'SET k v',
      'OBJECT FREQ k',
      ...['GET k', 'GET k', 'STRLEN k', 'EXISTS k', 'TTL k', 'TYPE k', 'TOUCH k'],
      'OBJECT FREQ k',
      'SET k w',
      'OBJECT FREQ k',
      'OBJECT IDLETIME k',
      'OBJECT IDLETIME none',
      'OBJECT FREQ none',
      'DEL k',
    ]),
    'CONFIG SET maxmemory-policy allkeys-lru',
    'SET k v',
    'OBJECT FREQ k',
    loosely('OBJECT IDLETIME k', within(20, 'the two servers read their clocks at different moments')),
  ],
  {
    restores: [
      'CONFIG SET maxmemory-policy noeviction maxmemory-samples 5 lfu-log-factor 10 lfu-decay-time 1',
      'CONFIG SET maxmemory-eviction-tenacity 10',
    ],
  },
);

const configSet = script(
  'CONFIG SET checks each value and sets all of its directives or none',
  [
    ...sizes.flatMap((size) => [`CONFIG SET maxmemory ${size}`, 'CONFIG GET maxmemory']),
    'CONFIG SET maxmemory 0',
    ...[...policies, 'NOEVICTION'].flatMap((policy) => [
      `CONFIG SET maxmemory-policy ${policy}`,
      'CONFIG GET maxmemory-policy',
    ]),
    'CONFIG SET maxmemory-policy bogus',
    // No setting here lets go of a connection that waits for a busy machine.
    ...['0', '500', '-1', 'x', '""', '1.5', '9223372036854775808', '1000'].flatMap((value) => [
      `CONFIG SET hash-max-listpack-entries ${value}`,
      'CONFIG GET hash-max-listpack-entries',
      `CONFIG SET timeout ${value}`,
      'CONFIG GET timeout',
    ]),
    'CONFIG SET timeout 0',
    ...['0', '1', '1048575', '1048576', '1mb', '2mb', 'x', '512mb'].flatMap((value) => [
      `CONFIG SET proto-max-bulk-len ${value}`,
      'CONFIG GET proto-max-bulk-len',
    ]),
    'CONFIG SET maxmemory-policy noeviction timeout 700',
    loosely('CONFIG GET timeout maxmemory-policy', unordered(anyOrder, 'pairs')),
    'CONFIG SET timeout 900 maxmemory-policy bogus',
    'CONFIG GET timeout',
    'CONFIG SET timeout 900 bogus 1',
    'CONFIG GET timeout',
    'CONFIG SET bogus 1 timeout 900',
    'CONFIG SET timeout 900 timeout 1000',
    'CONFIG GET timeout',
    'CONFIG SET timeout 900 TIMEOUT 1000',
    'CONFIG SET TIMEOUT 1100',
    'CONFIG GET timeout',
    ...[
      'CONFIG SET',
      'CONFIG SET timeout',
      'CONFIG SET timeout 1 maxmemory',
      'CONFIG SET "" 1',
      'CONFIG SET databases 32',
      'CONFIG SET bogus 1',
      'CONFIG SET time* 1',
      'CONFIG',
      'CONFIG BOGUS',
      'CONFIG BOGUS x',
      'CONFIG GET',
    ],
    'CONFIG RESETSTAT',
    'CONFIG RESETSTAT x',
    'CONFIG REWRITE',
    'CONFIG REWRITE x',
    loosely('CONFIG HELP', linesOf('Nearkey lists the subcommands it has')),
  ],
  {
    restores: [
      'CONFIG SET maxmemory 0 maxmemory-policy noeviction timeout 0 proto-max-bulk-len 512mb',
      'CONFIG SET hash-max-listpack-entries 128 hash-max-listpack-value 64',
    ],
  },
);

const outOfMemory = script(
  'with maxmemory reached, commands that need memory are refused and the others run',
  [
    'MSET k v n 1',
    'HSET h f 1',
    'CONFIG SET maxmemory 1',
    ...[
      'SET a 1',
      'GET k',
      'APPEND k x',
      'INCR n',
      'HSET h f 2',
      'HGET h f',
      'DEL none',
      'EXPIRE k 1000',
      'MSET a 1',
      'SETRANGE k 0 x',
      'HINCRBY h f 1',
      'HDEL h none',
      'GETEX k PERSIST',
      'COPY k c',
      'RENAME k k2',
      'PERSIST k2',
      'GETDEL k2',
      'SETNX a 1',
      'GETSET n 5',
      'PING',
    ],
    'MULTI',
    'SET a 1',
    'GET n',
    'EXEC',
    'MULTI',
    'GET n',
    'EXEC',
    'CONFIG SET maxmemory 0',
    'SET a 1',
  ],
  { restores: ['CONFIG SET maxmemory 0'] },
);

const lazySettings = [
  ...['lazyfree-lazy-user-del', 'lazyfree-lazy-server-del', 'lazyfree-lazy-expire', 'lazyfree-lazy-eviction'],
  ...['lazyfree-lazy-user-flush', 'replica-lazy-flush'],
];

const lazyFree = script(
  'large values give their memory back in parts, as settings say',
  [
    ...lazySettings.flatMap((setting) => [
      `CONFIG GET ${setting}`,
      ...['yes', 'YES', 'x', '""', 'no'].flatMap((value) => [
        `CONFIG SET ${setting} ${value}`,
        `CONFIG GET ${setting}`,
      ]),
    ]),
    'CONFIG SET enable-debug-command no',
    'CONFIG GET enable-debug-command',
    ...[
      'UNLINK big',
      'DEL big',
      'SET big v',
      'PEXPIRE big -1',
      'RENAME other big',
      'FLUSHDB ASYNC',
      'FLUSHALL',
    ].flatMap((removal) =>
      ['no', 'yes'].flatMap((value) => [
        ...lazySettings.map((setting) => `CONFIG SET ${setting} ${value}`),
        ...['SET other v', `HSET big ${Array.from({ length: 600 }, (_, i) => `f${i} v`).join(' ')}`],
        ...[removal, 'TYPE big', 'DEL big'],
      ]),
    ),
    loosely('INFO memory', fields(['lazyfree_pending_objects', 'lazyfreed_objects'], ':', ownValues)),
  ],
  { restores: lazySettings.map((setting) => `CONFIG SET ${setting} no`) },
);

export const serverScripts: readonly Script[] = [
  info,
  time,
  configGet,
  lazyFree,
  configSet,
  outOfMemory,
  evicting,
  frequency,
];
