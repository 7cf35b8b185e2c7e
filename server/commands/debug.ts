/**
 * DEBUG, as far as tests of clients and of servers use it: slow replies, replies of every type, errors, keys by the thousand,
 * keys that wait to be found expired. Whether it is allowed is decided by the setting `enable-debug-command`.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors } from '../errors.js';
import { type Database, NO_EXPIRY } from '../keyspace/database.js';
import type { ReplySink } from '../protocol/reply-writer.js';
import { dumpPayload } from '../rdb/dump-payload.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command } from './command.js';

/** Of a payload of DUMP: what is not the object. */
const PAYLOAD_FRAME_BYTES = 11;
const SLEEP_SECONDS_MAX = 3600;
/** Of DEBUG POPULATE. */
const KEYS_MAX = 2 ** 31 - 1;
const VALUE_BYTES_MAX = 2 ** 29;
const LOOPBACK = /^(127\.|::1:|\[::1\]|::ffff:127\.|\/)/;

type Action = (context: Context) => void;

/** Reads the arguments behind the subcommand's name. */
type Subcommand = (args: ArgumentParser) => Action;

const HELP = [
  'DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
  'CHANGE-REPL-ID',
  '    Change the replication IDs of the instance: there are none, so nothing happens.',
  'ERROR <string>',
  '    Return a protocol error with <string> as message.',
  'OBJECT <key>',
  '    Show low level info about `key` and associated value.',
  'POPULATE <count> [<prefix>] [<size>]',
  '    Create <count> string keys named key:<num>. If <prefix> is specified then',
  "    it is used instead of the 'key' prefix.",
  'PROTOCOL <type>',
  '    Reply with a test value of the specified type. <type> can be: string,',
  '    integer, double, bignum, null, array, set, map, attrib, push, verbatim,',
  '    true, false.',
  'QUICKLIST-PACKED-THRESHOLD <size>',
  '    Accepted; lists have no such threshold.',
  'SET-ACTIVE-EXPIRE <0|1>',
  '    Setting it to 0 disables expiring keys in background when they are not',
  '    accessed (otherwise the usual behavior). Setting it to 1 reenables back the',
  '    default.',
  'SLEEP <seconds>',
  '    Stop the server for <seconds>. Decimals allowed.',
  'HELP',
  '    Prints this help.',
];

const debug = command<Action>({
  name: 'DEBUG',
  arity: -2,
  flags: ['admin', 'noscript', 'loading', 'stale'],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'Depends on subcommand.',
  summary: 'A container for debugging commands',
  syntax: '',
  parse: (args) => {
    const name = args.bytes().latin1();
    const known = subcommands[name.toUpperCase()];
    const [least, most] = known?.counts ?? [1, 0];
    if (known !== undefined && args.remaining >= least && args.remaining <= most) return known.parse(args);
    args.rest();
    const mistake = errorFor.subcommandSyntax(name, 'DEBUG');
    return () => {
      throw mistake;
    };
  },
  run: (context, act) => {
    const allowed = context.server.config.get('enable-debug-command');
    const isAllowed = allowed === 'yes' || (allowed === 'local' && LOOPBACK.test(context.client.address));
    if (!isAllowed) throw errors.debugNotAllowed;
    act(context);
  },
});

export const debugCommands: readonly CommandEntry[] = [debug];

/** By name, with how few and how many arguments each has. */
const subcommands: Readonly<
  Record<string, { readonly counts: readonly [number, number]; readonly parse: Subcommand }>
> = {
  'CHANGE-REPL-ID': { counts: [0, 0], parse: () => ok },
  ERROR: { counts: [1, 1], parse: parseError },
  HELP: { counts: [0, 0], parse: () => writeHelp },
  OBJECT: { counts: [1, 1], parse: parseObject },
  POPULATE: { counts: [1, 3], parse: parsePopulate },
  PROTOCOL: { counts: [1, 1], parse: parseProtocol },
  'QUICKLIST-PACKED-THRESHOLD': { counts: [1, 1], parse: parseIgnored },
  'SET-ACTIVE-EXPIRE': { counts: [1, 1], parse: parseActiveExpire },
  SLEEP: { counts: [1, 1], parse: parseSleep },
};

function ok({ reply }: Context): void {
  reply.simple('OK');
}

function writeHelp({ reply }: Context): void {
  reply.array(HELP.length);
  for (const line of HELP) reply.simple(line);
}

function parseIgnored(args: ArgumentParser): Action {
  args.bytes();
  return ok;
}

/** The message begins with the code that the client is to see. */
function parseError(args: ArgumentParser): Action {
  const message = args.bytes().latin1();
  return ({ reply }) => reply.error(message, 'latin1');
}

function parseSleep(args: ArgumentParser): Action {
  const seconds = Number.parseFloat(args.bytes().latin1());
  const ms = Math.min(Math.max(seconds, 0), SLEEP_SECONDS_MAX) * 1000;
  return (context) => {
    if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    ok(context);
  };
}

function parseActiveExpire(args: ArgumentParser): Action {
  const isActive = Number.parseInt(args.bytes().latin1(), 10);
  return (context) => {
    context.server.keyspace.shared.expiresActively = isActive !== 0 && !Number.isNaN(isActive);
    ok(context);
  };
}

function parseObject(args: ArgumentParser): Action {
  const key = args.bytes();
  return ({ db, reply, nowMs }) => {
    const encoding = db.encoding(key);
    if (encoding === undefined) throw errors.noSuchKey;
    const idleSeconds = db.shared.access.countsFrequency ? 0 : (db.idleSeconds(key) ?? 0);
    const facts = {
      refcount: db.references(key) ?? 1,
      encoding,
      serializedlength: serializedBytes(db, key),
      lru: (Math.floor(nowMs / 1000) - idleSeconds) & 0xff_ffff,
      lru_seconds_idle: idleSeconds,
    };
    const told = Object.entries(facts).map(([name, value]) => `${name}:${value}`);
    reply.simple(`Value at:0x0 ${told.join(' ')}`);
  };
}

function serializedBytes(db: Database, key: ByteSlice): number {
  const held = db.glance(key);
  return held === undefined ? 0 : dumpPayload(held).length - PAYLOAD_FRAME_BYTES;
}

function parsePopulate(args: ArgumentParser): Action {
  const count = atLeastZero(args, KEYS_MAX);
  const prefix = args.remaining > 0 ? args.bytes().latin1() : 'key';
  const size = args.remaining > 0 ? atLeastZero(args, VALUE_BYTES_MAX) : 0;
  return (context) => {
    for (let i = 0; i < count; i++) {
      const key = ByteSlice.fromLatin1(`${prefix}:${i}`);
      if (context.db.typeName(key) !== undefined) continue;
      context.db.setString(key, populated(i, size), NO_EXPIRY);
      context.changed('set', key);
    }
    ok(context);
  };
}

function atLeastZero(args: ArgumentParser, max: number): number {
  const value = args.integer(errors.popCountNegative);
  if (value < 0 || value > max) args.fail(errors.popCountNegative);
  return value;
}

/** @param size how long it is; 0 for as long as its text */
function populated(i: number, size: number): ByteSlice {
  const text = `value:${i}`;
  return ByteSlice.fromLatin1(size === 0 ? text : text.slice(0, size).padEnd(size, '\0'));
}

/** Replies of every type, as Redis makes them. */
const samples: Readonly<Record<string, (reply: ReplySink) => void>> = {
  STRING: (reply) => reply.bulkText('Hello World'),
  INTEGER: (reply) => reply.integer(12_345),
  DOUBLE: (reply) => reply.decimal('3.141'),
  BIGNUM: (reply) => reply.bigNumber('1234567999999999999999999999999999999'),
  NULL: (reply) => reply.nil(),
  ARRAY: (reply) => {
    reply.array(3);
    for (let i = 0; i < 3; i++) reply.integer(i);
  },
  SET: (reply) => {
    reply.set(3);
    for (let i = 0; i < 3; i++) reply.integer(i);
  },
  MAP: (reply) => {
    reply.map(3);
    for (let i = 0; i < 3; i++) {
      reply.integer(i);
      reply.boolean(i === 1);
    }
  },
  ATTRIB: (reply) => reply.bulkText('Some real reply following the attribute'),
  PUSH: (reply) => {
    if (reply.protocol === 2) throw errors.needsResp3;
    reply.push(2);
    reply.bulkText('server-cpu-usage');
    reply.integer(42);
    // A push is no answer: the client waits for one.
    reply.bulkText('Some real reply following the push reply');
  },
  VERBATIM: (reply) => reply.verbatim('txt', 'This is a verbatim\nstring'),
  TRUE: (reply) => reply.boolean(true),
  FALSE: (reply) => reply.boolean(false),
};

function parseProtocol(args: ArgumentParser): Action {
  const sample = samples[args.bytes().latin1().toUpperCase()];
  return ({ reply }) => {
    if (sample === undefined) throw errors.debugProtocolType;
    sample(reply);
  };
}
