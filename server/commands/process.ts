/**
 * Commands about the process and its place among others: it has no replicas and keeps nothing on disk, and answers
 * accordingly.
 */
import { errors } from '../errors.js';
import { type CommandEntry, command, container, helpCommand, noArguments } from './command.js';
import { writeModules } from './modules.js';

const role = command<undefined>({
  name: 'ROLE',
  arity: 1,
  flags: ['noscript', 'loading', 'stale', 'fast'],
  acl: ['admin', 'dangerous'],
  group: 'server',
  since: '2.8.12',
  complexity: 'O(1)',
  summary: 'Return the role of the instance in the context of replication',
  syntax: '',
  parse: noArguments,
  run: ({ reply }) => {
    reply.array(3);
    reply.bulkText('master');
    reply.integer(0);
    reply.array(0);
  },
});

const wait = command<undefined>({
  name: 'WAIT',
  arity: 3,
  flags: ['noscript'],
  acl: ['connection'],
  group: 'generic',
  since: '3.0.0',
  complexity: 'O(1)',
  summary:
    'Wait for the synchronous replication of all the write commands sent in the context of the current connection',
  syntax: 'numreplicas timeout',
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  parse: (args) => {
    args.integer();
    if (args.integer(errors.timeoutNotInteger) < 0) args.fail(errors.timeoutNegative);
  },
  // There are no replicas, and none will come while the client waits.
  run: ({ reply }) => reply.integer(0),
});

const lastsave = command<undefined>({
  name: 'LASTSAVE',
  arity: 1,
  flags: ['loading', 'stale', 'fast'],
  acl: ['admin', 'dangerous'],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Get the UNIX time stamp of the last successful save to disk',
  syntax: '',
  tips: ['nondeterministic_output'],
  parse: noArguments,
  run: ({ reply, server }) => reply.integer(Math.floor(server.startedAtMs / 1000)),
});

interface ShutdownOptions {
  readonly save: boolean;
  readonly force: boolean;
  readonly abort: boolean;
}

const shutdown = command<ShutdownOptions>({
  name: 'SHUTDOWN',
  arity: -1,
  flags: ['admin', 'noscript', 'loading', 'stale', 'no_multi', 'allow_busy'],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1)',
  summary: 'Synchronously save the dataset to disk and then shut down the server',
  syntax: '[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]',
  parse: (args) => {
    const seen = { noSave: false, save: false, now: false, force: false, abort: false };
    while (args.remaining > 0) {
      if (args.flag('NOSAVE')) seen.noSave = true;
      else if (args.flag('SAVE')) seen.save = true;
      else if (args.flag('NOW')) seen.now = true;
      else if (args.flag('FORCE')) seen.force = true;
      else if (args.flag('ABORT')) seen.abort = true;
      else args.fail(errors.syntax);
    }
    const others = seen.noSave || seen.save || seen.now || seen.force;
    if ((seen.abort && others) || (seen.noSave && seen.save)) args.fail(errors.syntax);
    return seen;
  },
  run: ({ client, server }, { save, force, abort }) => {
    // It is over at once: there is nobody to wait for, so nothing to abort.
    if (abort) throw errors.noShutdown;
    if (save && !force) throw errors.shutdownFailed;
    server.shutDown?.();
    client.close('replies');
  },
});

const moduleList = command<undefined>({
  name: 'MODULE LIST',
  arity: 2,
  flags: ['admin', 'noscript'],
  acl: [],
  group: 'server',
  since: '4.0.0',
  complexity: 'O(N) where N is the number of loaded modules.',
  summary: 'List all modules loaded by the server',
  syntax: '',
  tips: ['nondeterministic_output_order'],
  parse: noArguments,
  run: ({ reply }) => writeModules(reply),
});

const module = container(
  {
    name: 'MODULE',
    arity: -2,
    flags: [],
    acl: [],
    group: 'server',
    since: '4.0.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for module commands',
    syntax: '',
  },
  [
    moduleList,
    helpCommand(
      'MODULE',
      'server',
      [],
      [
        'LIST',
        '    Return a list of loaded modules.',
        'LOAD <path> [<arg> ...]',
        '    Load a module library from <path>, passing to it any optional arguments.',
        'LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]',
        '    Load a module library from <path>, while passing it module configurations and optional arguments.',
        'UNLOAD <name>',
        '    Unload a module.',
      ],
    ),
  ],
);

export const processCommands: readonly CommandEntry[] = [role, wait, lastsave, shutdown, module];
