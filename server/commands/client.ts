/** CLIENT: who is connected, under which name, and how to end or silence a connection. */
import type { Client, UnblockReason } from '../client/client.js';
import { errorFor, errors } from '../errors.js';
import type { ArgumentParser } from './argument-parser.js';
import { describeClient } from './client-description.js';
import { pauseSubcommands } from './client-pause.js';
import { trackingSubcommands } from './client-tracking.js';
import { type CommandEntry, type Context, command, container, helpCommand, noArguments } from './command.js';
import { checkedName } from './connection.js';

type ClientType = 'normal' | 'master' | 'replica' | 'pubsub';

const own = ['noscript', 'loading', 'stale'] as const;
const administrative = ['admin', ...own] as const;

const clientId = command<undefined>({
  name: 'CLIENT ID',
  arity: 2,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '5.0.0',
  complexity: 'O(1)',
  summary: 'Returns the client ID for the current connection',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply }) => reply.integer(client.id),
});

const clientInfo = command<undefined>({
  name: 'CLIENT INFO',
  arity: 2,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Returns information about the current client connection.',
  syntax: '',
  tips: ['nondeterministic_output'],
  parse: noArguments,
  run: ({ client, nowMs, reply }) => reply.verbatim('txt', `${describeClient(client, nowMs)}\n`),
});

const clientList = command<{ type: ClientType | undefined; ids: readonly number[] | undefined }>({
  name: 'CLIENT LIST',
  arity: -2,
  flags: administrative,
  acl: ['connection'],
  group: 'connection',
  since: '2.4.0',
  complexity: 'O(N) where N is the number of client connections',
  summary: 'Get the list of client connections',
  syntax: '[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id [client-id ...]]',
  tips: ['nondeterministic_output'],
  parse: (args) => {
    if (args.remaining === 2 && args.option('TYPE')) return { type: parseType(args), ids: undefined };
    if (args.remaining < 2 || !args.option('ID')) return { type: undefined, ids: undefined };
    const ids: number[] = [];
    while (args.remaining > 0) ids.push(args.integer(errors.invalidClientId));
    return { type: undefined, ids };
  },
  run: ({ nowMs, reply, server }, { type, ids }) => {
    const listed = ids?.flatMap((id) => server.clients.get(id) ?? []) ?? [...server.clients.all()];
    const lines = listed.filter((client) => type === undefined || typeOf(client) === type);
    reply.verbatim('txt', lines.map((client) => `${describeClient(client, nowMs)}\n`).join(''));
  },
});

const clientSetname = command<{ name: string }>({
  name: 'CLIENT SETNAME',
  arity: 3,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '2.6.9',
  complexity: 'O(1)',
  summary: 'Set the current connection name',
  syntax: 'connection-name',
  parse: (args) => ({ name: args.bytes().latin1() }),
  run: ({ client, reply }, { name }) => {
    client.name = checkedName(name);
    reply.simple('OK');
  },
});

const clientGetname = command<undefined>({
  name: 'CLIENT GETNAME',
  arity: 2,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '2.6.9',
  complexity: 'O(1)',
  summary: 'Get the current connection name',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply }) => {
    if (client.name === '') reply.nil();
    else reply.bulkLatin1(client.name);
  },
});

const clientSetinfo = command<{ attribute: string; value: string }>({
  name: 'CLIENT SETINFO',
  arity: 4,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '7.2.0',
  complexity: 'O(1)',
  summary: 'Set client or connection specific info',
  syntax: '<LIB-NAME libname | LIB-VER libver>',
  parse: (args) => ({ attribute: args.bytes().latin1(), value: args.bytes().latin1() }),
  run: ({ client, reply }, { attribute, value }) => {
    const name = attribute.toLowerCase();
    if (name !== 'lib-name' && name !== 'lib-ver') throw errorFor.unknownClientInfo(attribute);
    if (/[^!-~]/.test(value)) throw errorFor.clientInfoText(attribute);
    if (name === 'lib-name') client.libraryName = value;
    else client.libraryVersion = value;
    reply.simple('OK');
  },
});

/** What a client must be like to be killed; undefined asks nothing. */
interface KillFilter {
  readonly id?: number;
  readonly address?: string;
  readonly localAddress?: string;
  readonly type?: ClientType;
  readonly user?: string;
  readonly skipMe: boolean;
}

const clientKill = command<{ oldForm: boolean; filter: KillFilter }>({
  name: 'CLIENT KILL',
  arity: -3,
  flags: administrative,
  acl: ['connection'],
  group: 'connection',
  since: '2.4.0',
  complexity: 'O(N) where N is the number of client connections',
  summary: 'Kill the connection of a client',
  syntax:
    '<ip:port | [ID client-id] [TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB>] [USER username] [ADDR ip:port] [LADDR ip:port] [SKIPME <YES | NO>]>',
  parse: (args) => {
    if (args.remaining === 1) return { oldForm: true, filter: { address: args.text(), skipMe: false } };
    return { oldForm: false, filter: parseKillFilter(args) };
  },
  run: (context, { oldForm, filter }) => {
    if (filter.user !== undefined && context.server.access.get(filter.user) === undefined) {
      throw errorFor.noSuchUser(filter.user);
    }
    const killed = [...context.server.clients.all()].filter((client) => isKilled(client, filter, context));
    for (const client of killed) client.close(client === context.client ? 'replies' : 'now');
    if (!oldForm) context.reply.integer(killed.length);
    else if (killed.length === 0) throw errors.noSuchClient;
    else context.reply.simple('OK');
  },
});

function parseKillFilter(args: ArgumentParser): KillFilter {
  let filter: KillFilter = { skipMe: true };
  while (args.remaining > 0) {
    if (args.option('ID')) {
      const id = args.integer(errors.clientIdPositive);
      if (id < 1) args.fail(errors.clientIdPositive);
      filter = { ...filter, id };
    } else if (args.option('TYPE')) filter = { ...filter, type: parseType(args) };
    else if (args.option('ADDR')) filter = { ...filter, address: args.text() };
    else if (args.option('LADDR')) filter = { ...filter, localAddress: args.text() };
    else if (args.option('USER')) filter = { ...filter, user: args.bytes().latin1() };
    else if (args.option('SKIPME')) {
      const skipMe = args.flag('YES');
      if (!skipMe && !args.flag('NO')) args.fail(errors.syntax);
      filter = { ...filter, skipMe };
    } else args.fail(errors.syntax);
  }
  return filter;
}

function isKilled(client: Client, filter: KillFilter, context: Context): boolean {
  if (filter.skipMe && client === context.client) return false;
  return (
    (filter.id === undefined || client.id === filter.id) &&
    (filter.address === undefined || client.address === filter.address) &&
    (filter.localAddress === undefined || client.localAddress === filter.localAddress) &&
    (filter.type === undefined || typeOf(client) === filter.type) &&
    (filter.user === undefined || client.userName === filter.user)
  );
}

function parseOnOrOff(args: ArgumentParser): { on: boolean } {
  const on = args.flag('ON');
  if (!on && !args.flag('OFF')) args.fail(errors.syntax);
  return { on };
}

const clientNoEvict = command<{ on: boolean }>({
  name: 'CLIENT NO-EVICT',
  arity: 3,
  flags: administrative,
  acl: ['connection'],
  group: 'connection',
  since: '7.0.0',
  complexity: 'O(1)',
  summary: 'Set client eviction mode for the current connection',
  syntax: '<ON | OFF>',
  parse: parseOnOrOff,
  run: ({ client, reply }, { on }) => {
    client.noEvict = on;
    reply.simple('OK');
  },
});

const clientNoTouch = command<{ on: boolean }>({
  name: 'CLIENT NO-TOUCH',
  arity: 3,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '7.2.0',
  complexity: 'O(1)',
  summary: 'Controls whether commands sent by the client affect the LRU/LFU of accessed keys.',
  syntax: '<ON | OFF>',
  parse: parseOnOrOff,
  run: ({ client, reply }, { on }) => {
    client.noTouch = on;
    reply.simple('OK');
  },
});

const clientReply = command<{ mode: 'on' | 'off' | 'skip' }>({
  name: 'CLIENT REPLY',
  arity: 3,
  flags: own,
  acl: ['connection'],
  group: 'connection',
  since: '3.2.0',
  complexity: 'O(1)',
  summary: 'Instruct the server whether to reply to commands',
  syntax: '<ON | OFF | SKIP>',
  parse: (args) => {
    if (args.flag('ON')) return { mode: 'on' };
    if (args.flag('OFF')) return { mode: 'off' };
    if (!args.flag('SKIP')) args.fail(errors.syntax);
    return { mode: 'skip' };
  },
  run: ({ client, reply }, { mode }) => {
    if (mode === 'skip') {
      if (client.replyMode !== 'off') client.replyMode = 'skip-next';
      return;
    }
    client.replyMode = mode;
    if (mode === 'on') reply.simple('OK');
  },
});

const clientUnblock = command<{ id: number; reason: UnblockReason }>({
  name: 'CLIENT UNBLOCK',
  arity: -3,
  flags: administrative,
  acl: ['connection'],
  group: 'connection',
  since: '5.0.0',
  complexity: 'O(log N) where N is the number of client connections',
  summary: 'Unblock a client blocked in a blocking command from a different connection',
  syntax: 'client-id [TIMEOUT | ERROR]',
  parse: (args) => {
    const id = args.bytes();
    if (args.remaining > 1) args.fail(errorFor.subcommandSyntax(args.written(1), 'CLIENT'));
    const withError = args.flag('ERROR');
    if (args.remaining > 0 && !args.flag('TIMEOUT')) args.fail(errors.unblockReason);
    return { id: Number(args.asInt64(id)), reason: withError ? 'error' : 'timeout' };
  },
  run: ({ reply, server }, { id, reason }) => {
    const parked = server.clients.get(id)?.parked;
    parked?.unblock(reason);
    reply.integer(parked === undefined ? 0 : 1);
  },
});

const help = helpCommand(
  'CLIENT',
  'connection',
  ['connection'],
  [
    'CACHING (YES|NO)',
    '    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.',
    'GETREDIR',
    '    Return the client ID we are redirecting to when tracking is enabled.',
    'GETNAME',
    '    Return the name of the current connection.',
    'ID',
    '    Return the ID of the current connection.',
    'INFO',
    '    Return information about the current client connection.',
    'KILL <ip:port>',
    '    Kill connection made from <ip:port>.',
    'KILL <option> <value> [<option> <value> [...]]',
    '    Kill connections. Options are:',
    '    * ADDR (<ip:port>|<unixsocket>:0)',
    '      Kill connections made from the specified address',
    '    * LADDR (<ip:port>|<unixsocket>:0)',
    '      Kill connections made to specified local address',
    '    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
    '      Kill connections by type.',
    '    * USER <username>',
    '      Kill connections authenticated by <username>.',
    '    * SKIPME (YES|NO)',
    '      Skip killing current connection (default: yes).',
    'LIST [options ...]',
    '    Return information about client connections. Options:',
    '    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
    '      Return clients of specified type.',
    'UNPAUSE',
    '    Stop the current client pause, resuming traffic.',
    'PAUSE <timeout> [WRITE|ALL]',
    '    Suspend all, or just write, clients for <timeout> milliseconds.',
    'REPLY (ON|OFF|SKIP)',
    '    Control the replies sent to the current connection.',
    'SETNAME <name>',
    '    Assign the name <name> to the current connection.',
    'UNBLOCK <clientid> [TIMEOUT|ERROR]',
    '    Unblock the specified blocked client.',
    'TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]',
    '         [OPTIN] [OPTOUT] [NOLOOP]',
    '    Control server assisted client side caching.',
    'TRACKINGINFO',
    '    Report tracking status for the current connection.',
    'NO-EVICT (ON|OFF)',
    '    Protect current client connection from eviction.',
  ],
);

const clientContainer = container(
  {
    name: 'CLIENT',
    arity: -2,
    flags: [],
    acl: [],
    group: 'connection',
    since: '2.4.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for client connection commands',
    syntax: '',
  },
  [
    clientGetname,
    clientId,
    clientInfo,
    clientKill,
    clientList,
    clientReply,
    clientSetinfo,
    clientSetname,
    clientUnblock,
    clientNoEvict,
    clientNoTouch,
    ...trackingSubcommands,
    ...pauseSubcommands,
    help,
  ].map((entry) => ({ ...entry, sparesCaching: true })),
);

function parseType(args: ArgumentParser): ClientType {
  const text = args.bytes().latin1();
  const name = text.toLowerCase() === 'slave' ? 'replica' : text.toLowerCase();
  if (name === 'normal' || name === 'master' || name === 'replica' || name === 'pubsub') return name;
  args.fail(errorFor.unknownClientType(text));
  return 'normal';
}

/** There are no replicas. */
function typeOf(client: Client): ClientType {
  return client.subscriptions === undefined ? 'normal' : 'pubsub';
}

export const clientCommands: readonly CommandEntry[] = [clientContainer];
