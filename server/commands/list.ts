/** List commands that push, look and change; list-pop.ts and list-move.ts have those that take elements away at the ends. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors, type ReplyError } from '../errors.js';
import { type End, ListValue } from '../types/list.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

interface PushRequest {
  readonly key: ByteSlice;
  readonly elements: readonly ByteSlice[];
}

const pushMetadata = {
  arity: -3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RW', 'insert'),
  group: 'list',
  complexity:
    'O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.',
  syntax: 'key element [element ...]',
  parse: (args: ArgumentParser): PushRequest => ({ key: args.bytes(), elements: args.rest() }),
} as const;

const lpush = command<PushRequest>({
  ...pushMetadata,
  name: 'LPUSH',
  since: '1.0.0',
  summary: 'Prepend one or multiple elements to a list',
  run: (context, request) => push(context, context.db.forWrite(ListValue, request.key), request, 'head'),
});

const rpush = command<PushRequest>({
  ...pushMetadata,
  name: 'RPUSH',
  since: '1.0.0',
  summary: 'Append one or multiple elements to a list',
  run: (context, request) => push(context, context.db.forWrite(ListValue, request.key), request, 'tail'),
});

const lpushx = command<PushRequest>({
  ...pushMetadata,
  name: 'LPUSHX',
  since: '2.2.0',
  summary: 'Prepend an element to a list, only if the list exists',
  run: (context, request) => push(context, context.db.existing(ListValue, request.key), request, 'head'),
});

const rpushx = command<PushRequest>({
  ...pushMetadata,
  name: 'RPUSHX',
  since: '2.2.0',
  summary: 'Append an element to a list, only if the list exists',
  run: (context, request) => push(context, context.db.existing(ListValue, request.key), request, 'tail'),
});

function push(context: Context, list: ListValue | undefined, { key, elements }: PushRequest, end: End): void {
  if (list !== undefined) {
    for (const element of elements) list.push(end, element);
    context.changed(pushEvent(end), key);
  }
  context.reply.integer(list?.size ?? 0);
}

/** What a push at an end is called where changes are announced. */
export function pushEvent(end: End): 'lpush' | 'rpush' {
  return end === 'head' ? 'lpush' : 'rpush';
}

const llen = command<{ key: ByteSlice }>({
  name: 'LLEN',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'list',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Get the length of a list',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => reply.integer(db.read(ListValue, key)?.size ?? 0),
});

/** An index that is looked at after the key: what is wrong with it is told of a list only. */
interface IndexRequest {
  readonly key: ByteSlice;
  readonly index: number;
  readonly mistake: ReplyError | undefined;
}

const lindex = command<IndexRequest>({
  name: 'LINDEX',
  arity: 3,
  flags: ['readonly'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'list',
  since: '1.0.0',
  complexity:
    'O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for the first or the last element of the list O(1).',
  summary: 'Get an element from a list by its index',
  syntax: 'key index',
  parse: (args) => {
    const key = args.bytes();
    let index = 0;
    const mistake = args.deferred(() => {
      index = args.integer();
    });
    return { key, index, mistake };
  },
  run: ({ db, reply }, { key, index, mistake }) => {
    const list = db.read(ListValue, key);
    if (list !== undefined && mistake !== undefined) throw mistake;
    const element = list?.at(index);
    if (element === undefined) reply.nil();
    else reply.bulk(element);
  },
});

const lset = command<IndexRequest & { element: ByteSlice }>({
  name: 'LSET',
  arity: 4,
  flags: ['write', 'denyoom'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'list',
  since: '1.0.0',
  complexity:
    'O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1).',
  summary: 'Set the value of an element in a list by its index',
  syntax: 'key index element',
  parse: (args) => {
    const key = args.bytes();
    let index = 0;
    let element = key;
    const mistake = args.deferred(() => {
      index = args.integer();
      element = args.bytes();
    });
    return { key, index, element, mistake };
  },
  run: (context, { key, index, element, mistake }) => {
    const list = context.db.existing(ListValue, key);
    if (list === undefined) throw errors.noSuchKey;
    if (mistake !== undefined) throw mistake;
    if (!list.set(index, element)) throw errors.indexOutOfRange;
    context.changed('lset', key);
    context.reply.simple('OK');
  },
});

interface InsertRequest {
  readonly key: ByteSlice;
  readonly side: 'before' | 'after';
  readonly pivot: ByteSlice;
  readonly element: ByteSlice;
}

const linsert = command<InsertRequest>({
  name: 'LINSERT',
  arity: 5,
  flags: ['write', 'denyoom'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RW', 'insert'),
  group: 'list',
  since: '2.2.0',
  complexity:
    'O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end (tail) is O(N).',
  summary: 'Insert an element before or after another element in a list',
  syntax: 'key <BEFORE | AFTER> pivot element',
  parse: (args) => {
    const key = args.bytes();
    const side = args.flag('BEFORE') ? 'before' : 'after';
    if (side === 'after' && !args.flag('AFTER')) args.fail(errors.syntax);
    return { key, side, pivot: args.bytes(), element: args.bytes() };
  },
  run: (context, { key, side, pivot, element }) => {
    const list = context.db.existing(ListValue, key);
    if (list === undefined) {
      context.reply.integer(0);
    } else if (list.insert(side, pivot, element)) {
      context.changed('linsert', key);
      context.reply.integer(list.size);
    } else {
      context.reply.integer(-1);
    }
  },
});

interface RangeRequest {
  readonly key: ByteSlice;
  readonly start: number;
  readonly stop: number;
}

function parseRange(args: ArgumentParser): RangeRequest {
  return { key: args.bytes(), start: args.integer(), stop: args.integer() };
}

/** The indexes a range covers in a list of this size: from `start` up to and without `end`; none when they are equal. */
function covered({ start, stop }: RangeRequest, size: number): { start: number; end: number } {
  const from = Math.max(0, start < 0 ? start + size : start);
  const to = Math.min(size - 1, stop < 0 ? stop + size : stop);
  return from > to ? { start: 0, end: 0 } : { start: from, end: to + 1 };
}

const lrange = command<RangeRequest>({
  name: 'LRANGE',
  arity: 4,
  flags: ['readonly'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'list',
  since: '1.0.0',
  complexity:
    'O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) for large lists; and N is the number of elements in the specified range.',
  summary: 'Get a range of elements from a list',
  syntax: 'key start stop',
  parse: parseRange,
  run: ({ db, reply }, request) => {
    const list = db.read(ListValue, request.key);
    const { start, end } = covered(request, list?.size ?? 0);
    reply.array(end - start);
    if (end > start) list?.range(start, end - start, (element) => reply.bulk(element));
  },
});

const ltrim = command<RangeRequest>({
  name: 'LTRIM',
  arity: 4,
  flags: ['write'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'list',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of elements to be removed by the operation.',
  summary: 'Trim a list to the specified range',
  syntax: 'key start stop',
  parse: parseRange,
  run: (context, request) => {
    const { key } = request;
    const list = context.db.existing(ListValue, key);
    if (list !== undefined) {
      const { start, end } = covered(request, list.size);
      if (end > start) list.trim(start, end);
      else context.db.delete(key);
      context.changed('ltrim', key);
      if (end === start) context.changed('del', key);
    }
    context.reply.simple('OK');
  },
});

const lrem = command<{ key: ByteSlice; count: number; element: ByteSlice }>({
  name: 'LREM',
  arity: 4,
  flags: ['write'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'list',
  since: '1.0.0',
  complexity: 'O(N+M) where N is the length of the list and M is the number of elements removed.',
  summary: 'Remove elements from a list',
  syntax: 'key count element',
  parse: (args) => ({ key: args.bytes(), count: args.integer(), element: args.bytes() }),
  run: (context, { key, count, element }) => {
    const list = context.db.existing(ListValue, key);
    const countMax = count === 0 ? Number.POSITIVE_INFINITY : Math.abs(count);
    const removed = list?.remove(element, countMax, count < 0 ? 'tail' : 'head') ?? 0;
    if (removed > 0) {
      const isEmpty = list?.size === 0;
      if (isEmpty) context.db.delete(key);
      context.changed('lrem', key);
      if (isEmpty) context.changed('del', key);
    }
    context.reply.integer(removed);
  },
});

interface PositionRequest {
  readonly key: ByteSlice;
  readonly element: ByteSlice;
  readonly from: End;
  /** Matches to pass over. */
  readonly skip: number;
  /** How many matches to answer, 0 for all; undefined answers a single one that is no list. */
  readonly count: number | undefined;
  readonly compareMax: number;
}

const lpos = command<PositionRequest>({
  name: 'LPOS',
  arity: -3,
  flags: ['readonly'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'list',
  since: '6.0.6',
  complexity:
    'O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.',
  summary: 'Return the index of matching elements on a list',
  syntax: 'key element [RANK rank] [COUNT num-matches] [MAXLEN len]',
  parse: parsePosition,
  run: ({ db, reply }, { key, element, from, skip, count, compareMax }) => {
    const list = db.read(ListValue, key);
    const wanted = count === 0 ? Number.POSITIVE_INFINITY : (count ?? 1);
    const found: number[] = [];
    let passed = 0;
    list?.find(element, from, compareMax, (index) => {
      if (passed++ >= skip) found.push(index);
      return found.length < wanted;
    });
    if (count === undefined) {
      const [first] = found;
      if (first === undefined) reply.nil();
      else reply.integer(first);
      return;
    }
    reply.array(found.length);
    for (const index of found) reply.integer(index);
  },
});

function parsePosition(args: ArgumentParser): PositionRequest {
  const key = args.bytes();
  const element = args.bytes();
  let rank = 1;
  let count: number | undefined;
  let compareMax = 0;
  while (args.remaining > 0) {
    if (args.option('RANK')) {
      rank = args.integer();
      if (rank === 0) args.fail(errors.rankZero);
    } else if (args.option('COUNT')) {
      count = args.integer(errors.matchCountNegative);
      if (count < 0) args.fail(errors.matchCountNegative);
    } else if (args.option('MAXLEN')) {
      compareMax = args.integer(errors.compareMaxNegative);
      if (compareMax < 0) args.fail(errors.compareMaxNegative);
    } else args.fail(errors.syntax);
  }
  // The least 64-bit integer has no opposite: in C it stays negative and passes over nothing.
  const skip = rank <= -(2 ** 63) ? 0 : Math.abs(rank) - 1;
  const from = rank < 0 ? 'tail' : 'head';
  return { key, element, from, skip, count, compareMax: compareMax === 0 ? Number.POSITIVE_INFINITY : compareMax };
}

export const listCommands: readonly CommandEntry[] = [
  lpush,
  rpush,
  lpushx,
  rpushx,
  llen,
  lindex,
  lset,
  linsert,
  lrange,
  ltrim,
  lrem,
  lpos,
];
