/** MSETEX (Redis 8.4, Valkey 9.1): several keys at once, all or none, with one lifetime for all. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors, ReplyError } from '../errors.js';
import { KEEP_EXPIRY, NO_EXPIRY } from '../keyspace/database.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, countedPairs } from './command.js';
import {
  type ExpiryTime,
  type ExpiryWord,
  expiryAtMs,
  expiryTime,
  readExpiry,
  type WrittenExpiry,
} from './expiry-option.js';

const PAIRS_MAX = 2 ** 31 - 1;

interface Pair {
  readonly key: ByteSlice;
  readonly value: ByteSlice;
}

interface ManyRequest {
  readonly pairs: readonly Pair[];
  /** Set only when all keys are missing (NX), or all are there (XX). */
  readonly condition: 'NX' | 'XX' | undefined;
  readonly lifetime: ExpiryTime | 'KEEPTTL' | undefined;
}

const msetex = command<ManyRequest>({
  name: 'MSETEX',
  arity: -4,
  flags: ['write', 'denyoom', 'movablekeys'],
  acl: ['string'],
  keys: [countedPairs(1, 'OW', 'update')],
  group: 'string',
  since: '8.4.0',
  complexity: 'O(N) where N is the number of keys to set.',
  summary: 'Atomically sets multiple string keys with a shared expiration in a single operation.',
  syntax:
    'numkeys key value [key value ...] [NX | XX] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]',
  parse: parseMany,
  run: (context, { pairs, condition, lifetime }) => {
    const expiryMs = expiryOf(context, lifetime);
    const isWanted = condition === undefined || pairs.every(({ key }) => context.db.has(key) === (condition === 'XX'));
    if (isWanted) setMany(context, pairs, expiryMs);
    context.reply.integer(isWanted ? 1 : 0);
  },
});

export const stringManyCommands: readonly CommandEntry[] = [msetex];

function parseMany(args: ArgumentParser): ManyRequest {
  const count = args.integer(errors.msetexCount);
  if (count < 1 || count > PAIRS_MAX) args.fail(errors.msetexCount);
  if (count * 2 > args.remaining) args.fail(errors.msetexPairs);
  const pairs: Pair[] = [];
  for (let left = count; left > 0 && args.remaining > 0; left--) pairs.push({ key: args.bytes(), value: args.bytes() });
  return { pairs, ...parseOptions(args) };
}

function parseOptions(args: ArgumentParser): Omit<ManyRequest, 'pairs'> {
  let condition: 'NX' | 'XX' | undefined;
  let word: ExpiryWord | 'KEEPTTL' | undefined;
  let written: WrittenExpiry | undefined;
  while (args.remaining > 0) {
    if (condition !== 'XX' && args.flag('NX')) condition = 'NX';
    else if (condition !== 'NX' && args.flag('XX')) condition = 'XX';
    else if ((word ?? 'KEEPTTL') === 'KEEPTTL' && args.flag('KEEPTTL')) word = 'KEEPTTL';
    else {
      written = readExpiry(args, word);
      if (written === undefined) args.fail(errors.syntax);
      else word = written.word;
    }
  }
  if (written === undefined) return { condition, lifetime: word === 'KEEPTTL' ? word : undefined };
  const time = expiryTime(written.word, written.amount, args.commandName);
  if (!(time instanceof ReplyError)) return { condition, lifetime: time };
  args.fail(time);
  return { condition, lifetime: undefined };
}

/** Epoch milliseconds, `NO_EXPIRY` or `KEEP_EXPIRY`. */
function expiryOf(context: Context, lifetime: ManyRequest['lifetime']): number | bigint {
  if (lifetime === undefined) return NO_EXPIRY;
  return lifetime === 'KEEPTTL' ? KEEP_EXPIRY : expiryAtMs(lifetime, context.nowMs, 'msetex');
}

function setMany(context: Context, pairs: readonly Pair[], expiryMs: number | bigint): void {
  const effects: EffectToken[][] = [];
  const options = expiryMs === NO_EXPIRY ? [] : expiryMs === KEEP_EXPIRY ? ['KEEPTTL'] : ['PXAT', `${expiryMs}`];
  for (const { key, value } of pairs) {
    context.db.setString(key, value, expiryMs);
    context.changed('set', key);
    if (expiryMs >= 0) context.furtherEvent('expire', key);
    if (context.wantsEffects) effects.push(['SET', key, value, ...options]);
  }
  if (context.wantsEffects) context.effects(effects);
}
