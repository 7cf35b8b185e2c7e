/** Hash commands that count: integers within 64 bits, and floats in C's long double. */
import { ByteSlice } from '../base/byte-slice.js';
import { addInt64, formatInt64, parseInt64 } from '../base/integer.js';
import { addLongDoubles, formatLongDouble, type LongDouble, parseLongDouble, ZERO } from '../base/long-double.js';
import { errors } from '../errors.js';
import { HashValue, NO_FIELD_EXPIRY } from '../types/hash.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, command, keysAt } from './command.js';

const hincrby = command<{ key: ByteSlice; field: ByteSlice; increment: number | bigint }>({
  name: 'HINCRBY',
  arity: 4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  summary: 'Increment the integer value of a hash field by the given number',
  syntax: 'key field increment',
  parse: (args) => ({ key: args.bytes(), field: args.bytes(), increment: args.int64() }),
  run: (context, { key, field, increment }) => {
    const { db } = context;
    const current = db.existing(HashValue, key)?.get(field);
    const value = current === undefined ? 0 : parseInt64(current.buffer, current.start, current.end);
    if (value === undefined) throw errors.hashValueNotInteger;
    const sum = addInt64(value, increment);
    if (sum === undefined) throw errors.overflow;
    db.forWrite(HashValue, key).setKeepingExpiry(field, formatInt64(sum));
    context.changed('hincrby', key);
    context.reply.integer(sum);
  },
});

const hincrbyfloat = command<{ key: ByteSlice; field: ByteSlice; increment: LongDouble }>({
  name: 'HINCRBYFLOAT',
  arity: 4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'hash',
  since: '2.6.0',
  complexity: 'O(1)',
  summary: 'Increment the float value of a hash field by the given amount',
  syntax: 'key field increment',
  parse: (args) => ({ key: args.bytes(), field: args.bytes(), increment: finiteIncrement(args) }),
  run: (context, { key, field, increment }) => {
    const { db } = context;
    const current = db.existing(HashValue, key)?.get(field);
    const value = current === undefined ? ZERO : parseLongDouble(current.latin1());
    if (value === undefined) throw errors.hashValueNotFloat;
    const sum = addLongDoubles(value, increment);
    if (sum === undefined) throw errors.nanOrInfinity;
    const text = ByteSlice.fromLatin1(formatLongDouble(sum));
    const hash = db.forWrite(HashValue, key);
    hash.setKeepingExpiry(field, text);
    context.changed('hincrbyfloat', key);
    if (context.wantsEffects) {
      const expires = hash.fieldExpiryMs(field) !== NO_FIELD_EXPIRY;
      context.effects([expires ? ['HSETEX', key, 'KEEPTTL', 'FIELDS', '1', field, text] : ['HSET', key, field, text]]);
    }
    context.reply.bulk(text);
  },
});

export const hashCounterCommands: readonly CommandEntry[] = [hincrby, hincrbyfloat];

function finiteIncrement(args: ArgumentParser): LongDouble {
  const increment = parseLongDouble(args.bytes().latin1());
  if (increment === undefined) args.fail(errors.notFloat);
  if (increment === 'infinity') args.fail(errors.incrementNanOrInfinity);
  return increment === undefined || increment === 'infinity' ? ZERO : increment;
}
