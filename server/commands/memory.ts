/** MEMORY USAGE: what a key costs. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import { type CommandEntry, command, container, helpCommand, keysAt } from './command.js';

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
      memoryUsage,
      helpCommand(
        'MEMORY',
        'server',
        [],
        [
          'USAGE <key> [SAMPLES <count>]',
          '    Return memory in bytes used by <key> and its value. Nested values are',
          '    sampled up to <count> times (default: 5, 0 means sample all).',
        ],
      ),
    ],
  ),
];
