/** Commands about the connection itself: greeting, authentication, database. CLIENT is in client.ts. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors } from '../errors.js';
import type { ProtocolVersion } from '../protocol/reply-writer.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, noArguments } from './command.js';

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

interface Credentials {
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
    return { withUser, user: withUser ? args.text() : 'default', password: args.text() };
  },
  run: (context, { withUser, user, password }) => {
    const hasPassword = context.server.config.get('requirepass') !== '';
    if (!withUser && !hasPassword) throw errors.authNotConfigured;
    authenticate(context, { user, password });
    context.reply.simple('OK');
  },
});

/** Checks credentials against `requirepass`, in time that does not depend on them. */
function authenticate({ client, server }: Context, { user, password }: Credentials): void {
  const expected = server.config.get('requirepass');
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const matches = expected === '' || timingSafeEqual(digest(expected), digest(password));
  if (user !== 'default' || !matches) throw errors.wrongPassword;
  client.authenticated = true;
  client.user = user;
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
    if (!client.authenticated) throw errors.helloAuthRequired;
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
      ['modules', () => reply.array(0)],
    ];
    reply.map(facts.length);
    for (const [key, writeValue] of facts) {
      reply.bulkText(key);
      writeValue();
    }
    if (server.config.get('requirepass') === '') client.authenticated = true;
  },
});

function parseHello(args: ArgumentParser): Hello {
  if (args.remaining === 0) return { protocol: undefined, credentials: undefined, name: undefined };
  const version = args.integer(errors.protocolVersionNotInteger);
  if (version !== 2 && version !== 3) args.fail(errors.protocolVersion);
  let credentials: Credentials | undefined;
  let name: string | undefined;
  while (args.remaining > 0) {
    if (args.remaining > 2 && args.flag('AUTH')) credentials = { user: args.text(), password: args.text() };
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
    client.authenticated = server.config.get('requirepass') === '';
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
