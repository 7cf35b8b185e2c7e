/**
 * Sorted set commands that set, read and remove single members; sorted-set-range.ts, sorted-set-pop.ts,
 * sorted-set-combine.ts and sorted-set-scan.ts have the others.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import { type ScoreCondition, SortedSetValue, UNCONDITIONAL } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

export interface AddRequest {
  readonly key: ByteSlice;
  readonly condition: ScoreCondition;
  /** Count members whose score changed, too. */
  readonly countsChanged: boolean;
  readonly increments: boolean;
  readonly scores: readonly number[];
  readonly members: readonly ByteSlice[];
}

interface MemberRequest {
  readonly key: ByteSlice;
  readonly member: ByteSlice;
}

const zadd = command<AddRequest>({
  name: 'ZADD',
  arity: -4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(log(N)) for each item added, where N is the number of elements in the sorted set.',
  summary: 'Add one or more members to a sorted set, or update its score if it already exists',
  syntax: 'key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]',
  parse: parseAdd,
  run: (context, request) => {
    if (request.increments) increment(context, request);
    else context.reply.integer(addAll(context, request));
  },
});

const zincrby = command<AddRequest>({
  name: 'ZINCRBY',
  arity: 4,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(log(N)) where N is the number of elements in the sorted set.',
  summary: 'Increment the score of a member in a sorted set',
  syntax: 'key increment member',
  // An option of ZADD is taken for one here, too, and then lacks its pair.
  parse: (args) => ({ ...parseAdd(args), increments: true }),
  run: increment,
});

const zrem = command<{ key: ByteSlice; members: readonly ByteSlice[] }>({
  name: 'ZREM',
  arity: -3,
  flags: ['write', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'sorted-set',
  since: '1.2.0',
  complexity:
    'O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed.',
  summary: 'Remove one or more members from a sorted set',
  syntax: 'key member [member ...]',
  parse: (args) => ({ key: args.bytes(), members: args.rest() }),
  run: (context, { key, members }) => {
    const zset = context.db.existing(SortedSetValue, key);
    let removed = 0;
    for (const member of members) if (zset?.delete(member)) removed++;
    if (removed > 0) announceRemoval(context, key, zset?.size ?? 0, 'zrem');
    context.reply.integer(removed);
  },
});

const zscore = command<MemberRequest>({
  name: 'ZSCORE',
  arity: 3,
  flags: ['readonly', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(1)',
  summary: 'Get the score associated with the given member in a sorted set',
  syntax: 'key member',
  parse: (args) => ({ key: args.bytes(), member: args.bytes() }),
  run: (context, { key, member }) => replyWithScore(context, context.db.read(SortedSetValue, key)?.score(member)),
});

const zmscore = command<{ key: ByteSlice; members: readonly ByteSlice[] }>({
  name: 'ZMSCORE',
  arity: -3,
  flags: ['readonly', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'sorted-set',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of members being requested.',
  summary: 'Get the score associated with the given members in a sorted set',
  syntax: 'key member [member ...]',
  parse: (args) => ({ key: args.bytes(), members: args.rest() }),
  run: (context, { key, members }) => {
    const zset = context.db.read(SortedSetValue, key);
    context.reply.array(members.length);
    for (const member of members) replyWithScore(context, zset?.score(member));
  },
});

const zcard = command<{ key: ByteSlice }>({
  name: 'ZCARD',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(1)',
  summary: 'Get the number of members in a sorted set',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => reply.integer(db.read(SortedSetValue, key)?.size ?? 0),
});

export const sortedSetCommands: readonly CommandEntry[] = [zadd, zincrby, zrem, zscore, zmscore, zcard];

/** Tells that members went, and with the last of them the key. */
export function announceRemoval(context: Context, key: ByteSlice, sizeLeft: number, event: string): void {
  if (sizeLeft === 0) context.db.delete(key);
  context.changed(event, key);
  if (sizeLeft === 0) context.changed('del', key);
}

/** Options in any order; the first word that is none begins the pairs. Scores are read after all other checks. */
function parseAdd(args: ArgumentParser): AddRequest {
  const key = args.bytes();
  let condition = UNCONDITIONAL;
  let countsChanged = false;
  let increments = false;
  for (;;) {
    if (args.flag('NX')) condition = { ...condition, onlyNew: true };
    else if (args.flag('XX')) condition = { ...condition, onlyExisting: true };
    else if (args.flag('GT')) condition = { ...condition, onlyGreater: true };
    else if (args.flag('LT')) condition = { ...condition, onlyLess: true };
    else if (args.flag('CH')) countsChanged = true;
    else if (args.flag('INCR')) increments = true;
    else break;
  }
  const words = args.remaining;
  if (words % 2 === 1 || words === 0) args.fail(errors.syntax);
  const { onlyNew, onlyExisting, onlyGreater, onlyLess } = condition;
  if (onlyNew && onlyExisting) args.fail(errors.scoreNewAndExisting);
  if ((onlyNew && (onlyGreater || onlyLess)) || (onlyGreater && onlyLess)) args.fail(errors.scoreConditions);
  if (increments && words > 2) args.fail(errors.incrOnePair);
  const scores: number[] = [];
  const members: ByteSlice[] = [];
  while (args.remaining > 0) {
    scores.push(args.float());
    members.push(args.bytes());
  }
  return { key, condition, countsChanged, increments, scores, members };
}

/** The sorted set to write to; undefined when it is missing and only members that are there may change. */
function target({ db }: Context, { key, condition }: AddRequest): SortedSetValue | undefined {
  return condition.onlyExisting ? db.existing(SortedSetValue, key) : db.forWrite(SortedSetValue, key);
}

/** @returns what ZADD counts */
export function addAll(context: Context, request: AddRequest): number {
  const zset = target(context, request);
  if (zset === undefined) return 0;
  const { key, condition, scores, members } = request;
  let added = 0;
  let updated = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    const member = members[i];
    if (score === undefined || member === undefined) continue;
    const outcome = zset.set(member, score, condition);
    if (outcome === 'added') added++;
    else if (outcome === 'updated') updated++;
  }
  if (added + updated > 0) context.changed('zadd', key);
  return request.countsChanged ? added + updated : added;
}

/** Adds to one member's score and answers the sum; nil when the condition does not hold. */
function increment(context: Context, request: AddRequest): void {
  const { key, condition, scores, members } = request;
  const [by] = scores;
  const [member] = members;
  if (by === undefined || member === undefined) throw errors.syntax;
  const current = context.db.existing(SortedSetValue, key)?.score(member);
  const sum = current === undefined ? by : current + by;
  if (Number.isNaN(sum) && !condition.onlyNew) throw errors.scoreNotNumber;
  const outcome = target(context, request)?.set(member, sum, condition) ?? 'refused';
  if (outcome === 'added' || outcome === 'updated') context.changed('zincr', key);
  if (outcome === 'refused') context.reply.nil();
  else context.reply.double(sum);
}

function replyWithScore({ reply }: Context, score: number | undefined): void {
  if (score === undefined) reply.nil();
  else reply.double(score);
}
