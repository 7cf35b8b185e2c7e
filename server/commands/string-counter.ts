/** Commands that count: integers within 64 bits, and floats in C's long double. */
import { ByteSlice } from '../base/byte-slice.js';
import { addInt64, formatInt64, INT64_MIN, parseInt64 } from '../base/integer.js';
import { addLongDoubles, formatLongDouble, type LongDoubleValue, parseLongDouble, ZERO } from '../base/long-double.js';
import { errors } from '../errors.js';
import { KEEP_EXPIRY, type StringChange, textEncoding } from '../keyspace/database.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

const incr = command<{ key: ByteSlice }>({
  name: 'INCR',
  arity: 2,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Increment the integer value of a key by one',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: (context, { key }) => count(context, key, 1),
});

const decr = command<{ key: ByteSlice }>({
  name: 'DECR',
  arity: 2,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Decrement the integer value of a key by one',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: (context, { key }) => count(context, key, -1),
});

const incrby = command<{ key: ByteSlice; increment: number | bigint }>({
  name: 'INCRBY',
  arity: 3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Increment the integer value of a key by the given amount',
  syntax: 'key increment',
  parse: (args) => ({ key: args.bytes(), increment: args.int64() }),
  run: (context, { key, increment }) => count(context, key, increment),
});

const decrby = command<{ key: ByteSlice; increment: number | bigint }>({
  name: 'DECRBY',
  arity: 3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Decrement the integer value of a key by the given number',
  syntax: 'key decrement',
  parse: (args) => {
    const key = args.bytes();
    const decrement = args.int64();
    if (decrement === INT64_MIN) args.fail(errors.decrementOverflow);
    return { key, increment: typeof decrement === 'bigint' ? -decrement : 0 - decrement };
  },
  run: (context, { key, increment }) => count(context, key, increment),
});

const incrbyfloat = command<{ key: ByteSlice; increment: LongDoubleValue | undefined }>({
  name: 'INCRBYFLOAT',
  arity: 3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'string',
  since: '2.6.0',
  complexity: 'O(1)',
  summary: 'Increment the float value of a key by the given amount',
  syntax: 'key increment',
  // That the increment is no number is told after the key has turned out to be a string.
  parse: (args) => ({ key: args.bytes(), increment: parseLongDouble(args.bytes().latin1()) }),
  run: (context, { key, increment }) => {
    const current = context.db.stringForWrite(key);
    const value = current === undefined ? ZERO : parseLongDouble(current.latin1());
    if (value === undefined || increment === undefined) throw errors.notFloat;
    const sum = addLongDoubles(value, increment);
    if (sum === undefined) throw errors.nanOrInfinity;
    const text = ByteSlice.fromLatin1(formatLongDouble(sum));
    context.db.setString(key, text, KEEP_EXPIRY, textEncoding(text));
    context.changed('incrbyfloat', key);
    if (context.wantsEffects) context.effects([['SET', key, text, 'KEEPTTL']]);
    context.reply.bulk(text);
  },
});

export const stringCounterCommands: readonly CommandEntry[] = [incr, decr, incrby, decrby, incrbyfloat];

/** The addition that runs: one object for all of them, because to make a function for each is a good part of its cost. */
class Addition implements StringChange {
  increment: number | bigint = 0;
  sum: number | bigint = 0;

  make(current: ByteSlice | undefined): ByteSlice {
    this.sum = sumOf(current, this.increment);
    return formatInt64(this.sum);
  }
}

const addition = new Addition();

function count(context: Context, key: ByteSlice, increment: number | bigint): void {
  addition.increment = increment;
  context.db.remakeString(key, 'int', addition);
  context.changed('incrby', key);
  context.reply.integer(addition.sum);
}

function sumOf(current: ByteSlice | undefined, increment: number | bigint): number | bigint {
  const value = current === undefined ? 0 : parseInt64(current.buffer, current.start, current.end);
  if (value === undefined) throw errors.notInteger;
  const sum = addInt64(value, increment);
  if (sum === undefined) throw errors.overflow;
  return sum;
}
