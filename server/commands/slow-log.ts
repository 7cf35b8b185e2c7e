/** SLOWLOG and MONITOR: what clients have asked for. */
import { errorFor, errors } from '../errors.js';
import { type CommandEntry, command, container, helpCommand, noArguments } from './command.js';

const ENTRIES_BY_DEFAULT = 10;

const reading = { flags: ['admin', 'loading', 'stale'], acl: [], group: 'server', since: '2.2.12' } as const;

const slowlogGet = command<{ count: number }>({
  ...reading,
  name: 'SLOWLOG GET',
  arity: -2,
  complexity: 'O(N) where N is the number of entries returned',
  summary: "Get the slow log's entries",
  syntax: '[count]',
  tips: ['request_policy:all_nodes', 'nondeterministic_output'],
  parse: (args) => {
    if (args.remaining > 1) args.fail(errorFor.subcommandSyntax(args.written(1), 'SLOWLOG'));
    if (args.remaining === 0) return { count: ENTRIES_BY_DEFAULT };
    const count = args.integer(errors.slowLogCount);
    if (count < -1) args.fail(errors.slowLogCount);
    return { count: count === -1 ? Number.POSITIVE_INFINITY : count };
  },
  run: ({ reply, server }, { count }) => {
    const entries = server.slowLog.newest(count);
    reply.array(entries.length);
    for (const { id, atSeconds, durationUs, argv, address, clientName } of entries) {
      reply.array(6);
      reply.integer(id);
      reply.integer(atSeconds);
      reply.integer(durationUs);
      reply.array(argv.length);
      for (const arg of argv) reply.bulkLatin1(arg);
      reply.bulkText(address);
      reply.bulkLatin1(clientName);
    }
  },
});

const slowlogLen = command<undefined>({
  ...reading,
  name: 'SLOWLOG LEN',
  arity: 2,
  complexity: 'O(1)',
  summary: "Get the slow log's length",
  syntax: '',
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
  parse: noArguments,
  run: ({ reply, server }) => reply.integer(server.slowLog.length),
});

const slowlogReset = command<undefined>({
  ...reading,
  name: 'SLOWLOG RESET',
  arity: 2,
  complexity: 'O(N) where N is the number of entries in the slowlog',
  summary: 'Clear all entries from the slow log',
  syntax: '',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  parse: noArguments,
  run: ({ reply, server }) => {
    server.slowLog.clear();
    reply.simple('OK');
  },
});

const slowlog = container(
  {
    name: 'SLOWLOG',
    arity: -2,
    flags: [],
    acl: [],
    group: 'server',
    since: '2.2.12',
    complexity: 'Depends on subcommand.',
    summary: 'A container for slow log commands',
    syntax: '',
  },
  [
    slowlogGet,
    slowlogLen,
    slowlogReset,
    helpCommand(
      'SLOWLOG',
      'server',
      [],
      [
        'GET [<count>]',
        '    Return top <count> entries from the slowlog (default: 10, -1 mean all).',
        '    Entries are made of:',
        '    id, timestamp, time in microseconds, arguments array, client IP and port,',
        '    client name',
        'LEN',
        '    Return the length of the slowlog.',
        'RESET',
        '    Reset the slowlog.',
      ],
      '6.2.0',
    ),
  ],
);

const monitor = command<undefined>({
  name: 'MONITOR',
  arity: 1,
  flags: ['admin', 'noscript', 'loading', 'stale'],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: '',
  summary: 'Listen for all requests received by the server in real time',
  syntax: '',
  parse: noArguments,
  run: ({ client, mayFinishLater, reply, server }) => {
    if (!mayFinishLater) throw errors.monitorInTransaction;
    server.monitors.add(client);
    reply.simple('OK');
  },
});

export const slowLogCommands: readonly CommandEntry[] = [slowlog, monitor];
