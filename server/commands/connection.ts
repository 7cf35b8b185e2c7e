/** Commands about the connection itself: greeting, authentication, database. CLIENT is in client.ts. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors } from '../errors.js';
import type { ProtocolVersion } from '../protocol/reply-writer.js';
import type { ArgumentParser } from './argument-parser.js';
import { describeClient } from './client-description.js';
import { type CommandEntry, type Context, command, noArguments } from './command.js';
import { writeModules } from './modules.js';

/** The Redis release whose behaviour we answer for; clients gate features on it. */
export const COMPATIBLE_REDIS_VERSION = '7.0.15';
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

const ping = command<{ message: ByteSlice | undefined; tooMany: boolean }>({
  name: 'PING',
  arity: -1,
  flags: ['fast'],
  acl: ['connection'],
  inSubscriberMode: true,
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Ping the server',
  syntax: '[message]',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  parse: (args) => {
    const message = args.remaining > 0 ? args.bytes() : undefined;
    return { message, tooMany: args.rest().length > 0 };
  },
  run: ({ client, reply }, { message, tooMany }) => {
    if (tooMany) throw errorFor.wrongArity('ping');
    if (client.subscriptions !== undefined && client.protocol === 2) {
      reply.array(2);
      reply.bulkText('pong');
      if (message === undefined) reply.bulkText('');
      else reply.bulk(message);
    } else if (message === undefined) reply.simple('PONG');
    else reply.bulk(message);
  },
});

const echo = command<{ message: ByteSlice }>({
  name: 'ECHO',
  arity: 2,
  flags: ['loading', 'stale', 'fast'],
  acl: ['connection'],
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Echo the given string',
  syntax: 'message',
  parse: (args) => ({ message: args.bytes() }),
  run: ({ reply }, { message }) => reply.bulk(message),
});

/** Texts are bytes, one character each. */
interface Credentials {
  /** The command, as the client wrote it. */
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

const auth = command<Credentials & { withUser: boolean }>({
  name: 'AUTH',
  secrets: (argv) => argv.flatMap((_arg, place) => (place === 0 ? [] : place)),
  arity: -2,
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
  acl: ['connection'],
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of passwords defined for the user',
  summary: 'Authenticate to the server',
  syntax: '[username] password',
  parse: (args) => {
    const withUser = args.remaining > 1;
    return {
      name: args.written(0),
      withUser,
      user: withUser ? args.bytes().latin1() : 'default',
      password: args.bytes().latin1(),
    };
  },
  run: (context, { withUser, ...credentials }) => {
    const { needsNoPassword } = context.server.access.defaultUser.permissions;
    if (!withUser && needsNoPassword) throw errors.authNotConfigured;
    authenticate(context, credentials);
    context.reply.simple('OK');
  },
});

/** Makes a client another user. @throws ReplyError when the credentials are wrong, which ACL LOG notes */
function authenticate({ client, inScript, nowMs, server }: Context, { name, user, password }: Credentials): void {
  const known = server.access.authenticate(user, password);
  if (known === undefined) {
    const context = inScript ? 'lua' : client.transaction?.open ? 'multi' : 'toplevel';
    const clientInfo = describeClient(client, nowMs);
    server.access.deny({ reason: 'auth', context, object: name, user, clientInfo, atMs: nowMs });
    throw errors.wrongPassword;
  }
  client.authenticated = true;
  client.user = known;
}

interface Hello {
  readonly protocol: ProtocolVersion | undefined;
  readonly credentials: Credentials | undefined;
  readonly name: string | undefined;
}

const hello = command<Hello>({
  name: 'HELLO',
  secrets: (argv) => {
    const option = argv.findIndex((arg, place) => place > 1 && arg.latin1().toUpperCase() === 'AUTH');
    return option < 0 ? [] : [option + 1, option + 2];
  },
  arity: -1,
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
  acl: ['connection'],
  group: 'connection',
  since: '6.0.0',
  complexity: 'O(1)',
  summary: 'Handshake with Redis',
  syntax: '[protover [AUTH username password] [SETNAME clientname]]',
  parse: parseHello,
  run: (context, { protocol, credentials, name }) => {
    const { client, reply, server } = context;
    if (credentials !== undefined) authenticate(context, credentials);
    if (!client.authenticated && !server.access.defaultUser.isOpen) throw errors.helloAuthRequired;
    if (name !== undefined) client.name = checkedName(name);
    if (protocol !== undefined) {
      client.protocol = protocol;
      reply.protocol = protocol;
    }
    const facts: [string, () => void][] = [
      ['server', () => reply.bulkText('redis')],
      ['version', () => reply.bulkText(COMPATIBLE_REDIS_VERSION)],
      ['proto', () => reply.integer(client.protocol)],
      ['id', () => reply.integer(client.id)],
      ['mode', () => reply.bulkText('standalone')],
      ['role', () => reply.bulkText('master')],
      ['modules', () => writeModules(reply)],
    ];
    reply.map(facts.length);
    for (const [key, writeValue] of facts) {
      reply.bulkText(key);
      writeValue();
    }
  },
});

function parseHello(args: ArgumentParser): Hello {
  if (args.remaining === 0) return { protocol: undefined, credentials: undefined, name: undefined };
  const version = args.integer(errors.protocolVersionNotInteger);
  if (version !== 2 && version !== 3) args.fail(errors.protocolVersion);
  let credentials: Credentials | undefined;
  let name: string | undefined;
  while (args.remaining > 0) {
    if (args.remaining > 2 && args.flag('AUTH'))
      credentials = {
        name: args.written(0),
        user: args.bytes().latin1(),
        password: args.bytes().latin1(),
      };
    else if (args.option('SETNAME')) name = args.bytes().latin1();
    else args.fail(errorFor.helloOption(args.bytes().latin1()));
  }
  return { protocol: version === 3 ? 3 : 2, credentials, name };
}

/** A client's name: printable ASCII without spaces. @throws ReplyError */
export function checkedName(name: string): string {
  if (/[^!-~]/.test(name)) throw errors.clientName;
  return name;
}

const select = command<{ index: number }>({
  name: 'SELECT',
  arity: 2,
  flags: ['loading', 'stale', 'fast'],
  acl: ['connection'],
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Change the selected database for the current connection',
  syntax: 'index',
  parse: (args) => ({ index: args.integerBetween(INT32_MIN, INT32_MAX, errors.notInt32) }),
  run: ({ client, reply, server }, { index }) => {
    if (index < 0 || index >= server.keyspace.count) throw errors.dbIndexOutOfRange;
    client.db = index;
    reply.simple('OK');
  },
});

const reset = command<undefined>({
  name: 'RESET',
  arity: 1,
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
  acl: ['connection'],
  queueable: false,
  inSubscriberMode: true,
  group: 'connection',
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Reset the connection',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply, server }) => {
    client.reset();
    server.clients.forget(client);
    client.user = server.access.defaultUser;
    client.authenticated = server.access.defaultUser.isOpen;
    reply.protocol = client.protocol;
    reply.simple('RESET');
  },
});

const quit = command<undefined>({
  name: 'QUIT',
  arity: -1,
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
  acl: ['connection'],
  queueable: false,
  inSubscriberMode: true,
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Close the connection',
  syntax: '',
  parse: (args) => {
    args.rest();
  },
  run: ({ client, reply }) => {
    reply.simple('OK');
    client.close('replies');
  },
});

export const connectionCommands: readonly CommandEntry[] = [ping, echo, auth, hello, select, reset, quit];
