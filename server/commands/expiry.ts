/**
 * Expiry times: setting them, telling them, taking them away. Times are int64 milliseconds throughout, exactly; what
 * does not fit into 64 bits is refused. A time that has passed already deletes the key at once.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { addInt64, multiplyInt64 } from '../base/integer.js';
import { errorFor, errors } from '../errors.js';
import { type Database, NO_EXPIRY, NO_KEY } from '../keyspace/database.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

/** When the expiry may be set. A key without one counts as living forever. */
interface Conditions {
  nx: boolean;
  xx: boolean;
  gt: boolean;
  lt: boolean;
}

interface ExpireArguments {
  readonly key: ByteSlice;
  readonly amount: number | bigint;
  readonly conditions: Conditions;
}

/** How an EXPIRE command's argument becomes milliseconds since the epoch. */
interface TimeBase {
  readonly unitMs: 1 | 1000;
  readonly from: 'now' | 'epoch';
}

const expireMetadata = {
  arity: -3,
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'generic',
  complexity: 'O(1)',
  parse: parseExpire,
} as const;

const expire = command<ExpireArguments>({
  ...expireMetadata,
  name: 'EXPIRE',
  since: '1.0.0',
  summary: "Set a key's time to live in seconds",
  syntax: 'key seconds [NX | XX | GT | LT]',
  run: (context, parsed) => runExpire(context, parsed, { unitMs: 1000, from: 'now' }, 'expire'),
});

const pexpire = command<ExpireArguments>({
  ...expireMetadata,
  name: 'PEXPIRE',
  since: '2.6.0',
  summary: "Set a key's time to live in milliseconds",
  syntax: 'key milliseconds [NX | XX | GT | LT]',
  run: (context, parsed) => runExpire(context, parsed, { unitMs: 1, from: 'now' }, 'pexpire'),
});

const expireat = command<ExpireArguments>({
  ...expireMetadata,
  name: 'EXPIREAT',
  since: '1.2.0',
  summary: 'Set the expiration for a key as a UNIX timestamp',
  syntax: 'key unix-time-seconds [NX | XX | GT | LT]',
  run: (context, parsed) => runExpire(context, parsed, { unitMs: 1000, from: 'epoch' }, 'expireat'),
});

const pexpireat = command<ExpireArguments>({
  ...expireMetadata,
  name: 'PEXPIREAT',
  since: '2.6.0',
  summary: 'Set the expiration for a key as a UNIX timestamp specified in milliseconds',
  syntax: 'key unix-time-milliseconds [NX | XX | GT | LT]',
  run: (context, parsed) => runExpire(context, parsed, { unitMs: 1, from: 'epoch' }, 'pexpireat'),
});

/** Options come after the time but their mistakes come first. */
function parseExpire(args: ArgumentParser): ExpireArguments {
  const key = args.bytes();
  const amount = args.bytes();
  const conditions: Conditions = { nx: false, xx: false, gt: false, lt: false };
  while (args.remaining > 0) {
    if (args.flag('NX')) conditions.nx = true;
    else if (args.flag('XX')) conditions.xx = true;
    else if (args.flag('GT')) conditions.gt = true;
    else if (args.flag('LT')) conditions.lt = true;
    else args.fail(errorFor.unsupportedOption(args.bytes().latin1()));
  }
  const { nx, xx, gt, lt } = conditions;
  if (nx && (xx || gt || lt)) args.fail(errors.expiryConditions);
  if (gt && lt) args.fail(errors.expiryGtLt);
  return { key, amount: args.asInt64(amount), conditions };
}

function runExpire(context: Context, parsed: ExpireArguments, base: TimeBase, commandName: string): void {
  const { db, nowMs, reply } = context;
  const { key, amount, conditions } = parsed;
  const ms = multiplyInt64(amount, base.unitMs);
  const atMs = ms === undefined || base.from === 'epoch' ? ms : addInt64(ms, nowMs);
  if (atMs === undefined) throw errorFor.invalidExpiry(commandName);
  if (!db.has(key) || !allows(conditions, db.exactExpiryMs(key), atMs)) {
    reply.integer(0);
    return;
  }
  if (atMs <= nowMs) {
    db.delete(key, 'expiry');
    context.changed('del', key);
    if (context.wantsEffects) context.effects([['DEL', key]]);
  } else {
    db.setExpiryMs(key, atMs);
    context.changed('expire', key);
    if (context.wantsEffects) context.effects([['PEXPIREAT', key, atMs.toString()]]);
  }
  reply.integer(1);
}

function allows({ nx, xx, gt, lt }: Conditions, currentMs: number | bigint, atMs: number | bigint): boolean {
  const expires = currentMs !== NO_EXPIRY;
  if (nx && expires) return false;
  if (xx && !expires) return false;
  if (gt && (!expires || atMs <= currentMs)) return false;
  return !(lt && expires && atMs >= currentMs);
}

const tellMetadata = {
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'generic',
  complexity: 'O(1)',
  syntax: 'key',
  parse: (args: ArgumentParser) => ({ key: args.bytes() }),
} as const;

const ttl = command<{ key: ByteSlice }>({
  ...tellMetadata,
  name: 'TTL',
  since: '1.0.0',
  summary: 'Get the time to live for a key in seconds',
  tips: ['nondeterministic_output'],
  run: ({ db, nowMs, reply }, { key }) => reply.integer(tell(db, key, (ms) => toSeconds(since(nowMs, ms)))),
});

const pttl = command<{ key: ByteSlice }>({
  ...tellMetadata,
  name: 'PTTL',
  since: '2.6.0',
  summary: 'Get the time to live for a key in milliseconds',
  tips: ['nondeterministic_output'],
  run: ({ db, nowMs, reply }, { key }) => reply.integer(tell(db, key, (ms) => since(nowMs, ms))),
});

const expiretime = command<{ key: ByteSlice }>({
  ...tellMetadata,
  name: 'EXPIRETIME',
  since: '7.0.0',
  summary: 'Get the expiration Unix timestamp for a key',
  run: ({ db, reply }, { key }) => reply.integer(tell(db, key, toSeconds)),
});

const pexpiretime = command<{ key: ByteSlice }>({
  ...tellMetadata,
  name: 'PEXPIRETIME',
  since: '7.0.0',
  summary: 'Get the expiration Unix timestamp for a key in milliseconds',
  run: ({ db, reply }, { key }) => reply.integer(tell(db, key, (ms) => ms)),
});

/** A key's expiry in the form a command wants it; `NO_KEY` and `NO_EXPIRY` stay as they are. */
function tell(db: Database, key: ByteSlice, form: (ms: number | bigint) => number | bigint): number | bigint {
  if (!db.exists(key)) return NO_KEY;
  const expiryMs = db.exactExpiryMs(key);
  return expiryMs === NO_EXPIRY ? NO_EXPIRY : form(expiryMs);
}

function since(nowMs: number, ms: number | bigint): number | bigint {
  return typeof ms === 'number' ? ms - nowMs : ms - BigInt(nowMs);
}

/** Whole seconds, rounded half up. */
function toSeconds(ms: number | bigint): number | bigint {
  if (typeof ms === 'number' && Number.isSafeInteger(ms + 500)) return Math.floor((ms + 500) / 1000);
  return (BigInt(ms) + 500n) / 1000n;
}

const persist = command<{ key: ByteSlice }>({
  name: 'PERSIST',
  arity: 2,
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'generic',
  since: '2.2.0',
  complexity: 'O(1)',
  summary: 'Remove the expiration from a key',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: (context, { key }) => {
    const { db, reply } = context;
    const persists = db.has(key) && db.expiryMs(key) !== NO_EXPIRY;
    if (persists) {
      db.setExpiryMs(key, NO_EXPIRY);
      context.changed('persist', key);
    }
    reply.integer(persists ? 1 : 0);
  },
});

export const expiryCommands: readonly CommandEntry[] = [
  expire,
  pexpire,
  expireat,
  pexpireat,
  ttl,
  pttl,
  expiretime,
  pexpiretime,
  persist,
];
