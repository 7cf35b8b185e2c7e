/**
 * Sorted set commands that make one set of several: union, intersection, difference. Sets without scores take part with a
 * score of 1 for every member. Sums are made in Redis's order (the smallest set first), because rounding depends on it.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import type { MemberVisitor } from '../types/scored-members.js';
import { SetValue } from '../types/set.js';
import { SortedSetValue } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, countedKeys, keysAt } from './command.js';
import { storeSortedSet } from './sorted-set-range.js';
import { memberWriter, writeMembersHead } from './sorted-set-reply.js';

type Operation = 'union' | 'inter' | 'diff';

/**
 * How the scores of a member that is in several sets become one: as C's comparisons do it, which keep the first of 0 and -0
 * and what stands beside NaN. A sum that is NaN becomes 0.
 */
const aggregates = {
  SUM: (a: number, b: number): number => numberOrZero(a + b),
  MIN: (a: number, b: number): number => secondIf(b < a, a, b),
  MAX: (a: number, b: number): number => secondIf(b > a, a, b),
} as const;

function secondIf(takesSecond: boolean, first: number, second: number): number {
  return takesSecond ? second : first;
}

type Aggregate = keyof typeof aggregates;

interface CombineOptions {
  readonly weights: readonly number[];
  readonly aggregate: Aggregate;
  readonly withScores: boolean;
  /** ZINTERCARD's: how far to count; 0 for all. */
  readonly limit: number;
}

interface CombineRequest extends CombineOptions {
  readonly keys: readonly ByteSlice[];
  /** What is wrong with the options: told after a key of the wrong type. */
  readonly mistake: ReplyError | undefined;
}

interface StoreRequest {
  readonly destination: ByteSlice;
  readonly request: CombineRequest;
}

/** What may be combined: members with scores. */
interface Source {
  readonly size: number;
  readonly weight: number;
  score(member: ByteSlice): number | undefined;
  forEach(visit: MemberVisitor): void;
}

/** The score of a member of a set without scores. */
const SCORE_OF_PLAIN = 1;
const DEFAULTS: CombineOptions = { weights: [], aggregate: 'SUM', withScores: false, limit: 0 };
const ALLOWED = {
  union: ['WEIGHTS', 'AGGREGATE'],
  inter: ['WEIGHTS', 'AGGREGATE'],
  diff: [],
  count: ['LIMIT'],
} as const satisfies Record<string, readonly string[]>;

const complexities = {
  union:
    'O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.',
  inter:
    'O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.',
  diff: 'O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.',
} as const;

const scoreOptions = '[WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]';

const reading = {
  arity: -3,
  flags: ['readonly', 'movablekeys'],
  acl: ['sortedset'],
  keys: [countedKeys(1, 'RO', 'access')],
  group: 'sorted-set',
} as const;

const storing = {
  arity: -4,
  flags: ['write', 'denyoom', 'movablekeys'],
  acl: ['sortedset'],
  keys: [...keysAt(1, 1, 1, 'OW', 'update'), countedKeys(2, 'RO', 'access')],
  group: 'sorted-set',
} as const;

const zunion = command<CombineRequest>({
  ...reading,
  name: 'ZUNION',
  since: '6.2.0',
  complexity: complexities.union,
  summary: 'Add multiple sorted sets',
  syntax: `numkeys key [key ...] ${scoreOptions} [WITHSCORES]`,
  parse: (args) => parseCombine(args, [...ALLOWED.union, 'WITHSCORES']),
  run: (context, request) => replyWith(context, request, 'union'),
});

const zinter = command<CombineRequest>({
  ...reading,
  name: 'ZINTER',
  since: '6.2.0',
  complexity: complexities.inter,
  summary: 'Intersect multiple sorted sets',
  syntax: `numkeys key [key ...] ${scoreOptions} [WITHSCORES]`,
  parse: (args) => parseCombine(args, [...ALLOWED.inter, 'WITHSCORES']),
  run: (context, request) => replyWith(context, request, 'inter'),
});

const zdiff = command<CombineRequest>({
  ...reading,
  name: 'ZDIFF',
  since: '6.2.0',
  complexity: complexities.diff,
  summary: 'Subtract multiple sorted sets',
  syntax: 'numkeys key [key ...] [WITHSCORES]',
  parse: (args) => parseCombine(args, [...ALLOWED.diff, 'WITHSCORES']),
  run: (context, request) => replyWith(context, request, 'diff'),
});

const zunionstore = command<StoreRequest>({
  ...storing,
  name: 'ZUNIONSTORE',
  since: '2.0.0',
  complexity: complexities.union.replace('M*log(M)', 'M log(M)'),
  summary: 'Add multiple sorted sets and store the resulting sorted set in a new key',
  syntax: `destination numkeys key [key ...] ${scoreOptions}`,
  parse: (args) => ({ destination: args.bytes(), request: parseCombine(args, ALLOWED.union) }),
  run: (context, request) => store(context, request, 'union'),
});

const zinterstore = command<StoreRequest>({
  ...storing,
  name: 'ZINTERSTORE',
  since: '2.0.0',
  complexity: complexities.inter,
  summary: 'Intersect multiple sorted sets and store the resulting sorted set in a new key',
  syntax: `destination numkeys key [key ...] ${scoreOptions}`,
  parse: (args) => ({ destination: args.bytes(), request: parseCombine(args, ALLOWED.inter) }),
  run: (context, request) => store(context, request, 'inter'),
});

const zdiffstore = command<StoreRequest>({
  ...storing,
  name: 'ZDIFFSTORE',
  since: '6.2.0',
  complexity: complexities.diff,
  summary: 'Subtract multiple sorted sets and store the resulting sorted set in a new key',
  syntax: 'destination numkeys key [key ...]',
  parse: (args) => ({ destination: args.bytes(), request: parseCombine(args, ALLOWED.diff) }),
  run: (context, request) => store(context, request, 'diff'),
});

const zintercard = command<CombineRequest>({
  ...reading,
  name: 'ZINTERCARD',
  since: '7.0.0',
  complexity: 'O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.',
  summary: 'Intersect multiple sorted sets and return the cardinality of the result',
  syntax: 'numkeys key [key ...] [LIMIT limit]',
  parse: (args) => parseCombine(args, ALLOWED.count),
  run: (context, request) => context.reply.integer(countCommon(sourcesOf(context, request), request.limit)),
});

export const sortedSetCombineCommands: readonly CommandEntry[] = [
  zunion,
  zinter,
  zdiff,
  zunionstore,
  zinterstore,
  zdiffstore,
  zintercard,
];

/** @param options those the command has */
function parseCombine(args: ArgumentParser, options: readonly string[]): CombineRequest {
  const keyCount = args.integer();
  if (keyCount < 1) args.fail(errorFor.inputKeyNeeded(args.commandName));
  if (keyCount > args.remaining) args.fail(errors.syntax);
  const keys: ByteSlice[] = [];
  for (let left = keyCount; left > 0 && args.remaining > 0; left--) keys.push(args.bytes());
  let read: CombineOptions = DEFAULTS;
  const mistake = args.deferred(() => {
    while (args.remaining > 0) read = { ...read, ...readOption(args, options, keys.length) };
  });
  return { ...read, keys, mistake };
}

function readOption(args: ArgumentParser, options: readonly string[], keyCount: number): Partial<CombineOptions> {
  const has = (word: string, values: number): boolean =>
    options.includes(word) && args.remaining > values && args.flag(word);
  if (has('WEIGHTS', keyCount)) {
    return { weights: Array.from({ length: keyCount }, () => args.float(errors.weightNotFloat)) };
  }
  if (has('AGGREGATE', 1)) {
    for (const aggregate of ['SUM', 'MIN', 'MAX'] as const) if (args.flag(aggregate)) return { aggregate };
  } else if (has('WITHSCORES', 0)) {
    return { withScores: true };
  } else if (has('LIMIT', 1)) {
    const limit = args.integer(errors.limitNegative);
    if (limit < 0) args.fail(errors.limitNegative);
    return { limit };
  }
  args.fail(errors.syntax);
  return {};
}

/** What the keys hold, in their order; a missing one is empty. @throws ReplyError for a wrong type, and what was wrong with the options */
function sourcesOf({ db }: Context, { keys, weights, mistake }: CombineRequest): Source[] {
  const sources = keys.map((key, i) => sourceOf(db.held(key), weights[i] ?? 1));
  if (mistake !== undefined) throw mistake;
  return sources;
}

function sourceOf(held: ReturnType<Database['held']>, weight: number): Source {
  if (held === undefined) return { size: 0, weight, score: () => undefined, forEach: () => undefined };
  if (held instanceof SortedSetValue) {
    return { size: held.size, weight, score: (member) => held.score(member), forEach: (visit) => held.forEach(visit) };
  }
  if (!(held instanceof SetValue)) throw errors.wrongType;
  return {
    size: held.size,
    weight,
    score: (member) => (held.has(member) ? SCORE_OF_PLAIN : undefined),
    forEach: (visit) => {
      held.forEach((member) => {
        visit(member, SCORE_OF_PLAIN);
      });
    },
  };
}

function replyWith(context: Context, request: CombineRequest, operation: Operation): void {
  const { reply } = context;
  const result = combine(context, request, operation);
  writeMembersHead(reply, result.size, request.withScores);
  result.forEach(memberWriter(reply, request.withScores));
  result.free();
}

function store(context: Context, { destination, request }: StoreRequest, operation: Operation): void {
  const result = combine(context, request, operation);
  result.packIfSmall();
  storeSortedSet(context, destination, result, `z${operation}store`);
}

/** The result, outside of the keyspace: the caller puts it at a key or frees it. It is a skiplist. */
function combine(context: Context, request: CombineRequest, operation: Operation): SortedSetValue {
  const sources = sourcesOf(context, request);
  const result = context.db.create(SortedSetValue);
  result.unpack();
  const aggregate = aggregates[request.aggregate];
  if (operation === 'diff') subtract(sources, result);
  else if (operation === 'union') unite(bySize(sources), aggregate, result);
  else intersect(bySize(sources), aggregate, result);
  return result;
}

function bySize(sources: readonly Source[]): Source[] {
  return sources.toSorted((a, b) => a.size - b.size);
}

/** Infinity times a weight of 0, and the sum of opposite infinities, count as 0. */
function numberOrZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function unite(sources: readonly Source[], aggregate: (a: number, b: number) => number, result: SortedSetValue): void {
  for (const source of sources) {
    source.forEach((member, score) => {
      const value = numberOrZero(score * source.weight);
      const known = result.score(member);
      const sum = known === undefined ? value : aggregate(known, value);
      // 0 and -0 are the same score to a set, but not to those who read it.
      if (sum === 0 && known === 0) result.delete(member);
      result.set(member, sum);
    });
  }
}

function intersect(
  [smallest, ...others]: readonly Source[],
  aggregate: (a: number, b: number) => number,
  result: SortedSetValue,
): void {
  smallest?.forEach((member, score) => {
    let value = numberOrZero(score * smallest.weight);
    for (const other of others) {
      const otherScore = other.score(member);
      if (otherScore === undefined) return;
      value = aggregate(value, otherScore * other.weight);
    }
    result.set(member, value);
  });
}

function subtract([first, ...others]: readonly Source[], result: SortedSetValue): void {
  first?.forEach((member, score) => {
    if (!others.some((other) => other.score(member) !== undefined)) result.set(member, score);
  });
}

/** How many members all have, counted up to `limit`; 0 counts all. */
function countCommon(sources: readonly Source[], limit: number): number {
  const [smallest, ...others] = bySize(sources);
  let count = 0;
  smallest?.forEach((member) => {
    if (limit > 0 && count === limit) return;
    if (others.every((other) => other.score(member) !== undefined)) count++;
  });
  return count;
}
