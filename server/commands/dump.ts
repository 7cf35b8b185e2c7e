/** DUMP and RESTORE: values as bytes that any server which knows Redis's RDB format understands. */
import { ByteSlice } from '../base/byte-slice.js';
import { addInt64, parseInt64 } from '../base/integer.js';
import { errors } from '../errors.js';
import { CorruptPayload } from '../rdb/corrupt-payload.js';
import { dumpPayload, openPayload } from '../rdb/dump-payload.js';
import { readObject } from '../rdb/object-codec.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

const FREQUENCY_MAX = 255;

interface RestoreRequest {
  readonly key: ByteSlice;
  /** As written: its mistakes come after the question whether the key is there. */
  readonly ttl: ByteSlice;
  readonly payload: ByteSlice;
  readonly replace: boolean;
  readonly isAbsolute: boolean;
  readonly idleSeconds: number | undefined;
  readonly frequency: number | undefined;
}

const dump = command<{ key: ByteSlice }>({
  name: 'DUMP',
  arity: 2,
  flags: ['readonly'],
  acl: ['keyspace'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'generic',
  since: '2.6.0',
  complexity:
    'O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).',
  summary: 'Return a serialized version of the value stored at the specified key.',
  syntax: 'key',
  tips: ['nondeterministic_output'],
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => {
    const held = db.held(key);
    if (held === undefined) reply.nil();
    else reply.bulk(ByteSlice.of(dumpPayload(held)));
  },
});

const restoreMetadata = {
  arity: -4,
  acl: ['keyspace', 'dangerous'],
  keys: keysAt(1, 1, 1, 'OW', 'update'),
  complexity:
    'O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).',
  syntax: 'key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]',
  parse: parseRestore,
  run: runRestore,
} as const;

const restore = command<RestoreRequest>({
  ...restoreMetadata,
  name: 'RESTORE',
  flags: ['write', 'denyoom'],
  group: 'generic',
  since: '2.6.0',
  summary: 'Create a key using the provided serialized value, previously obtained using DUMP.',
});

const restoreAsking = command<RestoreRequest>({
  ...restoreMetadata,
  name: 'RESTORE-ASKING',
  flags: ['write', 'denyoom', 'asking'],
  group: 'server',
  since: '3.0.0',
  summary: 'RESTORE for keys that move between nodes of a cluster',
});

export const dumpCommands: readonly CommandEntry[] = [dump, restore, restoreAsking];

function parseRestore(args: ArgumentParser): RestoreRequest {
  const key = args.bytes();
  const ttl = args.bytes();
  const payload = args.bytes();
  let replace = false;
  let isAbsolute = false;
  let idleSeconds: number | undefined;
  let frequency: number | undefined;
  while (args.remaining > 0) {
    if (args.flag('REPLACE')) replace = true;
    else if (args.flag('ABSTTL')) isAbsolute = true;
    else if (frequency === undefined && args.option('IDLETIME')) {
      idleSeconds = args.integerBetween(0, Number.POSITIVE_INFINITY, errors.restoreIdleTime);
    } else if (idleSeconds === undefined && args.option('FREQ')) {
      frequency = args.integerBetween(0, FREQUENCY_MAX, errors.restoreFrequency);
    } else args.fail(errors.syntax);
  }
  return { key, ttl, payload, replace, isAbsolute, idleSeconds, frequency };
}

/** Everything is checked before the key is touched: a payload that is refused leaves it as it was. */
function runRestore(context: Context, request: RestoreRequest): void {
  const { db, nowMs, reply } = context;
  const { key, payload, replace } = request;
  const isThere = db.has(key);
  if (isThere && !replace) throw errors.busyKey;
  const expiryMs = expiryOf(request, nowMs);
  const reader = openPayload(payload);
  if (reader === undefined) throw errors.payloadVersion;
  try {
    readObject(reader.byte(), reader, db, key);
  } catch (failure) {
    if (failure instanceof CorruptPayload) throw errors.payloadFormat;
    throw failure;
  }
  if (expiryMs !== undefined && expiryMs <= nowMs) {
    db.delete(key);
    if (isThere) tellDeleted(context, key);
    reply.simple('OK');
    return;
  }
  if (expiryMs !== undefined) db.setExpiryMs(key, expiryMs);
  db.setAccess(key, request);
  context.changed('restore', key);
  if (context.wantsEffects) {
    context.effects([['RESTORE', key, (expiryMs ?? 0).toString(), payload, 'REPLACE', 'ABSTTL']]);
  }
  reply.simple('OK');
}

function tellDeleted(context: Context, key: ByteSlice): void {
  context.changed('del', key);
  if (context.wantsEffects) context.effects([['DEL', key]]);
}

/** Epoch milliseconds; undefined when the key is to live forever. @throws ReplyError */
function expiryOf({ ttl, isAbsolute }: RestoreRequest, nowMs: number): number | bigint | undefined {
  const amount = parseInt64(ttl.buffer, ttl.start, ttl.end);
  if (amount === undefined) throw errors.notInteger;
  if (amount < 0) throw errors.restoreTtl;
  if (amount === 0 || amount === 0n) return undefined;
  // Beyond 64 bits a time wraps around in Redis, and has passed.
  return isAbsolute ? amount : (addInt64(amount, nowMs) ?? 0);
}
