/**
 * Sorted set commands over ranges: of ranks, of scores, of members. Whatever a range is made of, it becomes a range of ranks
 * (`ranksOf`), which is then counted, read, stored or removed.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { parseRangeEnd } from '../base/double.js';
import { cText, errorFor, errors } from '../errors.js';
import type { LexBound, LexRange, RankRange, ScoreRange } from '../types/scored-members.js';
import { SortedSetValue } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';
import { announceRemoval } from './sorted-set.js';
import { memberWriter, writeMembersHead } from './sorted-set-reply.js';

const OPEN_PARENTHESIS = 40;
const OPEN_BRACKET = 91;

type RangeKind = 'rank' | 'score' | 'lex';

/** A range as it was asked for. */
export type AskedRange =
  | { readonly kind: 'rank'; readonly start: number; readonly stop: number }
  | { readonly kind: 'score'; readonly range: ScoreRange }
  | { readonly kind: 'lex'; readonly range: LexRange };

export interface RangeRequest {
  readonly key: ByteSlice;
  readonly asked: AskedRange;
  readonly isReverse: boolean;
  /** How many to leave out, and how many to take at most; negative for all. */
  readonly offset: number;
  readonly limit: number;
  readonly withScores: boolean;
}

/** What a command fixes of the options of ZRANGE, and what it stores to. */
interface RangeDialect {
  readonly kind?: RangeKind;
  readonly isReverse?: boolean;
  readonly stores?: true;
}

const readsKey = keysAt(1, 1, 1, 'RO', 'access');
const complexities = {
  byIndex: 'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.',
  byValue:
    'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).',
  removal:
    'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.',
} as const;

const reading = { flags: ['readonly'], acl: ['sortedset'], keys: readsKey, group: 'sorted-set', arity: -4 } as const;

const zrange = command<RangeRequest>({
  ...reading,
  name: 'ZRANGE',
  since: '1.2.0',
  complexity: complexities.byIndex,
  summary: 'Return a range of members in a sorted set',
  syntax: 'key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]',
  parse: (args) => parseRange(args, {}),
  run: replyWithRange,
});

const zrevrange = command<RangeRequest>({
  ...reading,
  name: 'ZREVRANGE',
  since: '1.2.0',
  complexity: complexities.byIndex,
  summary: 'Return a range of members in a sorted set, by index, with scores ordered from high to low',
  syntax: 'key start stop [WITHSCORES]',
  parse: (args) => parseRange(args, { kind: 'rank', isReverse: true }),
  run: replyWithRange,
});

const zrangebyscore = command<RangeRequest>({
  ...reading,
  name: 'ZRANGEBYSCORE',
  since: '1.0.5',
  complexity: complexities.byValue,
  summary: 'Return a range of members in a sorted set, by score',
  syntax: 'key min max [WITHSCORES] [LIMIT offset count]',
  parse: (args) => parseRange(args, { kind: 'score', isReverse: false }),
  run: replyWithRange,
});

const zrevrangebyscore = command<RangeRequest>({
  ...reading,
  name: 'ZREVRANGEBYSCORE',
  since: '2.2.0',
  complexity: complexities.byValue,
  summary: 'Return a range of members in a sorted set, by score, with scores ordered from high to low',
  syntax: 'key max min [WITHSCORES] [LIMIT offset count]',
  parse: (args) => parseRange(args, { kind: 'score', isReverse: true }),
  run: replyWithRange,
});

const zrangebylex = command<RangeRequest>({
  ...reading,
  name: 'ZRANGEBYLEX',
  since: '2.8.9',
  complexity: complexities.byValue,
  summary: 'Return a range of members in a sorted set, by lexicographical range',
  syntax: 'key min max [LIMIT offset count]',
  parse: (args) => parseRange(args, { kind: 'lex', isReverse: false }),
  run: replyWithRange,
});

const zrevrangebylex = command<RangeRequest>({
  ...reading,
  name: 'ZREVRANGEBYLEX',
  since: '2.8.9',
  complexity: complexities.byValue,
  summary: 'Return a range of members in a sorted set, by lexicographical range, ordered from higher to lower strings.',
  syntax: 'key max min [LIMIT offset count]',
  parse: (args) => parseRange(args, { kind: 'lex', isReverse: true }),
  run: replyWithRange,
});

const zrangestore = command<{ destination: ByteSlice; request: RangeRequest }>({
  name: 'ZRANGESTORE',
  arity: -5,
  flags: ['write', 'denyoom'],
  acl: ['sortedset'],
  keys: [...keysAt(1, 1, 1, 'OW', 'update'), ...keysAt(2, 2, 1, 'RO', 'access')],
  group: 'sorted-set',
  since: '6.2.0',
  complexity:
    'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored into the destination key.',
  summary: 'Store a range of members from sorted set into another key',
  syntax: 'dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]',
  parse: (args) => ({ destination: args.bytes(), request: parseRange(args, { stores: true }) }),
  run: storeRange,
});

const zcount = command<{ key: ByteSlice; range: ScoreRange }>({
  ...reading,
  name: 'ZCOUNT',
  arity: 4,
  flags: ['readonly', 'fast'],
  since: '2.0.0',
  complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
  summary: 'Count the members in a sorted set with scores within the given values',
  syntax: 'key min max',
  parse: (args) => ({ key: args.bytes(), range: scoreRange(args, args.bytes(), args.bytes()) }),
  run: ({ db, reply }, { key, range }) => {
    const zset = db.read(SortedSetValue, key);
    reply.integer(zset === undefined ? 0 : lengthOf(zset.byScore(range)));
  },
});

const zlexcount = command<{ key: ByteSlice; range: LexRange }>({
  ...reading,
  name: 'ZLEXCOUNT',
  arity: 4,
  flags: ['readonly', 'fast'],
  since: '2.8.9',
  complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
  summary: 'Count the number of members in a sorted set between a given lexicographical range',
  syntax: 'key min max',
  parse: (args) => ({ key: args.bytes(), range: lexRange(args, args.bytes(), args.bytes()) }),
  run: ({ db, reply }, { key, range }) => {
    const zset = db.read(SortedSetValue, key);
    reply.integer(zset === undefined ? 0 : lengthOf(zset.byLex(range)));
  },
});

interface RankRequest {
  readonly key: ByteSlice;
  readonly member: ByteSlice;
  readonly withScore: boolean;
}

const rankMetadata = {
  arity: -3,
  flags: ['readonly', 'fast'],
  acl: ['sortedset'],
  keys: readsKey,
  group: 'sorted-set',
  since: '2.0.0',
  complexity: 'O(log(N))',
  syntax: 'key member [WITHSCORE]',
  parse: parseRank,
} as const;

const zrank = command<RankRequest>({
  ...rankMetadata,
  name: 'ZRANK',
  summary: 'Determine the index of a member in a sorted set',
  run: (context, request) => replyWithRank(context, request, false),
});

const zrevrank = command<RankRequest>({
  ...rankMetadata,
  name: 'ZREVRANK',
  summary: 'Determine the index of a member in a sorted set, with scores ordered from high to low',
  run: (context, request) => replyWithRank(context, request, true),
});

const removing = {
  arity: 4,
  flags: ['write'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'sorted-set',
  complexity: complexities.removal,
} as const;

const zremrangebyrank = command<{ key: ByteSlice; asked: AskedRange }>({
  ...removing,
  name: 'ZREMRANGEBYRANK',
  since: '2.0.0',
  summary: 'Remove all members in a sorted set within the given indexes',
  syntax: 'key start stop',
  parse: (args) => ({ key: args.bytes(), asked: { kind: 'rank', start: args.integer(), stop: args.integer() } }),
  run: (context, { key, asked }) => removeRange(context, key, asked, 'zremrangebyrank'),
});

const zremrangebyscore = command<{ key: ByteSlice; asked: AskedRange }>({
  ...removing,
  name: 'ZREMRANGEBYSCORE',
  since: '1.2.0',
  summary: 'Remove all members in a sorted set within the given scores',
  syntax: 'key min max',
  parse: (args) => ({
    key: args.bytes(),
    asked: { kind: 'score', range: scoreRange(args, args.bytes(), args.bytes()) },
  }),
  run: (context, { key, asked }) => removeRange(context, key, asked, 'zremrangebyscore'),
});

const zremrangebylex = command<{ key: ByteSlice; asked: AskedRange }>({
  ...removing,
  name: 'ZREMRANGEBYLEX',
  since: '2.8.9',
  summary: 'Remove all members in a sorted set between the given lexicographical range',
  syntax: 'key min max',
  parse: (args) => ({ key: args.bytes(), asked: { kind: 'lex', range: lexRange(args, args.bytes(), args.bytes()) } }),
  run: (context, { key, asked }) => removeRange(context, key, asked, 'zremrangebylex'),
});

export const sortedSetRangeCommands: readonly CommandEntry[] = [
  zrange,
  zrevrange,
  zrangebyscore,
  zrevrangebyscore,
  zrangebylex,
  zrevrangebylex,
  zrangestore,
  zcount,
  zlexcount,
  zrank,
  zrevrank,
  zremrangebyrank,
  zremrangebyscore,
  zremrangebylex,
];

/** The ranks that a range means in a set. @param fromEnd see `SortedSetValue.byLex` */
function ranksOf(zset: SortedSetValue, asked: AskedRange, fromEnd: boolean): RankRange {
  switch (asked.kind) {
    case 'rank':
      return indexedRanks(asked.start, asked.stop, zset.size, fromEnd);
    case 'score':
      return zset.byScore(asked.range);
    case 'lex':
      return zset.byLex(asked.range, fromEnd);
  }
}

/** Indexes from either end, both included, as ranks. @param fromEnd index 0 is the last member */
function indexedRanks(start: number, stop: number, size: number, fromEnd: boolean): RankRange {
  const first = start < 0 ? Math.max(0, size + start) : start;
  const last = Math.min(stop < 0 ? size + stop : stop, size - 1);
  if (first > last) return { start: 0, end: 0 };
  return fromEnd ? { start: size - 1 - last, end: size - first } : { start: first, end: last + 1 };
}

function lengthOf({ start, end }: RankRange): number {
  return end - start;
}

/** WITHSCORE came with Redis 7.2; anything else is told as earlier versions tell it. */
function parseRank(args: ArgumentParser): RankRequest {
  const key = args.bytes();
  const member = args.bytes();
  const withScore = args.flag('WITHSCORE');
  if (args.remaining > 0) args.fail(errorFor.wrongArity(args.commandName));
  return { key, member, withScore };
}

/** What ZRANGE and its kin take; where the options leave the order of the ends open, a reverse range begins with max. */
function parseRange(args: ArgumentParser, dialect: RangeDialect): RangeRequest {
  const key = args.bytes();
  const first = args.bytes();
  const second = args.bytes();
  let { kind } = dialect;
  let { isReverse } = dialect;
  let [offset, limit] = [0, -1];
  let withScores = false;
  while (args.remaining > 0) {
    if (dialect.stores === undefined && args.flag('WITHSCORES')) {
      withScores = true;
    } else if (args.remaining > 2 && args.flag('LIMIT')) {
      offset = args.integer();
      limit = args.integer();
    } else if (isReverse === undefined && args.flag('REV')) {
      isReverse = true;
    } else if (kind === undefined && args.flag('BYLEX')) {
      kind = 'lex';
    } else if (kind === undefined && args.flag('BYSCORE')) {
      kind = 'score';
    } else {
      args.fail(errors.syntax);
    }
  }
  kind ??= 'rank';
  isReverse ??= false;
  if (limit !== -1 && kind === 'rank') args.fail(errors.rangeLimit);
  if (withScores && kind === 'lex') args.fail(errors.rangeLexScores);
  const asked = askedRange(args, kind, first, second, isReverse);
  return { key, asked, isReverse, offset, limit, withScores };
}

function askedRange(
  args: ArgumentParser,
  kind: RangeKind,
  first: ByteSlice,
  second: ByteSlice,
  isReverse: boolean,
): AskedRange {
  if (kind === 'rank') return { kind, start: args.asInteger(first), stop: args.asInteger(second) };
  const [min, max] = isReverse ? [second, first] : [first, second];
  if (kind === 'score') return { kind, range: scoreRange(args, min, max) };
  return { kind, range: lexRange(args, min, max) };
}

/** Ends of a range of scores: `5` with 5, `(5` without it. */
export function scoreRange(args: ArgumentParser, min: ByteSlice, max: ByteSlice): ScoreRange {
  const lower = scoreEnd(min);
  const upper = scoreEnd(max);
  if (lower.score === undefined || upper.score === undefined) args.fail(errors.scoreRange);
  return {
    min: lower.score ?? 0,
    max: upper.score ?? 0,
    minExcluded: lower.excluded,
    maxExcluded: upper.excluded,
  };
}

function scoreEnd(bytes: ByteSlice): { score: number | undefined; excluded: boolean } {
  const excluded = bytes.buffer[bytes.start] === OPEN_PARENTHESIS && bytes.length > 0;
  return { score: parseRangeEnd(cText(bytes.latin1().slice(excluded ? 1 : 0))), excluded };
}

/** Ends of a range of members: `[a` with a, `(a` without it, `-` and `+` for all. */
function lexRange(args: ArgumentParser, min: ByteSlice, max: ByteSlice): LexRange {
  return { min: lexEnd(args, min), max: lexEnd(args, max) };
}

function lexEnd(args: ArgumentParser, bytes: ByteSlice): LexBound {
  const mark = bytes.length === 0 ? undefined : bytes.buffer[bytes.start];
  if (mark === OPEN_PARENTHESIS || mark === OPEN_BRACKET) {
    return { member: bytes.slice(1, bytes.length), excluded: mark === OPEN_PARENTHESIS };
  }
  const text = bytes.latin1();
  if (text === '-' || text === '+') return text;
  args.fail(errors.memberRange);
  return '-';
}

/** What is left of a range when members at its beginning are left out and no more than so many are taken. */
function limited(ranks: RankRange, { offset, limit, isReverse, asked }: RangeRequest): RankRange {
  if (asked.kind === 'rank') return ranks;
  const length = lengthOf(ranks);
  const skipped = offset < 0 ? length : Math.min(offset, length);
  const taken = limit < 0 ? length - skipped : Math.min(limit, length - skipped);
  const start = isReverse ? ranks.end - skipped - taken : ranks.start + skipped;
  return { start, end: start + taken };
}

function replyWithRange({ db, reply }: Context, request: RangeRequest): void {
  const { key, asked, isReverse, withScores } = request;
  const zset = db.read(SortedSetValue, key);
  if (zset === undefined) {
    reply.array(0);
    return;
  }
  const ranks = limited(ranksOf(zset, asked, isReverse), request);
  writeMembersHead(reply, lengthOf(ranks), withScores);
  zset.visit(isReverse ? ranks.end - 1 : ranks.start, lengthOf(ranks), isReverse, memberWriter(reply, withScores));
}

function storeRange(
  context: Context,
  { destination, request }: { destination: ByteSlice; request: RangeRequest },
): void {
  const { db } = context;
  const { key, asked, isReverse } = request;
  const source = db.read(SortedSetValue, key);
  const result = db.create(SortedSetValue);
  if (source !== undefined) {
    const ranks = limited(ranksOf(source, asked, isReverse), request);
    const first = isReverse ? ranks.end - 1 : ranks.start;
    // A small set has no -0: it shows whether the result was small for a moment, and in Redis one by ranks was not.
    if (asked.kind === 'rank' && lengthOf(ranks) > db.shared.limits.zsetListpackEntriesMax) result.unpack();
    source.visit(first, lengthOf(ranks), isReverse, (member, score) => result.set(member, score));
  }
  storeSortedSet(context, destination, result, 'zrangestore');
}

/** Puts a result at a key, or removes the key when the result is empty, and answers how many members it has. */
export function storeSortedSet(context: Context, destination: ByteSlice, result: SortedSetValue, event: string): void {
  const { db, reply } = context;
  const { size } = result;
  if (size > 0) {
    db.put(SortedSetValue, destination, result);
    context.changed(event, destination);
  } else {
    result.free();
    if (db.delete(destination)) context.changed('del', destination);
  }
  reply.integer(size);
}

function replyWithRank({ db, reply }: Context, { key, member, withScore }: RankRequest, fromEnd: boolean): void {
  const zset = db.read(SortedSetValue, key);
  const rank = zset?.rank(member);
  if (zset === undefined || rank === undefined) {
    if (withScore) reply.nilArray();
    else reply.nil();
    return;
  }
  if (withScore) reply.array(2);
  reply.integer(fromEnd ? zset.size - 1 - rank : rank);
  if (withScore) reply.double(zset.score(member) ?? 0);
}

function removeRange(context: Context, key: ByteSlice, asked: AskedRange, event: string): void {
  const zset = context.db.existing(SortedSetValue, key);
  const ranks = zset === undefined ? { start: 0, end: 0 } : ranksOf(zset, asked, false);
  const removed = lengthOf(ranks);
  if (zset !== undefined && removed > 0) {
    zset.removeRange(ranks);
    announceRemoval(context, key, zset.size, event);
  }
  context.reply.integer(removed);
}
