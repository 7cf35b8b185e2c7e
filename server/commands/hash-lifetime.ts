/** Fields of a hash together with their lifetimes (Redis 8.0): HGETEX, HSETEX, HGETDEL. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import { HashValue } from '../types/hash.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';
import { FieldChanges, type FieldList, fieldMoment, type MomentBase, readFieldList, settle } from './field-list.js';

const MOMENTS = {
  EX: { unitMs: 1000, from: 'now' },
  PX: { unitMs: 1, from: 'now' },
  EXAT: { unitMs: 1000, from: 'epoch' },
  PXAT: { unitMs: 1, from: 'epoch' },
} as const satisfies Record<string, MomentBase>;
const MOMENT_WORDS = ['EX', 'PX', 'EXAT', 'PXAT'] as const;

/** A moment as written: looked at when the command runs, because it may count from then. */
interface WrittenMoment {
  readonly word: (typeof MOMENT_WORDS)[number];
  readonly amount: ByteSlice;
}

interface GetexRequest extends FieldList {
  readonly key: ByteSlice;
  readonly lifetime: WrittenMoment | 'PERSIST' | undefined;
}

const hgetex = command<GetexRequest>({
  name: 'HGETEX',
  arity: -5,
  flags: ['write', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'hash',
  since: '8.0.0',
  complexity: 'O(N) where N is the number of specified fields',
  summary: 'Get the values of fields of a hash and optionally set their expiration',
  syntax:
    'key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST] FIELDS numfields field [field ...]',
  parse: (args) => {
    const key = args.bytes();
    const word = MOMENT_WORDS.find((candidate) => args.flag(candidate));
    const lifetime =
      word !== undefined ? { word, amount: args.bytes() } : args.flag('PERSIST') ? ('PERSIST' as const) : undefined;
    return { key, lifetime, ...readFieldList(args) };
  },
  run: (context, { key, lifetime, fields, mistake }) => {
    const { db, reply } = context;
    const hash = db.existing(HashValue, key);
    const atMs = lifetime === undefined || lifetime === 'PERSIST' ? 0 : momentOf(context, lifetime, 'hgetex');
    if (mistake !== undefined) throw mistake;
    reply.array(fields.length);
    const changes = hash === undefined ? undefined : new FieldChanges(hash, context.nowMs);
    for (const field of fields) {
      const value = hash?.get(field);
      if (value === undefined) {
        reply.nil();
        continue;
      }
      reply.bulk(value);
      if (lifetime === 'PERSIST') changes?.persist(field);
      else if (lifetime !== undefined) changes?.expire(field, atMs);
    }
    changes?.tell(context, key, atMs);
  },
});

const hgetdel = command<FieldList & { readonly key: ByteSlice }>({
  name: 'HGETDEL',
  arity: -5,
  flags: ['write', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'delete'),
  group: 'hash',
  since: '8.0.0',
  complexity: 'O(N) where N is the number of specified fields',
  summary: 'Get the values of fields of a hash and delete them',
  syntax: 'key FIELDS numfields field [field ...]',
  parse: (args) => ({ key: args.bytes(), ...readFieldList(args) }),
  run: (context, { key, fields, mistake }) => {
    const { db, reply } = context;
    const hash = db.existing(HashValue, key);
    if (mistake !== undefined) throw mistake;
    reply.array(fields.length);
    const deleted: ByteSlice[] = [];
    for (const field of fields) {
      const value = hash?.get(field);
      if (hash === undefined || value === undefined) {
        reply.nil();
        continue;
      }
      reply.bulk(value);
      hash.delete(field);
      deleted.push(field);
    }
    if (hash === undefined || deleted.length === 0) return;
    context.changed('hdel', key);
    settle(db, context, key, hash);
    if (context.wantsEffects) context.effects([['HDEL', key, ...deleted]]);
  },
});

interface SetexRequest {
  readonly key: ByteSlice;
  /** Set only when none (FNX) or all (FXX) of the fields are there. */
  readonly condition: 'FNX' | 'FXX' | undefined;
  readonly lifetime: WrittenMoment | 'KEEPTTL' | undefined;
  /** Fields and values in turn. */
  readonly pairs: readonly ByteSlice[];
  /** What is wrong after the lifetime, whose own mistakes come first. */
  readonly mistake: ReplyError | undefined;
}

const hsetex = command<SetexRequest>({
  name: 'HSETEX',
  arity: -6,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'hash',
  since: '8.0.0',
  complexity: 'O(N) where N is the number of fields being set.',
  summary: 'Set fields of a hash and optionally their expiration',
  syntax:
    'key [FNX | FXX] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL] FIELDS numfields field value [field value ...]',
  parse: parseSetex,
  run: (context, { key, condition, lifetime, pairs, mistake }) => {
    const { db, reply } = context;
    const atMs = lifetime === undefined || lifetime === 'KEEPTTL' ? undefined : momentOf(context, lifetime, 'hsetex');
    if (mistake !== undefined) throw mistake;
    const existing = db.existing(HashValue, key);
    const fields = pairs.filter((_, i) => i % 2 === 0);
    const isRefused =
      (condition === 'FNX' && fields.some((field) => existing?.has(field))) ||
      (condition === 'FXX' && !fields.every((field) => existing?.has(field)));
    if (!isRefused) setFields(context, key, pairs, atMs, lifetime === 'KEEPTTL');
    reply.integer(isRefused ? 0 : 1);
  },
});

export const hashLifetimeCommands: readonly CommandEntry[] = [hgetex, hgetdel, hsetex];

function momentOf(context: Context, { word, amount }: WrittenMoment, commandName: string): number {
  return fieldMoment(amount, MOMENTS[word], context, commandName);
}

function parseSetex(args: ArgumentParser): SetexRequest {
  const key = args.bytes();
  let condition: SetexRequest['condition'];
  let lifetime: SetexRequest['lifetime'];
  let pairs: readonly ByteSlice[] = [];
  const mistake = args.deferred(() => {
    while (args.remaining > 0) {
      if (args.flag('FIELDS')) {
        pairs = readPairs(args);
        return;
      }
      const conditionWord = args.flag('FNX') ? 'FNX' : args.flag('FXX') ? 'FXX' : undefined;
      const lifetimeWord = conditionWord === undefined ? readLifetimeWord(args) : undefined;
      if (conditionWord === undefined && lifetimeWord === undefined) {
        args.fail(errorFor.unknownArgument(args.bytes().latin1()));
      } else if (conditionWord !== undefined) {
        if (condition !== undefined) args.fail(errors.oneCondition);
        condition = conditionWord;
      } else if (lifetime !== undefined) {
        args.fail(errors.oneLifetime);
      } else if (lifetimeWord === 'KEEPTTL') {
        lifetime = lifetimeWord;
      } else if (args.remaining === 0) {
        args.fail(errors.missingExpiry);
      } else if (lifetimeWord !== undefined) {
        lifetime = { word: lifetimeWord, amount: args.bytes() };
      }
    }
    args.fail(errors.fieldsMissing);
  });
  return { key, condition, lifetime, pairs, mistake };
}

function readLifetimeWord(args: ArgumentParser): WrittenMoment['word'] | 'KEEPTTL' | undefined {
  return args.flag('KEEPTTL') ? 'KEEPTTL' : MOMENT_WORDS.find((word) => args.flag(word));
}

/** Reads `numfields field value ...`, to the end. */
function readPairs(args: ArgumentParser): readonly ByteSlice[] {
  if (args.remaining < 3) args.fail(errorFor.wrongArity(args.commandName));
  const count = args.integer(errors.setFieldCount);
  if (count < 1) args.fail(errors.setFieldCount);
  const pairs = args.rest();
  if (pairs.length !== count * 2) args.fail(errorFor.wrongArity(args.commandName));
  return pairs;
}

/** @param atMs when the fields are to expire: undefined for never, or for when they do already */
function setFields(
  context: Context,
  key: ByteSlice,
  pairs: readonly ByteSlice[],
  atMs: number | undefined,
  keepsExpiry: boolean,
): void {
  const { db } = context;
  const hash = db.forWrite(HashValue, key);
  const changes = new FieldChanges(hash, context.nowMs);
  for (let i = 0; i < pairs.length; i += 2) {
    const [field, value] = [pairs[i], pairs[i + 1]];
    if (field === undefined || value === undefined) continue;
    if (keepsExpiry) hash.setKeepingExpiry(field, value);
    else hash.set(field, value);
    if (atMs !== undefined) changes.expire(field, atMs);
  }
  context.changed('hset', key);
  changes.tell(context, key, atMs ?? 0);
  if (atMs === undefined || !context.wantsEffects || changes.deleted.length > 0) return;
  const effect: EffectToken[] = ['HSETEX', key, 'PXAT', atMs.toString(), 'FIELDS', (pairs.length / 2).toString()];
  context.effects([[...effect, ...pairs]]);
}
