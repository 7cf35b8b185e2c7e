/** CLIENT PAUSE and UNPAUSE: commands of all clients wait, or those that write. The dispatcher holds them back. */
import type { PauseMode } from '../client/pause.js';
import { errorFor, errors } from '../errors.js';
import { type CommandEntry, command, noArguments } from './command.js';

const administrative = {
  flags: ['admin', 'noscript', 'loading', 'stale'],
  acl: ['connection'],
  group: 'connection',
} as const;

const pause = command<{ forMs: number; mode: PauseMode }>({
  ...administrative,
  name: 'CLIENT PAUSE',
  arity: -3,
  since: '2.9.50',
  complexity: 'O(1)',
  summary: 'Stop processing commands from clients for some time',
  syntax: 'timeout [WRITE | ALL]',
  parse: (args) => {
    if (args.remaining > 2) args.fail(errorFor.subcommandSyntax(args.written(1), 'CLIENT'));
    const timeout = args.bytes();
    let mode: PauseMode = 'all';
    if (args.remaining > 0) {
      if (args.flag('WRITE')) mode = 'write';
      else if (!args.flag('ALL')) args.fail(errors.pauseMode);
    }
    const forMs = Number(args.asInt64(timeout, errors.timeoutNotInteger));
    if (forMs < 0) args.fail(errors.timeoutNegative);
    return { forMs, mode };
  },
  run: ({ nowMs, reply, server }, { forMs, mode }) => {
    server.pause.begin(mode, nowMs, forMs);
    reply.simple('OK');
  },
});

const unpause = command<undefined>({
  ...administrative,
  name: 'CLIENT UNPAUSE',
  arity: 2,
  since: '6.2.0',
  complexity: 'O(N) Where N is the number of paused clients',
  summary: 'Resume processing of clients that were paused',
  syntax: '',
  parse: noArguments,
  run: ({ reply, server }) => {
    server.pause.end();
    reply.simple('OK');
  },
});

/** Subcommands of CLIENT. */
export const pauseSubcommands: readonly CommandEntry[] = [pause, unpause];
