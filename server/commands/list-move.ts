/** List commands that take an element from one list and push it to another or the same one, at once or when there is one. */
import { ByteSlice } from '../base/byte-slice.js';
import { type End, ListValue } from '../types/list.js';
import { type CommandEntry, type Context, command, keysAt, type RunResult } from './command.js';
import { pushEvent } from './list.js';
import { announcePop, listEnd } from './list-pop.js';
import { timeoutSeconds, Wait } from './wait.js';

interface MoveRequest {
  readonly source: ByteSlice;
  readonly target: ByteSlice;
  readonly from: End;
  readonly to: End;
}

interface BlockingMoveRequest extends MoveRequest {
  readonly timeoutMs: number;
}

const moveMetadata = {
  acl: ['list'],
  keys: [...keysAt(1, 1, 1, 'RW', 'access', 'delete'), ...keysAt(2, 2, 1, 'RW', 'insert')],
  group: 'list',
  complexity: 'O(1)',
} as const;

const lmove = command<MoveRequest>({
  ...moveMetadata,
  name: 'LMOVE',
  arity: 5,
  flags: ['write', 'denyoom'],
  since: '6.2.0',
  summary: 'Pop an element from a list, push it to another list and return it',
  syntax: 'source destination <LEFT | RIGHT> <LEFT | RIGHT>',
  parse: (args) => ({ source: args.bytes(), target: args.bytes(), from: listEnd(args), to: listEnd(args) }),
  run: (context, request) => {
    if (!move(context, request)) context.reply.nil();
  },
});

const rpoplpush = command<MoveRequest>({
  ...moveMetadata,
  name: 'RPOPLPUSH',
  arity: 3,
  flags: ['write', 'denyoom'],
  since: '1.2.0',
  summary: 'Remove the last element in a list, prepend it to another list and return it',
  syntax: 'source destination',
  parse: (args) => ({ source: args.bytes(), target: args.bytes(), from: 'tail', to: 'head' }),
  run: (context, request) => {
    if (!move(context, request)) context.reply.nil();
  },
});

const blmove = command<BlockingMoveRequest>({
  ...moveMetadata,
  name: 'BLMOVE',
  arity: 6,
  flags: ['write', 'denyoom', 'noscript', 'blocking'],
  since: '6.2.0',
  summary: 'Pop an element from a list, push it to another list and return it; or block until one is available',
  syntax: 'source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout',
  parse: (args) => ({
    source: args.bytes(),
    target: args.bytes(),
    from: listEnd(args),
    to: listEnd(args),
    timeoutMs: timeoutSeconds(args),
  }),
  run: (context, request) => {
    const { source, target, from, to } = request;
    return moveOrWait(context, request, ['LMOVE', source, target, endWord(from), endWord(to)]);
  },
});

const brpoplpush = command<BlockingMoveRequest>({
  ...moveMetadata,
  name: 'BRPOPLPUSH',
  arity: 4,
  flags: ['write', 'denyoom', 'noscript', 'blocking'],
  since: '2.2.0',
  summary: 'Pop an element from a list, push it to another list and return it; or block until one is available',
  syntax: 'source destination timeout',
  parse: (args) => ({
    source: args.bytes(),
    target: args.bytes(),
    from: 'tail',
    to: 'head',
    timeoutMs: timeoutSeconds(args),
  }),
  run: (context, request) => moveOrWait(context, request, ['RPOPLPUSH', request.source, request.target]),
});

function endWord(end: End): string {
  return end === 'head' ? 'LEFT' : 'RIGHT';
}

/** @param effect the same move without waiting */
function moveOrWait(
  context: Context,
  request: BlockingMoveRequest,
  effect: readonly (string | ByteSlice)[],
): RunResult {
  if (move(context, request)) {
    context.effects([effect]);
    return undefined;
  }
  return new Wait({
    keys: [request.source],
    typeName: 'list',
    timeoutMs: request.timeoutMs,
    timedOut: (reply) => reply.nilArray(),
    notHere: (reply) => reply.nil(),
  });
}

/** Moves an element and answers it. @returns whether there was one */
function move(context: Context, { source, target, from, to }: MoveRequest): boolean {
  const { db } = context;
  const list = db.existing(ListValue, source);
  if (list === undefined) return false;
  const receiver = db.forWrite(ListValue, target);
  const element = ByteSlice.of(list.peek(from).copy());
  list.drop(from);
  receiver.push(to, element);
  context.reply.bulk(element);
  context.changed(pushEvent(to), target);
  announcePop(context, source, list, from);
  return true;
}

export const listMoveCommands: readonly CommandEntry[] = [lmove, rpoplpush, blmove, brpoplpush];
