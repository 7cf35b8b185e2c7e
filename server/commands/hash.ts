/** Hash commands that set, read and remove fields; hash-counter.ts and hash-scan.ts have the others. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor } from '../errors.js';
import { HashValue } from '../types/hash.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

interface FieldRequest {
  readonly key: ByteSlice;
  readonly field: ByteSlice;
}

interface PairsRequest {
  readonly key: ByteSlice;
  /** Fields and values in turn. */
  readonly pairs: readonly ByteSlice[];
}

const hset = command<PairsRequest>({
  name: 'HSET',
  arity: -4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'hash',
  since: '2.0.0',
  complexity:
    'O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.',
  summary: 'Set the string value of a hash field',
  syntax: 'key field value [field value ...]',
  parse: parsePairs,
  run: (context, request) => context.reply.integer(setFields(context, request)),
});

const hmset = command<PairsRequest>({
  name: 'HMSET',
  arity: -4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of fields being set.',
  summary: 'Set multiple hash fields to multiple values',
  syntax: 'key field value [field value ...]',
  parse: parsePairs,
  run: (context, request) => {
    setFields(context, request);
    context.reply.simple('OK');
  },
});

const hsetnx = command<{ key: ByteSlice; field: ByteSlice; value: ByteSlice }>({
  name: 'HSETNX',
  arity: 4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'insert'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Set the value of a hash field, only if the field does not exist',
  syntax: 'key field value',
  parse: (args) => ({ key: args.bytes(), field: args.bytes(), value: args.bytes() }),
  run: (context, { key, field, value }) => {
    const isNew = !(context.db.existing(HashValue, key)?.has(field) ?? false);
    if (isNew) setFields(context, { key, pairs: [field, value] });
    context.reply.integer(isNew ? 1 : 0);
  },
});

const hget = command<FieldRequest>({
  name: 'HGET',
  arity: 3,
  flags: ['readonly', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Get the value of a hash field',
  syntax: 'key field',
  parse: parseField,
  run: ({ db, reply }, { key, field }) => {
    const value = db.read(HashValue, key)?.get(field);
    if (value === undefined) reply.nil();
    else reply.bulk(value);
  },
});

const hmget = command<{ key: ByteSlice; fields: readonly ByteSlice[] }>({
  name: 'HMGET',
  arity: -3,
  flags: ['readonly', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of fields being requested.',
  summary: 'Get the values of all the given hash fields',
  syntax: 'key field [field ...]',
  parse: (args) => ({ key: args.bytes(), fields: args.rest() }),
  run: ({ db, reply }, { key, fields }) => {
    const hash = db.read(HashValue, key);
    reply.array(fields.length);
    for (const field of fields) {
      const value = hash?.get(field);
      if (value === undefined) reply.nil();
      else reply.bulk(value);
    }
  },
});

const hgetall = command<{ key: ByteSlice }>({
  name: 'HGETALL',
  arity: 2,
  flags: ['readonly'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the size of the hash.',
  summary: 'Get all the fields and values in a hash',
  syntax: 'key',
  tips: ['nondeterministic_output_order'],
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => {
    const hash = db.read(HashValue, key);
    reply.map(hash?.size ?? 0);
    hash?.forEach((field, value) => {
      reply.bulk(field);
      reply.bulk(value);
    });
  },
});

const hkeys = command<{ key: ByteSlice }>({
  name: 'HKEYS',
  arity: 2,
  flags: ['readonly'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the size of the hash.',
  summary: 'Get all the fields in a hash',
  syntax: 'key',
  tips: ['nondeterministic_output_order'],
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => {
    const hash = db.read(HashValue, key);
    reply.array(hash?.size ?? 0);
    hash?.forEachField((field) => reply.bulk(field));
  },
});

const hvals = command<{ key: ByteSlice }>({
  name: 'HVALS',
  arity: 2,
  flags: ['readonly'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the size of the hash.',
  summary: 'Get all the values in a hash',
  syntax: 'key',
  tips: ['nondeterministic_output_order'],
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => {
    const hash = db.read(HashValue, key);
    reply.array(hash?.size ?? 0);
    hash?.forEach((_field, value) => {
      reply.bulk(value);
    });
  },
});

const hlen = command<{ key: ByteSlice }>({
  name: 'HLEN',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Get the number of fields in a hash',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => reply.integer(db.read(HashValue, key)?.size ?? 0),
});

const hstrlen = command<FieldRequest>({
  name: 'HSTRLEN',
  arity: 3,
  flags: ['readonly', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'hash',
  since: '3.2.0',
  complexity: 'O(1)',
  summary: 'Get the length of the value of a hash field',
  syntax: 'key field',
  parse: parseField,
  run: ({ db, reply }, { key, field }) => reply.integer(db.read(HashValue, key)?.lengthOf(field) ?? 0),
});

const hexists = command<FieldRequest>({
  name: 'HEXISTS',
  arity: 3,
  flags: ['readonly', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Determine if a hash field exists',
  syntax: 'key field',
  parse: parseField,
  run: ({ db, reply }, { key, field }) => reply.integer(db.read(HashValue, key)?.has(field) ? 1 : 0),
});

const hdel = command<{ key: ByteSlice; fields: readonly ByteSlice[] }>({
  name: 'HDEL',
  arity: -3,
  flags: ['write', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of fields to be removed.',
  summary: 'Delete one or more hash fields',
  syntax: 'key field [field ...]',
  parse: (args) => ({ key: args.bytes(), fields: args.rest() }),
  run: (context, { key, fields }) => {
    const hash = context.db.existing(HashValue, key);
    let deleted = 0;
    for (const field of fields) if (hash?.delete(field)) deleted++;
    if (deleted > 0) {
      const isEmpty = hash?.size === 0;
      if (isEmpty) context.db.delete(key);
      context.changed('hdel', key);
      if (isEmpty) context.changed('del', key);
    }
    context.reply.integer(deleted);
  },
});

export const hashCommands: readonly CommandEntry[] = [
  hset,
  hmset,
  hsetnx,
  hget,
  hmget,
  hgetall,
  hkeys,
  hvals,
  hlen,
  hstrlen,
  hexists,
  hdel,
];

function parseField(args: ArgumentParser): FieldRequest {
  return { key: args.bytes(), field: args.bytes() };
}

function parsePairs(args: ArgumentParser): PairsRequest {
  const key = args.bytes();
  const pairs = args.rest();
  if (pairs.length % 2 === 1) args.fail(errorFor.wrongArity(args.commandName));
  return { key, pairs };
}

/** @returns how many of the fields are new */
function setFields(context: Context, { key, pairs }: PairsRequest): number {
  const hash = context.db.forWrite(HashValue, key);
  let added = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const field = pairs[i];
    const value = pairs[i + 1];
    if (field !== undefined && value !== undefined && hash.set(field, value)) added++;
  }
  context.changed('hset', key);
  return added;
}
