/** MEMORY: what a key costs, and the whole. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import { type CommandEntry, type Context, command, container, helpCommand, keysAt, noArguments } from './command.js';

const memoryUsage = command<{ key: ByteSlice }>({
  name: 'MEMORY USAGE',
  arity: -3,
  flags: ['readonly'],
  acl: [],
  keys: keysAt(2, 2, 1, 'RO'),
  group: 'server',
  since: '4.0.0',
  complexity: 'O(N) where N is the number of samples.',
  summary: 'Estimate the memory usage of a key',
  syntax: 'key [SAMPLES count]',
  parse: (args) => {
    const key = args.bytes();
    while (args.remaining > 0) {
      // Sizes are counted, not sampled; the count is checked and has no further use.
      if (!args.option('SAMPLES')) args.fail(errors.syntax);
      if (args.integer() < 0) args.fail(errors.syntax);
    }
    return { key };
  },
  run: ({ db, reply }, { key }) => {
    const bytes = db.memoryBytes(key);
    if (bytes === undefined) reply.nil();
    else reply.integer(bytes);
  },
});

const reporting = {
  arity: 2,
  flags: [],
  acl: [],
  group: 'server',
  since: '4.0.0',
  syntax: '',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  parse: noArguments,
} as const;

const memoryDoctor = command<undefined>({
  ...reporting,
  name: 'MEMORY DOCTOR',
  complexity: 'O(1)',
  summary: 'Outputs memory problems report',
  run: (context) => context.reply.verbatim('txt', diagnosis(context)),
});

/** Arena bytes taken from the system beyond which holes in them are worth a word. */
const HOLES_RATIO = 1.5;
const HOLES_BYTES = 64 * 1024 * 1024;

function diagnosis({ server: { config, keyspace, memory } }: Context): string {
  const { liveBytes, reservedBytes } = keyspace.memoryUsage();
  const findings: string[] = [];
  if (memory.isFull) findings.push(`Used memory is above maxmemory (${config.text('maxmemory')} bytes).`);
  if (reservedBytes > liveBytes * HOLES_RATIO && reservedBytes - liveBytes > HOLES_BYTES) {
    findings.push(`Keys and values take ${liveBytes} of ${reservedBytes} bytes reserved for them: many were removed.`);
  }
  return findings.length === 0 ? 'No memory problems found.\n' : `${findings.join('\n')}\n`;
}

const memoryStats = command<undefined>({
  ...reporting,
  name: 'MEMORY STATS',
  complexity: 'O(1)',
  summary: 'Show memory usage details',
  run: ({ reply, server: { keyspace, memory } }) => {
    const { liveBytes, reservedBytes } = keyspace.memoryUsage();
    let keys = 0;
    keyspace.forEach((db) => {
      keys += db.size;
    });
    const integers: [string, number][] = [
      ['peak.allocated', memory.peakBytes],
      ['total.allocated', memory.usedBytes],
      ['overhead.total', memory.processBytes],
      ['keys.count', keys],
      ['keys.bytes-per-key', keys === 0 ? 0 : Math.floor(liveBytes / keys)],
      ['dataset.bytes', liveBytes],
      ['dataset.reserved', reservedBytes],
    ];
    const shares: [string, number][] = [
      ['dataset.percentage', (liveBytes / memory.usedBytes) * 100],
      ['peak.percentage', (memory.usedBytes / memory.peakBytes) * 100],
      ['allocator-fragmentation.ratio', liveBytes === 0 ? 1 : reservedBytes / liveBytes],
    ];
    reply.map(integers.length + shares.length);
    for (const [name, value] of integers) {
      reply.bulkText(name);
      reply.integer(Math.round(value));
    }
    for (const [name, value] of shares) {
      reply.bulkText(name);
      reply.double(value);
    }
  },
});

const mallocStats = command<undefined>({
  ...reporting,
  name: 'MEMORY MALLOC-STATS',
  complexity: 'Depends on how much memory is allocated, could be slow',
  summary: 'Show allocator internal stats',
  run: ({ reply, server: { keyspace } }) => {
    const lines: string[] = [];
    keyspace.forEach((db) => {
      const { liveBytes, reservedBytes } = db.memoryUsage();
      if (db.size > 0) lines.push(`db${db.index}: ${db.size} keys, ${liveBytes} of ${reservedBytes} bytes in use\n`);
    });
    reply.verbatim('txt', lines.length === 0 ? 'No arena holds keys.\n' : lines.join(''));
  },
});

const memoryPurge = command<undefined>({
  ...reporting,
  name: 'MEMORY PURGE',
  complexity: 'Depends on how much memory is allocated, could be slow',
  summary: 'Ask the allocator to release memory',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  run: ({ reply, server: { keyspace } }) => {
    keyspace.purge();
    reply.simple('OK');
  },
});

export const memoryCommands: readonly CommandEntry[] = [
  container(
    {
      name: 'MEMORY',
      arity: -2,
      flags: [],
      acl: [],
      group: 'server',
      since: '4.0.0',
      complexity: 'Depends on subcommand.',
      summary: 'A container for memory diagnostics commands',
      syntax: '',
    },
    [
      memoryDoctor,
      mallocStats,
      memoryPurge,
      memoryStats,
      memoryUsage,
      helpCommand(
        'MEMORY',
        'server',
        [],
        [
          'DOCTOR',
          '    Return memory problems reports.',
          'MALLOC-STATS',
          '    Return internal statistics report from the memory allocator.',
          'PURGE',
          '    Attempt to purge dirty pages for reclamation by the allocator.',
          'STATS',
          '    Return information about the memory usage of the server.',
          'USAGE <key> [SAMPLES <count>]',
          '    Return memory in bytes used by <key> and its value. Nested values are',
          '    sampled up to <count> times (default: 5, 0 means sample all).',
        ],
        '4.0.0',
      ),
    ],
  ),
];
