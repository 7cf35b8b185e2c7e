/**
 * The lifetimes of a hash's fields (Redis 7.4): setting, telling and ending them. A field is answered for by a number:
 * -2 there is none, -1 it does not expire, 0 a condition forbids, 1 done, 2 removed because the moment has passed.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import { HashValue, NO_FIELD_EXPIRY } from '../types/hash.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';
import { FieldChanges, type FieldList, fieldMoment, type MomentBase, readFieldList } from './field-list.js';

const NO_FIELD = -2;
const FORBIDDEN = 0;
const DONE = 1;
const REMOVED = 2;

const CONDITIONS = ['NX', 'XX', 'GT', 'LT'] as const;
type Condition = (typeof CONDITIONS)[number];

interface ExpireRequest extends FieldList {
  readonly key: ByteSlice;
  readonly amount: ByteSlice;
  readonly condition: Condition | undefined;
}

interface FieldsRequest extends FieldList {
  readonly key: ByteSlice;
}

const COMPLEXITY = 'O(N) where N is the number of specified fields';

function expireCommand(name: string, unit: string, summary: string, base: MomentBase): CommandEntry {
  return command<ExpireRequest>({
    name,
    arity: -6,
    flags: ['write', 'denyoom', 'fast'],
    acl: ['hash'],
    keys: keysAt(1, 1, 1, 'RW', 'update'),
    group: 'hash',
    since: '7.4.0',
    complexity: COMPLEXITY,
    summary,
    syntax: `key ${unit} [NX | XX | GT | LT] FIELDS numfields field [field ...]`,
    parse: (args) => {
      const key = args.bytes();
      const amount = args.bytes();
      const condition = CONDITIONS.find((word) => args.flag(word));
      return { key, amount, condition, ...readFieldList(args, errors.expiringFieldCount) };
    },
    run: (context, request) => expireFields(context, request, base, name.toLowerCase()),
  });
}

const hexpire = expireCommand('HEXPIRE', 'seconds', "Set the time to live of a hash's fields in seconds", {
  unitMs: 1000,
  from: 'now',
});
const hpexpire = expireCommand('HPEXPIRE', 'milliseconds', "Set the time to live of a hash's fields in milliseconds", {
  unitMs: 1,
  from: 'now',
});
const hexpireat = expireCommand(
  'HEXPIREAT',
  'unix-time-seconds',
  "Set the expiration of a hash's fields as a Unix timestamp",
  { unitMs: 1000, from: 'epoch' },
);
const hpexpireat = expireCommand(
  'HPEXPIREAT',
  'unix-time-milliseconds',
  "Set the expiration of a hash's fields as a Unix timestamp in milliseconds",
  { unitMs: 1, from: 'epoch' },
);

function expireFields(context: Context, request: ExpireRequest, base: MomentBase, commandName: string): void {
  const { key, amount, condition, fields, mistake } = request;
  const hash = context.db.existing(HashValue, key);
  const atMs = fieldMoment(amount, base, context, commandName);
  if (mistake !== undefined) throw mistake;
  context.reply.array(fields.length);
  if (hash === undefined) {
    for (const _ of fields) context.reply.integer(NO_FIELD);
    return;
  }
  const changes = new FieldChanges(hash, context.nowMs);
  for (const field of fields) {
    const currentMs = hash.fieldExpiryMs(field);
    if (currentMs === undefined) context.reply.integer(NO_FIELD);
    else if (!allows(condition, currentMs, atMs)) context.reply.integer(FORBIDDEN);
    else context.reply.integer(changes.expire(field, atMs) ? REMOVED : DONE);
  }
  changes.tell(context, key, atMs);
}

/** A field without an expiry counts as living forever. */
function allows(condition: Condition | undefined, currentMs: number, atMs: number): boolean {
  const expires = currentMs !== NO_FIELD_EXPIRY;
  switch (condition) {
    case 'NX':
      return !expires;
    case 'XX':
      return expires;
    case 'GT':
      return expires && atMs > currentMs;
    case 'LT':
      return !expires || atMs < currentMs;
    default:
      return true;
  }
}

function tellCommand(name: string, summary: string, form: (atMs: number, nowMs: number) => number): CommandEntry {
  return command<FieldsRequest>({
    name,
    arity: -5,
    flags: ['readonly', 'fast'],
    acl: ['hash'],
    keys: keysAt(1, 1, 1, 'RO', 'access'),
    group: 'hash',
    since: '7.4.0',
    complexity: COMPLEXITY,
    summary,
    syntax: 'key FIELDS numfields field [field ...]',
    ...(name.endsWith('TTL') ? { tips: ['nondeterministic_output'] } : {}),
    parse: parseFields,
    run: ({ db, nowMs, reply }, { key, fields, mistake }) => {
      const hash = db.read(HashValue, key);
      if (mistake !== undefined) throw mistake;
      reply.array(fields.length);
      for (const field of fields) {
        const atMs = hash?.fieldExpiryMs(field) ?? NO_FIELD;
        reply.integer(atMs < 0 ? atMs : form(atMs, nowMs));
      }
    },
  });
}

const httl = tellCommand('HTTL', "Get the time to live of a hash's fields in seconds", (atMs, nowMs) =>
  Math.ceil((atMs - nowMs) / 1000),
);
const hpttl = tellCommand(
  'HPTTL',
  "Get the time to live of a hash's fields in milliseconds",
  (atMs, nowMs) => atMs - nowMs,
);
const hexpiretime = tellCommand('HEXPIRETIME', "Get the expiration of a hash's fields as a Unix timestamp", (atMs) =>
  Math.ceil(atMs / 1000),
);
const hpexpiretime = tellCommand(
  'HPEXPIRETIME',
  "Get the expiration of a hash's fields as a Unix timestamp in milliseconds",
  (atMs) => atMs,
);

const hpersist = command<FieldsRequest>({
  name: 'HPERSIST',
  arity: -5,
  flags: ['write', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'hash',
  since: '7.4.0',
  complexity: COMPLEXITY,
  summary: "Remove the expiration of a hash's fields",
  syntax: 'key FIELDS numfields field [field ...]',
  parse: parseFields,
  run: (context, { key, fields, mistake }) => {
    const { db, reply } = context;
    const hash = db.existing(HashValue, key);
    if (mistake !== undefined) throw mistake;
    reply.array(fields.length);
    const changes = hash === undefined ? undefined : new FieldChanges(hash, context.nowMs);
    for (const field of fields) {
      if (changes === undefined || !hash?.has(field)) reply.integer(NO_FIELD);
      else reply.integer(changes.persist(field) ? DONE : NO_FIELD_EXPIRY);
    }
    changes?.tell(context, key, 0);
  },
});

export const hashExpiryCommands: readonly CommandEntry[] = [
  ...[hexpire, hpexpire, hexpireat, hpexpireat],
  ...[httl, hpttl, hexpiretime, hpexpiretime, hpersist],
];

function parseFields(args: ArgumentParser): FieldsRequest {
  return { key: args.bytes(), ...readFieldList(args) };
}
