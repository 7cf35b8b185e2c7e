/** Sorted set commands that remove members from an end and answer them. Their effect is ZREM of what they removed. */
import { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import { SortedSetValue } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, countedKeys, keysAt } from './command.js';
import { announceRemoval } from './sorted-set.js';

/** Which end members are taken from. */
export type End = 'min' | 'max';

interface PopRequest {
  readonly key: ByteSlice;
  /** Undefined when none was given: the reply is then flat in RESP3, too. */
  readonly count: number | undefined;
}

export interface MultiPopRequest {
  readonly keys: readonly ByteSlice[];
  readonly end: End;
  readonly count: number;
}

const popMetadata = {
  arity: -2,
  flags: ['write', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'delete'),
  group: 'sorted-set',
  since: '5.0.0',
  complexity:
    'O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.',
  syntax: 'key [count]',
  parse: parsePop,
} as const;

const zpopmin = command<PopRequest>({
  ...popMetadata,
  name: 'ZPOPMIN',
  summary: 'Remove and return members with the lowest scores in a sorted set',
  run: (context, request) => pop(context, request, 'min'),
});

const zpopmax = command<PopRequest>({
  ...popMetadata,
  name: 'ZPOPMAX',
  summary: 'Remove and return members with the highest scores in a sorted set',
  run: (context, request) => pop(context, request, 'max'),
});

const zmpop = command<MultiPopRequest>({
  name: 'ZMPOP',
  arity: -4,
  flags: ['write', 'movablekeys'],
  acl: ['sortedset'],
  keys: [countedKeys(1, 'RW', 'access', 'delete')],
  group: 'sorted-set',
  since: '7.0.0',
  complexity:
    'O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.',
  summary: 'Remove and return members with scores in a sorted set',
  syntax: 'numkeys key [key ...] <MIN | MAX> [COUNT count]',
  parse: parseMultiPop,
  run: (context, request) => {
    if (!popFirstThere(context, request)) context.reply.nilArray();
  },
});

export const sortedSetPopCommands: readonly CommandEntry[] = [zpopmin, zpopmax, zmpop];

function parsePop(args: ArgumentParser): PopRequest {
  const key = args.bytes();
  if (args.remaining === 0) return { key, count: undefined };
  if (args.remaining > 1) args.fail(errors.syntax);
  const count = args.integer(errors.popCountNegative);
  if (count < 0) args.fail(errors.popCountNegative);
  return { key, count };
}

/** What ZMPOP takes, from the number of keys on. */
export function parseMultiPop(args: ArgumentParser): MultiPopRequest {
  const keyCount = args.integer(errors.keyCountNotPositive);
  if (keyCount < 1) args.fail(errors.keyCountNotPositive);
  if (keyCount >= args.remaining) args.fail(errors.syntax);
  const keys: ByteSlice[] = [];
  for (let left = keyCount; left > 0 && args.remaining > 0; left--) keys.push(args.bytes());
  const end = args.flag('MIN') ? 'min' : 'max';
  if (end === 'max' && !args.flag('MAX')) args.fail(errors.syntax);
  let count = 1;
  if (args.option('COUNT')) {
    count = args.integer(errors.countNotPositive);
    if (count < 1) args.fail(errors.countNotPositive);
  }
  if (args.remaining > 0) args.fail(errors.syntax);
  return { keys, end, count };
}

function pop(context: Context, { key, count }: PopRequest, end: End): void {
  const { reply } = context;
  const zset = context.db.existing(SortedSetValue, key);
  const wanted = Math.min(count ?? 1, zset?.size ?? 0);
  const isNested = reply.protocol === 3 && count !== undefined;
  reply.array(isNested ? wanted : wanted * 2);
  if (zset === undefined || wanted === 0) return;
  popMembers(context, key, zset, end, wanted, (member, score) => {
    if (isNested) reply.array(2);
    reply.bulk(member);
    reply.double(score);
  });
}

/** Pops from the first of the keys that holds a sorted set and writes the reply. @returns whether there was one */
export function popFirstThere(context: Context, { keys, end, count }: MultiPopRequest): boolean {
  const { db, reply } = context;
  for (const key of keys) {
    const zset = db.existing(SortedSetValue, key);
    if (zset === undefined) continue;
    const wanted = Math.min(count, zset.size);
    reply.array(2);
    reply.bulk(key);
    reply.array(wanted);
    popMembers(context, key, zset, end, wanted, (member, score) => {
      reply.array(2);
      reply.bulk(member);
      reply.double(score);
    });
    return true;
  }
  return false;
}

/** Visits `count` members from an end, which are there, and removes them. */
export function popMembers(
  context: Context,
  key: ByteSlice,
  zset: SortedSetValue,
  end: End,
  count: number,
  visit: (member: ByteSlice, score: number) => void,
): void {
  const { size } = zset;
  const effect: EffectToken[] = ['ZREM', key];
  zset.visit(end === 'min' ? 0 : size - 1, count, end === 'max', (member, score) => {
    visit(member, score);
    if (context.wantsEffects) effect.push(ByteSlice.of(member.copy()));
  });
  zset.removeRange(end === 'min' ? { start: 0, end: count } : { start: size - count, end: size });
  announceRemoval(context, key, zset.size, end === 'min' ? 'zpopmin' : 'zpopmax');
  if (context.wantsEffects) context.effects([effect]);
}
