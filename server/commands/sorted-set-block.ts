/** Sorted set commands that pop, and wait for a member when there is none (wait.ts). */
import type { ByteSlice } from '../base/byte-slice.js';
import { SortedSetValue } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, countedKeys, keysAt, type RunResult } from './command.js';
import { type End, type MultiPopRequest, parseMultiPop, popFirstThere, popMembers } from './sorted-set-pop.js';
import { timeoutSeconds, Wait } from './wait.js';

interface BlockingPopRequest {
  readonly keys: readonly ByteSlice[];
  readonly timeoutMs: number;
}

interface BlockingMultiPopRequest extends MultiPopRequest {
  readonly timeoutMs: number;
}

const metadata = {
  arity: -3,
  flags: ['write', 'noscript', 'blocking', 'fast'],
  acl: ['sortedset'],
  keys: keysAt(1, -2, 1, 'RW', 'access', 'delete'),
  group: 'sorted-set',
  since: '5.0.0',
  complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
  syntax: 'key [key ...] timeout',
  parse: parseBlockingPop,
} as const;

const bzpopmin = command<BlockingPopRequest>({
  ...metadata,
  name: 'BZPOPMIN',
  summary:
    'Remove and return the member with the lowest score from one or more sorted sets, or block until one is available',
  run: (context, request) => popOrWait(context, request, 'min'),
});

const bzpopmax = command<BlockingPopRequest>({
  ...metadata,
  name: 'BZPOPMAX',
  summary:
    'Remove and return the member with the highest score from one or more sorted sets, or block until one is available',
  run: (context, request) => popOrWait(context, request, 'max'),
});

const bzmpop = command<BlockingMultiPopRequest>({
  name: 'BZMPOP',
  arity: -5,
  flags: ['write', 'blocking', 'movablekeys'],
  acl: ['sortedset'],
  keys: [countedKeys(2, 'RW', 'access', 'delete')],
  group: 'sorted-set',
  since: '7.0.0',
  complexity:
    'O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.',
  summary: 'Remove and return members with scores in a sorted set or block until one is available',
  syntax: 'timeout numkeys key [key ...] <MIN | MAX> [COUNT count]',
  parse: (args) => {
    const timeout = args.bytes();
    const request = parseMultiPop(args);
    return { ...request, timeoutMs: timeoutSeconds(args, timeout) };
  },
  run: (context, request) => {
    const { keys, timeoutMs } = request;
    if (!popFirstThere(context, { ...request, keys: context.keysToTry(keys) })) return waitFor(keys, timeoutMs);
  },
});

export const sortedSetBlockCommands: readonly CommandEntry[] = [bzpopmin, bzpopmax, bzmpop];

function parseBlockingPop(args: ArgumentParser): BlockingPopRequest {
  const keys: ByteSlice[] = [];
  while (args.remaining > 1) keys.push(args.bytes());
  return { keys, timeoutMs: timeoutSeconds(args) };
}

function popOrWait(context: Context, { keys, timeoutMs }: BlockingPopRequest, end: End): RunResult {
  const { db, reply } = context;
  for (const key of context.keysToTry(keys)) {
    const zset = db.existing(SortedSetValue, key);
    if (zset === undefined) continue;
    reply.array(3);
    reply.bulk(key);
    popMembers(context, key, zset, end, 1, (member, score) => {
      reply.bulk(member);
      reply.double(score);
    });
    return;
  }
  return waitFor(keys, timeoutMs);
}

function waitFor(keys: readonly ByteSlice[], timeoutMs: number): Wait {
  return new Wait({ keys, typeName: 'zset', timeoutMs, timedOut: (reply) => reply.nilArray() });
}
