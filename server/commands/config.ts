/** CONFIG: settings by name and pattern, from the table in config/config-table.ts. */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { parseSetting } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import {
  SETTING_ALIASES,
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
  settingNamed,
} from '../config/config-table.js';
import { errorFor, errors } from '../errors.js';
import { type CommandEntry, command, container, helpCommand, noArguments } from './command.js';

const administrative = ['admin', 'noscript', 'loading', 'stale'] as const;

const configGet = command<{ patterns: readonly string[] }>({
  name: 'CONFIG GET',
  arity: -3,
  flags: administrative,
  acl: [],
  group: 'server',
  since: '2.0.0',
  complexity: 'O(N) when N is the number of configuration parameters provided',
  summary: 'Get the values of configuration parameters',
  syntax: 'parameter [parameter ...]',
  parse: (args) => ({ patterns: args.rest().map((pattern) => pattern.latin1()) }),
  run: ({ reply, server }, { patterns }) => {
    // A name that is no pattern is answered as it was asked, in its own case; patterns give the table's names.
    const found = new Map<string, SettingName>();
    for (const pattern of patterns) {
      const exact = settingNamed(pattern);
      if (exact !== undefined) found.set(pattern, exact);
      else {
        const glob = ByteSlice.fromLatin1(pattern);
        const matches = (name: string): boolean => globMatches(glob, ByteSlice.fromText(name), true);
        for (const name of SETTING_NAMES) if (matches(name)) found.set(name, name);
        for (const [alias, name] of SETTING_ALIASES) if (matches(alias)) found.set(alias, name);
      }
    }
    reply.map(found.size);
    for (const [asked, name] of found) {
      reply.bulkLatin1(asked);
      reply.bulkText(server.config.text(name));
    }
  },
});

const configSet = command<{ pairs: readonly (readonly [name: string, value: string])[] }>({
  name: 'CONFIG SET',
  secrets: (argv) =>
    argv.flatMap((arg, place) => {
      const setting = place % 2 === 0 && place > 0 ? settingNamed(arg.latin1()) : undefined;
      return setting !== undefined && isSecret(SETTINGS[setting]) ? place + 1 : [];
    }),
  arity: -4,
  flags: administrative,
  acl: [],
  group: 'server',
  since: '2.0.0',
  complexity: 'O(N) when N is the number of configuration parameters provided',
  summary: 'Set configuration parameters to the given values',
  syntax: 'parameter value [parameter value ...]',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  parse: (args) => {
    const pairs: [string, string][] = [];
    while (args.remaining > 0) pairs.push([args.bytes().latin1(), args.bytes().utf8()]);
    return { pairs };
  },
  run: ({ reply, server }, { pairs }) => {
    // All or nothing, and in Redis's order: first which directives, then what values, then the change.
    const seen = new Set<SettingName>();
    const known = pairs.map(([name, value]) => [name, mutableSetting(name, seen), value] as const);
    for (const [name, setting, value] of known) checkValue(name, setting, value);
    for (const [name, value] of pairs) server.config.setText(name, value);
    reply.simple('OK');
  },
});

function isSecret(setting: Setting): boolean {
  return setting.kind === 'text' && setting.secret === true;
}

function mutableSetting(name: string, seen: Set<SettingName>): SettingName {
  const known = settingNamed(name);
  if (known === undefined) throw errorFor.unknownDirective(name);
  if (!SETTINGS[known].mutable) throw errorFor.configSetFailed(name, "can't set immutable config");
  if (seen.has(known)) throw errorFor.configSetFailed(name, 'duplicate parameter');
  seen.add(known);
  return known;
}

function checkValue(name: string, setting: SettingName, value: string): void {
  try {
    parseSetting(SETTINGS[setting], value);
  } catch (error) {
    if (error instanceof ConfigError) throw errorFor.configSetFailed(name, error.message);
    throw error;
  }
}

const configResetstat = command<undefined>({
  name: 'CONFIG RESETSTAT',
  arity: 2,
  flags: administrative,
  acl: [],
  group: 'server',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Reset the stats returned by INFO',
  syntax: '',
  parse: noArguments,
  run: ({ reply, server }) => {
    const { stats, clients, keyspace } = server;
    Object.assign(stats, { commandsProcessed: 0, netInputBytes: 0, netOutputBytes: 0, errorReplies: 0 });
    stats.errorsByCode.clear();
    clients.totalConnections = 0;
    clients.rejectedConnections = 0;
    Object.assign(keyspace.shared.stats, { hits: 0, misses: 0, expiredKeys: 0, expiredFields: 0, lazilyFreed: 0 });
    for (const entry of server.commands.all()) {
      for (const counted of [entry, ...(entry.subcommands?.values() ?? [])]) {
        counted.calls = 0;
        counted.rejectedCalls = 0;
        counted.failedCalls = 0;
        counted.totalUs = 0;
        counted.latencies = undefined;
      }
    }
    reply.simple('OK');
  },
});

const configRewrite = command<undefined>({
  name: 'CONFIG REWRITE',
  arity: 2,
  flags: administrative,
  acl: [],
  group: 'server',
  since: '2.8.0',
  complexity: 'O(1)',
  summary: 'Rewrite the configuration file with the in memory configuration',
  syntax: '',
  parse: noArguments,
  run: () => {
    throw errors.noRewrite;
  },
});

export const configCommands: readonly CommandEntry[] = [
  container(
    {
      name: 'CONFIG',
      arity: -2,
      flags: [],
      acl: [],
      group: 'server',
      since: '2.0.0',
      complexity: 'Depends on subcommand.',
      summary: 'A container for server configuration commands',
      syntax: '',
    },
    [
      configGet,
      configResetstat,
      configRewrite,
      configSet,
      helpCommand(
        'CONFIG',
        'server',
        [],
        [
          'GET <pattern>',
          '    Return parameters matching the glob-like <pattern> and their values.',
          'SET <directive> <value>',
          '    Set the configuration <directive> to <value>.',
          'RESETSTAT',
          '    Reset statistics reported by the INFO command.',
          'REWRITE',
          '    Rewrite the configuration file.',
        ],
      ),
    ],
  ),
];
