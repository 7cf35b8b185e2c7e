/** String commands. */
import { ByteSlice } from '../base/byte-slice.js';
import { addInt64, parseInt64 } from '../base/integer.js';
import { errors } from '../errors.js';
import { KEEP_EXPIRY, NO_EXPIRY } from '../keyspace/database.js';
import { type CommandEntry, command, keysAt } from './command.js';

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
  run: ({ db, reply }, { key }) => {
    const value = db.getString(key);
    if (value === undefined) reply.nil();
    else reply.bulk(value);
  },
});

const set = command<{ key: ByteSlice; value: ByteSlice }>({
  name: 'SET',
  arity: -3,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update', 'variable_flags'),
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Set the string value of a key',
  syntax: 'key value',
  parse: (args) => ({ key: args.bytes(), value: args.bytes() }),
  run: (context, { key, value }) => {
    context.db.setString(key, value, NO_EXPIRY);
    context.changed('set', key);
    context.reply.simple('OK');
  },
});

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
  run: (context, { key }) => {
    const current = context.db.getString(key);
    const value = current === undefined ? 0 : parseInt64(current.buffer, current.start, current.end);
    if (value === undefined) throw errors.notInteger;
    const sum = addInt64(value, 1);
    if (sum === undefined) throw errors.overflow;
    context.db.setString(key, ByteSlice.fromLatin1(sum.toString()), KEEP_EXPIRY, 'int');
    context.changed('incrby', key);
    context.reply.integer(sum);
  },
});

export const stringCommands: readonly CommandEntry[] = [get, set, incr];
