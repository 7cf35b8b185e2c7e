/** String commands that get and set whole values; string-range.ts, string-counter.ts and lcs.ts have the others. */
import { type ByteSlice, equalsWord } from '../base/byte-slice.js';
import { errorFor, errors, ReplyError } from '../errors.js';
import { KEEP_EXPIRY, NO_EXPIRY } from '../keyspace/database.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt, noted } from './command.js';
import {
  type ExpiryTime,
  type ExpiryWord,
  expiryAtMs,
  expiryTime,
  readExpiry,
  type WrittenExpiry,
} from './expiry-option.js';

/** SET's arguments, understood. */
interface SetRequest {
  readonly key: ByteSlice;
  readonly value: ByteSlice;
  /** Set only when the key is missing (NX) or there (XX). */
  readonly condition: 'NX' | 'XX' | undefined;
  /** Set only when the key holds this (IFEQ, of Valkey 8.1). */
  readonly expected: ByteSlice | undefined;
  /** Answer the old value. */
  readonly get: boolean;
  readonly keepTtl: boolean;
  readonly expiry: ExpiryTime | undefined;
}

const get = command<{ key: ByteSlice }>({
  name: 'GET',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Get the value of a key',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: (context, { key }) => replyWithString(context, key),
});

const set = command<SetRequest>({
  name: 'SET',
  arity: -3,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: [
    {
      first: 1,
      last: 1,
      step: 1,
      flags: ['RW', 'access', 'update', 'variable_flags'],
      notes: 'RW and ACCESS due to the optional `GET` argument',
      flagsFor: (argv) =>
        argv.slice(3).some((arg) => equalsWord(arg.buffer, arg.start, arg.end, 'GET'))
          ? ['RW', 'access', 'update']
          : ['OW', 'update'],
    },
  ],
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Set the string value of a key',
  syntax:
    'key value [NX | XX | IFEQ comparison-value] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]',
  parse: parseSet,
  run: (context, request) => {
    const { key, expiry, condition, expected } = request;
    const expiryMs = expiry === undefined ? NO_EXPIRY : expiryAtMs(expiry, context.nowMs, 'set');
    if (request.get) replyWithString(context, key);
    const isRefused =
      expected === undefined
        ? condition !== undefined && context.db.has(key) !== (condition === 'XX')
        : context.db.stringForWrite(key)?.equals(expected) !== true;
    if (isRefused) {
      if (!request.get) context.reply.nil();
      return;
    }
    setValue(context, key, request.value, request.keepTtl ? KEEP_EXPIRY : expiryMs);
    if (!request.get) context.reply.simple('OK');
  },
});

/** Came with Valkey 9.0. */
const delifeq = command<{ key: ByteSlice; expected: ByteSlice }>({
  name: 'DELIFEQ',
  arity: 3,
  flags: ['write', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'delete'),
  group: 'string',
  since: '9.0.0',
  complexity: 'O(1)',
  summary: 'Delete a key if its value is the given one',
  syntax: 'key value',
  parse: (args) => ({ key: args.bytes(), expected: args.bytes() }),
  run: (context, { key, expected }) => {
    const isEqual = context.db.stringForWrite(key)?.equals(expected) ?? false;
    if (isEqual) {
      context.db.delete(key);
      context.changed('del', key);
    }
    context.reply.integer(isEqual ? 1 : 0);
  },
});

const getset = command<{ key: ByteSlice; value: ByteSlice }>({
  name: 'GETSET',
  arity: 3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Set the string value of a key and return its old value',
  syntax: 'key value',
  parse: (args) => ({ key: args.bytes(), value: args.bytes() }),
  run: (context, { key, value }) => {
    replyWithString(context, key);
    setValue(context, key, value, NO_EXPIRY);
  },
});

const getdel = command<{ key: ByteSlice }>({
  name: 'GETDEL',
  arity: 2,
  flags: ['write', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'delete'),
  group: 'string',
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Get the value of a key and delete the key',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: (context, { key }) => {
    replyWithString(context, key);
    if (context.db.delete(key)) context.changed('del', key);
  },
});

const getex = command<{ key: ByteSlice; lifetime: ExpiryTime | ReplyError | 'PERSIST' | undefined }>({
  name: 'GETEX',
  arity: -2,
  flags: ['write', 'fast'],
  acl: ['string'],
  keys: noted('RW and UPDATE because it changes the TTL', keysAt(1, 1, 1, 'RW', 'access', 'update')),
  group: 'string',
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Get the value of a key and optionally set its expiration',
  syntax: 'key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]',
  parse: (args) => ({ key: args.bytes(), lifetime: parseGetexLifetime(args) }),
  run: (context, { key, lifetime }) => {
    const { db, reply } = context;
    const value = db.getString(key);
    if (value === undefined) {
      reply.nil();
      return;
    }
    // A bad amount is told of a string only: for a missing key it does not matter.
    if (lifetime instanceof ReplyError) throw lifetime;
    reply.bulk(value);
    if (lifetime === 'PERSIST') persist(context, key);
    else if (lifetime !== undefined) expireAt(context, key, lifetime);
  },
});

const setnx = command<{ key: ByteSlice; value: ByteSlice }>({
  name: 'SETNX',
  arity: 3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'OW', 'insert'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Set the value of a key, only if the key does not exist',
  syntax: 'key value',
  parse: (args) => ({ key: args.bytes(), value: args.bytes() }),
  run: (context, { key, value }) => {
    const isNew = !context.db.has(key);
    if (isNew) setValue(context, key, value, NO_EXPIRY);
    context.reply.integer(isNew ? 1 : 0);
  },
});

const setex = command<{ key: ByteSlice; expiry: ExpiryTime; value: ByteSlice }>({
  name: 'SETEX',
  arity: 4,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'OW', 'update'),
  group: 'string',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Set the value and expiration of a key',
  syntax: 'key seconds value',
  parse: (args) => ({ key: args.bytes(), expiry: parseAmount(args, 'EX'), value: args.bytes() }),
  run: (context, { key, expiry, value }) => {
    setValue(context, key, value, expiryAtMs(expiry, context.nowMs, 'setex'));
    context.reply.simple('OK');
  },
});

const psetex = command<{ key: ByteSlice; expiry: ExpiryTime; value: ByteSlice }>({
  name: 'PSETEX',
  arity: 4,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'OW', 'update'),
  group: 'string',
  since: '2.6.0',
  complexity: 'O(1)',
  summary: 'Set the value and expiration in milliseconds of a key',
  syntax: 'key milliseconds value',
  parse: (args) => ({ key: args.bytes(), expiry: parseAmount(args, 'PX'), value: args.bytes() }),
  run: (context, { key, expiry, value }) => {
    setValue(context, key, value, expiryAtMs(expiry, context.nowMs, 'psetex'));
    context.reply.simple('OK');
  },
});

const mset = command<{ pairs: readonly ByteSlice[] }>({
  name: 'MSET',
  arity: -3,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: keysAt(1, -1, 2, 'OW', 'update'),
  group: 'string',
  since: '1.0.1',
  complexity: 'O(N) where N is the number of keys to set.',
  summary: 'Set multiple keys to multiple values',
  syntax: 'key value [key value ...]',
  tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
  parse: (args) => ({ pairs: parsePairs(args) }),
  run: (context, { pairs }) => {
    setPairs(context, pairs);
    context.reply.simple('OK');
  },
});

const msetnx = command<{ pairs: readonly ByteSlice[] }>({
  name: 'MSETNX',
  arity: -3,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: keysAt(1, -1, 2, 'OW', 'insert'),
  group: 'string',
  since: '1.0.1',
  complexity: 'O(N) where N is the number of keys to set.',
  summary: 'Set multiple keys to multiple values, only if none of the keys exist',
  syntax: 'key value [key value ...]',
  tips: ['request_policy:multi_shard', 'response_policy:agg_min'],
  parse: (args) => ({ pairs: parsePairs(args) }),
  run: (context, { pairs }) => {
    const allNew = pairs.every((key, i) => i % 2 === 1 || !context.db.has(key));
    if (allNew) setPairs(context, pairs);
    context.reply.integer(allNew ? 1 : 0);
  },
});

const mget = command<{ keys: readonly ByteSlice[] }>({
  name: 'MGET',
  arity: -2,
  flags: ['readonly', 'fast'],
  acl: ['string'],
  keys: keysAt(1, -1, 1, 'RO', 'access'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of keys to retrieve.',
  summary: 'Get the values of all the given keys',
  syntax: 'key [key ...]',
  tips: ['request_policy:multi_shard'],
  parse: (args) => ({ keys: args.rest() }),
  run: ({ db, reply }, { keys }) => {
    reply.array(keys.length);
    for (const key of keys) {
      const value = db.getStringOrNothing(key);
      if (value === undefined) reply.nil();
      else reply.bulk(value);
    }
  },
});

export const stringCommands: readonly CommandEntry[] = [
  get,
  set,
  delifeq,
  getset,
  getdel,
  getex,
  setnx,
  setex,
  psetex,
  mset,
  msetnx,
  mget,
];

function parseSet(args: ArgumentParser): SetRequest {
  const key = args.bytes();
  const value = args.bytes();
  let condition: 'NX' | 'XX' | undefined;
  let expected: ByteSlice | undefined;
  let get = false;
  let lifetime: ExpiryWord | 'KEEPTTL' | undefined;
  let written: WrittenExpiry | undefined;
  while (args.remaining > 0) {
    if (condition !== 'XX' && expected === undefined && args.flag('NX')) condition = 'NX';
    else if (condition !== 'NX' && expected === undefined && args.flag('XX')) condition = 'XX';
    else if (condition === undefined && expected === undefined && args.option('IFEQ')) expected = args.bytes();
    else if (args.flag('GET')) get = true;
    else if ((lifetime ?? 'KEEPTTL') === 'KEEPTTL' && args.flag('KEEPTTL')) lifetime = 'KEEPTTL';
    else {
      written = readExpiry(args, lifetime);
      if (written === undefined) args.fail(errors.syntax);
      else lifetime = written.word;
    }
  }
  const expiry = written === undefined ? undefined : expiryOrFailure(args, written.word, written.amount);
  return { key, value, condition, expected, get, keepTtl: lifetime === 'KEEPTTL', expiry };
}

function parseGetexLifetime(args: ArgumentParser): ExpiryTime | ReplyError | 'PERSIST' | undefined {
  let lifetime: ExpiryWord | 'PERSIST' | undefined;
  let written: WrittenExpiry | undefined;
  while (args.remaining > 0) {
    if ((lifetime ?? 'PERSIST') === 'PERSIST' && args.flag('PERSIST')) lifetime = 'PERSIST';
    else {
      written = readExpiry(args, lifetime);
      if (written === undefined) args.fail(errors.syntax);
      else lifetime = written.word;
    }
  }
  if (written !== undefined) return expiryTime(written.word, written.amount, args.commandName);
  return lifetime === 'PERSIST' ? 'PERSIST' : undefined;
}

/** The amount of SETEX and PSETEX. */
function parseAmount(args: ArgumentParser, word: ExpiryWord): ExpiryTime {
  return expiryOrFailure(args, word, args.bytes());
}

function expiryOrFailure(args: ArgumentParser, word: ExpiryWord, amount: ByteSlice): ExpiryTime {
  const time = expiryTime(word, amount, args.commandName);
  if (!(time instanceof ReplyError)) return time;
  args.fail(time);
  return { ms: 1, from: 'epoch' };
}

/** Keys and values in turn. */
function parsePairs(args: ArgumentParser): readonly ByteSlice[] {
  const pairs = args.rest();
  if (pairs.length % 2 === 1) args.fail(errorFor.wrongArity(args.commandName));
  return pairs;
}

function replyWithString({ db, reply }: Context, key: ByteSlice): void {
  const value = db.getString(key);
  if (value === undefined) reply.nil();
  else reply.bulk(value);
}

/** @param expiryMs epoch milliseconds, `NO_EXPIRY` or `KEEP_EXPIRY` */
function setValue(context: Context, key: ByteSlice, value: ByteSlice, expiryMs: number | bigint): void {
  context.db.setString(key, value, expiryMs);
  context.changed('set', key);
  if (expiryMs < 0) return;
  context.furtherEvent('expire', key);
  if (context.wantsEffects) context.effects([['SET', key, value, 'PXAT', expiryMs.toString()]]);
}

function setPairs(context: Context, pairs: readonly ByteSlice[]): void {
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i];
    const value = pairs[i + 1];
    if (key !== undefined && value !== undefined) setValue(context, key, value, NO_EXPIRY);
  }
}

/** GETEX PERSIST on a key that is there. */
function persist(context: Context, key: ByteSlice): void {
  if (context.db.expiryMs(key) === NO_EXPIRY) return;
  context.db.setExpiryMs(key, NO_EXPIRY);
  context.changed('persist', key);
  if (context.wantsEffects) context.effects([['PERSIST', key]]);
}

/** GETEX with a time, on a key that is there: an absolute time in the past removes it at once. */
function expireAt(context: Context, key: ByteSlice, time: ExpiryTime): void {
  const expiryMs = expiryAtMs(time, context.nowMs, 'getex');
  if (expiryMs <= context.nowMs) {
    context.db.delete(key);
    context.changed('del', key);
    if (context.wantsEffects) context.effects([['DEL', key]]);
    return;
  }
  context.db.setExpiryMs(key, expiryMs);
  context.changed('expire', key);
  if (context.wantsEffects) context.effects([['PEXPIREAT', key, expiryMs.toString()]]);
}
