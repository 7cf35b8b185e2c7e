/** ACL: users and their rules. What rules mean is in `server/acl/`. */
import { AclError } from '../acl/access-control.js';
import type { AccessLogEntry } from '../acl/access-log.js';
import { loadAclFile, saveAclFile } from '../acl/acl-file.js';
import type { Selector } from '../acl/selector.js';
import type { User } from '../acl/user.js';
import { ByteSlice } from '../base/byte-slice.js';
import type { Client } from '../client/client.js';
import { errorFor, errors } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { accessRequest } from './access-request.js';
import { ACL_CATEGORIES, commandsInCategory } from './acl-categories.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, container, helpCommand, noArguments } from './command.js';

const PASSWORD_BITS_MAX = 4096;
const PASSWORD_BITS_BY_DEFAULT = 256;
const LOG_ENTRIES_BY_DEFAULT = 10;
const BITS_PER_DIGIT = 4;

const administrative = {
  flags: ['admin', 'noscript', 'loading', 'stale'],
  acl: [],
  group: 'server',
  since: '6.0.0',
} as const;
const open = { ...administrative, flags: ['noscript', 'loading', 'stale'] } as const;
const perUser = 'O(N). Where N is the number of configured users.';

/** Refuses arguments beyond one. */
function atMostOne(args: ArgumentParser): void {
  if (args.remaining > 1) args.fail(errorFor.subcommandSyntax(args.written(1), 'ACL'));
}

const setuser = command<{ name: string; rules: readonly string[] }>({
  ...administrative,
  name: 'ACL SETUSER',
  secrets: (argv) => argv.flatMap((_rule, place) => (place > 2 ? place : [])),
  arity: -3,
  complexity: 'O(N). Where N is the number of rules provided.',
  summary: 'Modify or create the rules for a specific ACL user',
  syntax: 'username [rule [rule ...]]',
  parse: (args) => ({ name: args.bytes().latin1(), rules: args.rest().map((rule) => rule.latin1()) }),
  run: (context, { name, rules }) => {
    const user = whenRight(() => context.server.access.setUser(name, rules));
    endForbiddenSubscriptions(context, user);
    context.reply.simple('OK');
  },
});

function whenRight<Result>(change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (error instanceof AclError) throw errorFor.aclRules(error.message);
    throw error;
  }
}

/** Closes the connections of a user that listen to what it may no longer hear. */
function endForbiddenSubscriptions(context: Context, user: User): void {
  for (const client of context.server.clients.all()) {
    if (client.user === user && hearsForbidden(client, user)) end(client, context);
  }
}

function hearsForbidden({ subscriptions }: Client, user: User): boolean {
  if (subscriptions === undefined) return false;
  const forbids = (name: string, isPattern: boolean): boolean =>
    !user.mayListenTo(ByteSlice.fromLatin1(name), isPattern);
  return (
    [...subscriptions.channels, ...subscriptions.shardChannels].some((name) => forbids(name, false)) ||
    [...subscriptions.patterns].some((name) => forbids(name, true))
  );
}

function end(client: Client, { client: caller }: Context): void {
  client.close(client === caller ? 'replies' : 'now');
}

/** Closes the connections of users that are gone. */
function endClientsOf(users: readonly User[], context: Context): void {
  for (const client of [...context.server.clients.all()]) {
    if (client.user === undefined || !users.includes(client.user)) continue;
    client.user = context.server.access.defaultUser;
    client.authenticated = false;
    end(client, context);
  }
}

const deluser = command<{ names: readonly string[] }>({
  ...administrative,
  name: 'ACL DELUSER',
  arity: -3,
  complexity: 'O(1) amortized time considering the typical user.',
  summary: 'Remove the specified ACL users and the associated rules',
  syntax: 'username [username ...]',
  parse: (args) => ({ names: args.rest().map((name) => name.latin1()) }),
  run: (context, { names }) => {
    if (names.includes('default')) throw errors.aclDefaultUser;
    const removed = names.flatMap((name) => context.server.access.remove(name) ?? []);
    endClientsOf(removed, context);
    context.reply.integer(removed.length);
  },
});

const getuser = command<{ name: string }>({
  ...administrative,
  name: 'ACL GETUSER',
  arity: 3,
  complexity: 'O(N). Where N is the number of password, command and pattern rules that the user has.',
  summary: 'Get the rules for a specific ACL user',
  syntax: 'username',
  parse: (args) => ({ name: args.bytes().latin1() }),
  run: ({ reply, server }, { name }) => {
    const user = server.access.get(name);
    if (user === undefined) reply.nil();
    else writeUser(reply, user);
  },
});

function writeUser(reply: ReplyWriter, user: User): void {
  const [root, ...others] = user.permissions.selectors;
  const flags = user.describeFlags();
  reply.map(6);
  reply.bulkText('flags');
  reply.set(flags.length);
  for (const flag of flags) reply.bulkText(flag);
  reply.bulkText('passwords');
  reply.array(user.permissions.passwords.length);
  for (const hash of user.permissions.passwords) reply.bulkText(hash);
  writeSelector(reply, root);
  reply.bulkText('selectors');
  reply.array(others.length);
  for (const selector of others) {
    reply.map(3);
    writeSelector(reply, selector);
  }
}

function writeSelector(reply: ReplyWriter, selector: Selector): void {
  reply.bulkText('commands');
  reply.bulkLatin1(selector.commands.toString());
  reply.bulkText('keys');
  reply.bulkLatin1(selector.describeKeys());
  reply.bulkText('channels');
  reply.bulkLatin1(selector.describeChannels());
}

const list = command<undefined>({
  ...administrative,
  name: 'ACL LIST',
  arity: 2,
  complexity: perUser,
  summary: 'List the current ACL rules in ACL config file format',
  syntax: '',
  parse: noArguments,
  run: ({ reply, server }) => writeTexts(reply, server.access.lines()),
});

const users = command<undefined>({
  ...administrative,
  name: 'ACL USERS',
  arity: 2,
  complexity: perUser,
  summary: 'List the username of all the configured ACL rules',
  syntax: '',
  parse: noArguments,
  run: ({ reply, server }) =>
    writeTexts(
      reply,
      server.access.all().map(({ name }) => name),
    ),
});

function writeTexts(reply: ReplyWriter, texts: readonly string[]): void {
  reply.array(texts.length);
  for (const text of texts) reply.bulkLatin1(text);
}

const whoami = command<undefined>({
  ...open,
  name: 'ACL WHOAMI',
  arity: 2,
  complexity: 'O(1)',
  summary: 'Return the name of the user associated to the current connection',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply }) => reply.bulkLatin1(client.userName),
});

const cat = command<{ category: string | undefined }>({
  ...open,
  name: 'ACL CAT',
  arity: -2,
  complexity: 'O(1) since the categories and commands are a fixed set.',
  summary: 'List the ACL categories or the commands inside a category',
  syntax: '[categoryname]',
  parse: (args) => {
    atMostOne(args);
    return { category: args.remaining > 0 ? args.bytes().latin1() : undefined };
  },
  run: ({ reply, server }, { category }) => {
    if (category === undefined) {
      writeTexts(reply, ACL_CATEGORIES);
      return;
    }
    const known = ACL_CATEGORIES.find((name) => name === category.toLowerCase());
    if (known === undefined) throw errorFor.aclCategory(category);
    writeTexts(
      reply,
      commandsInCategory(server.commands, known).map(({ fullName }) => fullName),
    );
  },
});

const genpass = command<{ bits: number }>({
  ...open,
  name: 'ACL GENPASS',
  arity: -2,
  complexity: 'O(1)',
  summary: 'Generate a pseudorandom secure password to use for ACL users',
  syntax: '[bits]',
  parse: (args) => {
    atMostOne(args);
    const bits = args.remaining > 0 ? args.integer() : PASSWORD_BITS_BY_DEFAULT;
    if (bits <= 0 || bits > PASSWORD_BITS_MAX) args.fail(errors.aclPasswordBits);
    return { bits };
  },
  run: ({ reply, server }, { bits }) => {
    const digits = Math.ceil(bits / BITS_PER_DIGIT);
    reply.bulkText(
      server
        .entropy(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
    );
  },
});

const log = command<{ reset: boolean; count: number }>({
  ...administrative,
  name: 'ACL LOG',
  arity: -2,
  complexity: 'O(N) with N being the number of entries shown.',
  summary: 'List latest events denied because of ACLs in place',
  syntax: '[count | RESET]',
  parse: (args) => {
    atMostOne(args);
    if (args.flag('RESET')) return { reset: true, count: 0 };
    return { reset: false, count: args.remaining > 0 ? Math.max(0, args.integer()) : LOG_ENTRIES_BY_DEFAULT };
  },
  run: ({ nowMs, reply, server }, { reset, count }) => {
    if (reset) {
      server.access.log.clear();
      reply.simple('OK');
      return;
    }
    const entries = server.access.log.newest(count);
    reply.array(entries.length);
    for (const entry of entries) writeLogEntry(reply, entry, nowMs);
  },
});

function writeLogEntry(reply: ReplyWriter, entry: AccessLogEntry, nowMs: number): void {
  const { count, reason, context, object, user, atMs, clientInfo } = entry;
  reply.map(7);
  reply.bulkText('count');
  reply.integer(count);
  for (const [name, text] of Object.entries({ reason, context, object, username: user })) {
    reply.bulkText(name);
    reply.bulkLatin1(text);
  }
  reply.bulkText('age-seconds');
  reply.double((nowMs - atMs) / 1000);
  reply.bulkText('client-info');
  reply.bulkLatin1(clientInfo);
}

const dryrun = command<{ name: string; argv: readonly ByteSlice[] }>({
  ...administrative,
  name: 'ACL DRYRUN',
  arity: -4,
  since: '7.0.0',
  complexity: 'O(1).',
  summary: 'Returns whether the user can execute the given command without executing the command.',
  syntax: 'username command [arg [arg ...]]',
  parse: (args) => ({ name: args.bytes().latin1(), argv: args.rest() }),
  run: ({ reply, server }, { name, argv }) => {
    const user = server.access.get(name);
    if (user === undefined) throw errorFor.aclNoSuchUser(name);
    const entry = server.commands.named(argv);
    if (entry === undefined) throw errorFor.aclNoSuchCommand(argv[0]?.latin1() ?? '');
    if (entry.arity > 0 ? argv.length !== entry.arity : argv.length < -entry.arity) {
      throw errorFor.wrongArity(entry.fullName);
    }
    const denial = user.denial(accessRequest(entry, argv));
    if (denial === undefined) reply.simple('OK');
    else if (denial.reason === 'command') {
      reply.bulkLatin1(`This user has no permissions to run the '${entry.fullName}' command`);
    } else {
      const what = argv[denial.at]?.latin1() ?? '';
      reply.bulkLatin1(`This user has no permissions to access the '${what}' ${denial.reason}`);
    }
  },
});

/** @throws ReplyError when there is none */
function aclFileOf({ server }: Context): string {
  const path = server.config.get('aclfile');
  if (path === '') throw errors.aclNoFile;
  return path;
}

const save = command<undefined>({
  ...administrative,
  name: 'ACL SAVE',
  arity: 2,
  complexity: perUser,
  summary: 'Save the current ACL rules in the configured ACL file',
  syntax: '',
  parse: noArguments,
  run: (context) => {
    const path = aclFileOf(context);
    try {
      saveAclFile(context.server.access, path);
    } catch (error) {
      context.server.logger.error(`Writing ACL file '${path}'`, error);
      throw errors.aclNotSaved;
    }
    context.reply.simple('OK');
  },
});

const load = command<undefined>({
  ...administrative,
  name: 'ACL LOAD',
  arity: 2,
  complexity: perUser,
  summary: 'Reload the ACLs from the configured ACL file',
  syntax: '',
  parse: noArguments,
  run: (context) => {
    const path = aclFileOf(context);
    endClientsOf(
      whenRight(() => loadAclFile(context.server.access, path)),
      context,
    );
    context.reply.simple('OK');
  },
});

const acl = container(
  {
    name: 'ACL',
    arity: -2,
    flags: [],
    acl: [],
    group: 'server',
    since: '6.0.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for Access List Control commands ',
    syntax: '',
  },
  [
    cat,
    deluser,
    dryrun,
    genpass,
    getuser,
    list,
    load,
    log,
    save,
    setuser,
    users,
    whoami,
    helpCommand(
      'ACL',
      'server',
      [],
      [
        'CAT [<category>]',
        '    List all commands that belong to <category>, or all command categories',
        '    when no category is specified.',
        'DELUSER <username> [<username> ...]',
        '    Delete a list of users.',
        'DRYRUN <username> <command> [<arg> ...]',
        '    Returns whether the user can execute the given command without executing the command.',
        'GETUSER <username>',
        "    Get the user's details.",
        'GENPASS [<bits>]',
        '    Generate a secure 256-bit user password. The optional `bits` argument can',
        '    be used to specify a different size.',
        'LIST',
        '    Show users details in config file format.',
        'LOAD',
        '    Reload users from the ACL file.',
        'LOG [<count> | RESET]',
        '    Show the ACL log entries.',
        'SAVE',
        '    Save the current config to the ACL file.',
        'SETUSER <username> <attribute> [<attribute> ...]',
        '    Create or modify a user with the specified attributes.',
        'USERS',
        '    List all the registered usernames.',
        'WHOAMI',
        '    Return the current connection username.',
      ],
      '6.0.0',
    ),
  ],
);

export const aclCommands: readonly CommandEntry[] = [acl];
