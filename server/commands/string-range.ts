/** Commands on parts of strings: length, ranges, appending. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import { NO_EXPIRY } from '../keyspace/database.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type CommandMetadata, type Context, command, keysAt } from './command.js';

interface RangeRequest {
  readonly key: ByteSlice;
  /** First and last byte, both included; negative ones count from the end. */
  readonly start: number;
  readonly end: number;
}

const strlen = command<{ key: ByteSlice }>({
  name: 'STRLEN',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'string',
  since: '2.2.0',
  complexity: 'O(1)',
  summary: 'Get the length of the value stored in a key',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => reply.integer(db.getString(key)?.length ?? 0),
});

const append = command<{ key: ByteSlice; value: ByteSlice }>({
  name: 'APPEND',
  arity: 3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'insert'),
  group: 'string',
  since: '2.0.0',
  complexity:
    'O(1). The amortized time complexity is O(1) assuming the appended value is small and the already present value is of any size, since the dynamic string library used by Redis will double the free space available on every reallocation.',
  summary: 'Append a value to a key',
  syntax: 'key value',
  parse: (args) => ({ key: args.bytes(), value: args.bytes() }),
  run: (context, { key, value }) => {
    const length = context.db.stringForWrite(key)?.length;
    if (length === undefined) {
      context.db.setString(key, value, NO_EXPIRY);
    } else {
      checkLength(context, length + value.length);
      write(context, key, value, length, length);
    }
    context.changed('append', key);
    context.reply.integer((length ?? 0) + value.length);
  },
});

const setrange = command<{ key: ByteSlice; offset: number; value: ByteSlice }>({
  name: 'SETRANGE',
  arity: 4,
  flags: ['write', 'denyoom'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'string',
  since: '2.2.0',
  complexity:
    'O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value argument.',
  summary: 'Overwrite part of a string at key starting at the specified offset',
  syntax: 'key offset value',
  parse: (args) => {
    const key = args.bytes();
    const offset = args.integer();
    if (offset < 0) args.fail(errors.offsetOutOfRange);
    return { key, offset, value: args.bytes() };
  },
  run: (context, { key, offset, value }) => {
    const length = context.db.stringForWrite(key)?.length ?? 0;
    if (value.length === 0) {
      context.reply.integer(length);
      return;
    }
    checkLength(context, offset + value.length);
    write(context, key, value, offset, length);
    context.changed('setrange', key);
    context.reply.integer(Math.max(length, offset + value.length));
  },
});

const rangeMetadata = {
  arity: 4,
  flags: ['readonly'],
  acl: ['string'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'string',
  complexity:
    'O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings.',
  summary: 'Get a substring of the string stored at a key',
  syntax: 'key start end',
} as const satisfies Partial<CommandMetadata>;

const getrange = command<RangeRequest>({
  name: 'GETRANGE',
  ...rangeMetadata,
  since: '2.4.0',
  parse: parseRange,
  run: replyWithRange,
});

const substr = command<RangeRequest>({
  name: 'SUBSTR',
  ...rangeMetadata,
  since: '1.0.0',
  parse: parseRange,
  run: replyWithRange,
});

export const stringRangeCommands: readonly CommandEntry[] = [strlen, append, setrange, getrange, substr];

function parseRange(args: ArgumentParser): RangeRequest {
  return { key: args.bytes(), start: args.integer(), end: args.integer() };
}

function replyWithRange({ db, reply }: Context, request: RangeRequest): void {
  const value = db.getString(request.key);
  const length = value?.length ?? 0;
  const bothFromEnd = request.start < 0 && request.end < 0;
  const start = fromFront(request.start, length);
  const end = Math.min(fromFront(request.end, length), length - 1);
  if (value === undefined || (bothFromEnd && request.start > request.end) || start > end) reply.bulkLatin1('');
  else reply.bulk(value.slice(start, end + 1));
}

/** An index from the front; one that lies before the first byte means the first byte. */
function fromFront(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : index;
}

/** @throws ReplyError when a string may not become that long */
function checkLength(context: Context, length: number): void {
  if (length > context.server.config.get('proto-max-bulk-len')) throw errors.stringTooLong;
}

/** Overwrites bytes from `offset` on; the string grows as needed, filled with zeros up to there. */
function write({ db }: Context, key: ByteSlice, bytes: ByteSlice, offset: number, oldLength: number): void {
  const value = db.resizeString(key, Math.max(oldLength, offset + bytes.length));
  bytes.buffer.copy(value.buffer, value.start + offset, bytes.start, bytes.end);
}
