/** MULTI, EXEC and optimistic locking with WATCH. */
import { ByteSlice } from '../base/byte-slice.js';
import { Transaction, watchName } from '../client/transaction.js';
import { errors } from '../errors.js';
import { type CommandEntry, type Context, command, keysAt, noArguments } from './command.js';

const flags = ['noscript', 'loading', 'stale', 'fast', 'allow_busy'] as const;

const multi = command<undefined>({
  name: 'MULTI',
  arity: 1,
  flags,
  acl: ['transaction'],
  queueable: false,
  group: 'transactions',
  since: '1.2.0',
  complexity: 'O(1)',
  summary: 'Mark the start of a transaction block',
  syntax: '',
  parse: noArguments,
  run: (context) => {
    const transaction = transactionOf(context);
    if (transaction.open) throw errors.nestedMulti;
    transaction.open = true;
    context.reply.simple('OK');
  },
});

const exec = command<undefined>({
  name: 'EXEC',
  arity: 1,
  flags: ['noscript', 'loading', 'stale', 'skip_slowlog'],
  acl: ['transaction'],
  queueable: false,
  endsTransaction: true,
  group: 'transactions',
  since: '1.2.0',
  complexity: 'Depends on commands in the transaction',
  summary: 'Execute all commands issued after MULTI',
  syntax: '',
  parse: noArguments,
  run: (context) => {
    const transaction = context.client.transaction;
    if (transaction === undefined || !transaction.open) throw errors.execWithoutMulti;
    expireWatched(context, transaction);
    if (transaction.aborted || transaction.watchFailed) {
      const { aborted } = transaction;
      transaction.end();
      if (aborted) throw errors.execAborted;
      context.reply.nilArray();
      return;
    }
    context.runQueued();
  },
});

const discard = command<undefined>({
  name: 'DISCARD',
  arity: 1,
  flags,
  acl: ['transaction'],
  queueable: false,
  group: 'transactions',
  since: '2.0.0',
  complexity: 'O(N), when N is the number of queued commands',
  summary: 'Discard all commands issued after MULTI',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply }) => {
    if (!client.transaction?.open) throw errors.discardWithoutMulti;
    client.transaction.end();
    reply.simple('OK');
  },
});

const watch = command<{ keys: readonly ByteSlice[] }>({
  name: 'WATCH',
  arity: -2,
  flags,
  acl: ['transaction'],
  queueable: false,
  keys: keysAt(1, -1, 1, 'RO'),
  group: 'transactions',
  since: '2.2.0',
  complexity: 'O(1) for every key.',
  summary: 'Watch the given keys to determine execution of the MULTI/EXEC block',
  syntax: 'key [key ...]',
  parse: (args) => ({ keys: args.rest() }),
  run: (context, { keys }) => {
    const transaction = transactionOf(context);
    if (transaction.open) throw errors.watchInsideMulti;
    for (const key of keys) {
      // A key that has expired already goes away now: its removal later is no change.
      context.db.expiryMs(key);
      transaction.watch(watchName(context.db.index, key.latin1()));
    }
    context.reply.simple('OK');
  },
});

const unwatch = command<undefined>({
  name: 'UNWATCH',
  arity: 1,
  flags,
  acl: ['transaction'],
  group: 'transactions',
  since: '2.2.0',
  complexity: 'O(1)',
  summary: 'Forget about all watched keys',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply }) => {
    client.transaction?.unwatchAll();
    reply.simple('OK');
  },
});

function transactionOf({ client, server }: Context): Transaction {
  client.transaction ??= new Transaction(server.watchList);
  return client.transaction;
}

/** A watched key that has expired since fails the transaction, though nobody has met it yet: meet it now. */
function expireWatched({ server }: Context, transaction: Transaction): void {
  for (const name of transaction.watched) {
    const colon = name.indexOf(':');
    server.keyspace.database(Number(name.slice(0, colon))).expiryMs(ByteSlice.fromLatin1(name.slice(colon + 1)));
  }
}

export const transactionCommands: readonly CommandEntry[] = [multi, exec, discard, watch, unwatch];
