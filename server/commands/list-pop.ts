/** List commands that take elements away at an end and answer them, at once or when there are some. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors } from '../errors.js';
import { type End, ListValue } from '../types/list.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, countedKeys, keysAt, type RunResult } from './command.js';
import { timeoutSeconds, Wait } from './wait.js';

interface PopRequest {
  readonly key: ByteSlice;
  /** How many elements; undefined answers a single one that is no list. */
  readonly count: number | undefined;
}

const popMetadata = {
  arity: -2,
  flags: ['write', 'fast'],
  acl: ['list'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'delete'),
  group: 'list',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of elements returned',
  syntax: 'key [count]',
  quickArguments: 2,
  parse: parsePop,
} as const;

const lpop = command<PopRequest>({
  ...popMetadata,
  name: 'LPOP',
  summary: 'Remove and get the first elements in a list',
  run: (context, request) => pop(context, request, 'head'),
});

const rpop = command<PopRequest>({
  ...popMetadata,
  name: 'RPOP',
  summary: 'Remove and get the last elements in a list',
  run: (context, request) => pop(context, request, 'tail'),
});

function parsePop(args: ArgumentParser): PopRequest {
  const key = args.bytes();
  if (args.remaining === 0) return { key, count: undefined };
  if (args.remaining > 1) args.fail(errorFor.wrongArity(args.commandName));
  const count = args.integer(errors.popCountNegative);
  if (count < 0) args.fail(errors.popCountNegative);
  return { key, count };
}

function pop(context: Context, { key, count }: PopRequest, end: End): void {
  const { reply } = context;
  const list = context.db.existing(ListValue, key);
  if (count !== undefined) {
    if (list === undefined) reply.nilArray();
    else writePopped(context, key, list, end, count);
  } else if (list === undefined) {
    reply.nil();
  } else {
    reply.bulk(list.peek(end));
    list.drop(end);
    announcePop(context, key, list, end);
  }
}

/** Answers up to `count` elements as a list and takes them away. */
function writePopped(context: Context, key: ByteSlice, list: ListValue, end: End, count: number): void {
  const popped = Math.min(count, list.size);
  context.reply.array(popped);
  for (let left = popped; left > 0; left--) {
    context.reply.bulk(list.peek(end));
    list.drop(end);
  }
  if (popped > 0) announcePop(context, key, list, end);
}

/** Says that elements were taken away at an end, and lets go of a list that is empty. */
export function announcePop(context: Context, key: ByteSlice, list: ListValue, end: End): void {
  const isEmpty = list.size === 0;
  if (isEmpty) context.db.delete(key);
  context.changed(end === 'head' ? 'lpop' : 'rpop', key);
  if (isEmpty) context.changed('del', key);
}

interface BlockingPopRequest {
  readonly keys: readonly ByteSlice[];
  readonly timeoutMs: number;
}

const blockingPopMetadata = {
  arity: -3,
  flags: ['write', 'noscript', 'blocking'],
  acl: ['list'],
  keys: keysAt(1, -2, 1, 'RW', 'access', 'delete'),
  group: 'list',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of provided keys.',
  syntax: 'key [key ...] timeout',
  parse: parseBlockingPop,
} as const;

const blpop = command<BlockingPopRequest>({
  ...blockingPopMetadata,
  name: 'BLPOP',
  summary: 'Remove and get the first element in a list, or block until one is available',
  run: (context, request) => blockingPop(context, request, 'head'),
});

const brpop = command<BlockingPopRequest>({
  ...blockingPopMetadata,
  name: 'BRPOP',
  summary: 'Remove and get the last element in a list, or block until one is available',
  run: (context, request) => blockingPop(context, request, 'tail'),
});

function parseBlockingPop(args: ArgumentParser): BlockingPopRequest {
  const keys: ByteSlice[] = [];
  while (args.remaining > 1) keys.push(args.bytes());
  return { keys, timeoutMs: timeoutSeconds(args) };
}

function blockingPop(context: Context, { keys, timeoutMs }: BlockingPopRequest, end: End): RunResult {
  const { reply } = context;
  for (const key of context.keysToTry(keys)) {
    const list = context.db.existing(ListValue, key);
    if (list === undefined) continue;
    reply.array(2);
    reply.bulk(key);
    reply.bulk(list.peek(end));
    list.drop(end);
    announcePop(context, key, list, end);
    if (context.wantsEffects) context.effects([[popName(end), key]]);
    return undefined;
  }
  return waitForList(keys, timeoutMs);
}

function popName(end: End): string {
  return end === 'head' ? 'LPOP' : 'RPOP';
}

function waitForList(keys: readonly ByteSlice[], timeoutMs: number): Wait {
  return new Wait({ keys, typeName: 'list', timeoutMs, timedOut: (reply) => reply.nilArray() });
}

interface MultiPopRequest {
  readonly keys: readonly ByteSlice[];
  readonly end: End;
  readonly count: number;
}

const multiPopMetadata = {
  acl: ['list'],
  group: 'list',
  since: '7.0.0',
  complexity: 'O(N+M) where N is the number of provided keys and M is the number of elements returned.',
} as const;

const lmpop = command<MultiPopRequest>({
  ...multiPopMetadata,
  name: 'LMPOP',
  arity: -4,
  flags: ['write', 'movablekeys'],
  keys: [countedKeys(1, 'RW', 'access', 'delete')],
  summary: 'Pop elements from a list',
  syntax: 'numkeys key [key ...] <LEFT | RIGHT> [COUNT count]',
  parse: parseMultiPop,
  run: (context, request) => {
    if (!popFromFirst(context, request.keys, request)) context.reply.nilArray();
  },
});

const blmpop = command<MultiPopRequest & { timeoutMs: number }>({
  ...multiPopMetadata,
  name: 'BLMPOP',
  arity: -5,
  flags: ['write', 'blocking', 'movablekeys'],
  keys: [countedKeys(2, 'RW', 'access', 'delete')],
  summary: 'Pop elements from a list, or block until one is available',
  syntax: 'timeout numkeys key [key ...] <LEFT | RIGHT> [COUNT count]',
  parse: (args) => {
    const timeout = args.bytes();
    const request = parseMultiPop(args);
    return { ...request, timeoutMs: timeoutSeconds(args, timeout) };
  },
  run: (context, request) => {
    const { keys, timeoutMs } = request;
    return popFromFirst(context, context.keysToTry(keys), request) ? undefined : waitForList(keys, timeoutMs);
  },
});

function parseMultiPop(args: ArgumentParser): MultiPopRequest {
  const keyCount = args.integer(errors.keyCountNotPositive);
  if (keyCount < 1) args.fail(errors.keyCountNotPositive);
  if (keyCount >= args.remaining) args.fail(errors.syntax);
  const keys: ByteSlice[] = [];
  for (let left = keyCount; left > 0 && args.remaining > 0; left--) keys.push(args.bytes());
  const end = listEnd(args);
  let count = 1;
  if (args.option('COUNT')) {
    count = args.integer(errors.countNotPositive);
    if (count < 1) args.fail(errors.countNotPositive);
  }
  // What is left over is wrong before a time-out is.
  if (args.remaining > 0) args.fail(errors.syntax);
  return { keys, end, count };
}

/** Reads LEFT or RIGHT. */
export function listEnd(args: ArgumentParser): End {
  const isHead = args.flag('LEFT');
  if (!isHead && !args.flag('RIGHT')) args.fail(errors.syntax);
  return isHead ? 'head' : 'tail';
}

/** Pops from the first of the keys that holds a list and writes the reply. @returns whether there was one */
function popFromFirst(context: Context, keys: readonly ByteSlice[], { end, count }: MultiPopRequest): boolean {
  for (const key of keys) {
    const list = context.db.existing(ListValue, key);
    if (list === undefined) continue;
    const popped = Math.min(count, list.size);
    context.reply.array(2);
    context.reply.bulk(key);
    writePopped(context, key, list, end, popped);
    if (context.wantsEffects) context.effects([[popName(end), key, popped.toString()]]);
    return true;
  }
  return false;
}

export const listPopCommands: readonly CommandEntry[] = [lpop, rpop, lmpop, blpop, brpop, blmpop];
