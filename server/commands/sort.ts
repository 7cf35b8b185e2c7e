/**
 * SORT and SORT_RO: the elements of a list, set or sorted set in another order, or other values in their place. What
 * patterns mean is in sort-pattern.ts, what comes before what in sort-order.ts.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import { ListValue } from '../types/list.js';
import { SetValue } from '../types/set.js';
import { SortedSetValue } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, type KeySpec, keysAt } from './command.js';
import { sortElements } from './sort-order.js';
import { type SortPattern, sortPattern, valueFor } from './sort-pattern.js';

interface SortRequest {
  readonly argv: readonly ByteSlice[];
  readonly key: ByteSlice;
  /** Of the values to sort by; undefined for the elements themselves. */
  readonly by: SortPattern | undefined;
  /** Of what is answered in an element's place; none for the element. */
  readonly gets: readonly SortPattern[];
  readonly offset: number;
  /** Negative: all. */
  readonly count: number;
  readonly isDescending: boolean;
  readonly isAlphabetic: boolean;
  readonly destination: ByteSlice | undefined;
}

/** What can be sorted. */
type Sortable = ListValue | SetValue | SortedSetValue;

/** A part of so many elements. */
interface Page {
  readonly start: number;
  readonly count: number;
}

const NO_REQUEST = {
  by: undefined,
  gets: [],
  offset: 0,
  count: -1,
  isDescending: false,
  isAlphabetic: false,
  destination: undefined,
} as const satisfies Omit<SortRequest, 'argv' | 'key'>;

const metadata = {
  arity: -2,
  acl: ['set', 'sortedset', 'list', 'dangerous'],
  group: 'generic',
  complexity:
    'O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).',
} as const;

const readKeys: readonly KeySpec[] = [
  ...keysAt(1, 1, 1, 'RO', 'access'),
  undescribed('BY/GET keyword', 'the key names derive from the content of the key we sort', ['RO', 'access'], () => []),
];

const OPTIONS = 'key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]';

const sort: CommandEntry = command<SortRequest>({
  ...metadata,
  name: 'SORT',
  flags: ['write', 'denyoom', 'movablekeys'],
  keys: [
    ...readKeys,
    undescribed(
      'STORE keyword',
      'the keyword can appear anywhere in the argument array',
      ['OW', 'update'],
      destinationPosition,
    ),
  ],
  since: '1.0.0',
  summary: 'Sort the elements in a list, set or sorted set',
  syntax: `${OPTIONS} [STORE destination]`,
  parse: (args) => parseSort(args, true),
  run: (context, request) => {
    checkAccess(context, sort, request);
    runSort(context, request);
  },
});

const sortRo: CommandEntry = command<SortRequest>({
  ...metadata,
  name: 'SORT_RO',
  flags: ['readonly', 'movablekeys'],
  keys: readKeys,
  since: '7.0.0',
  summary: 'Sort the elements in a list, set or sorted set. Read-only variant of SORT.',
  syntax: OPTIONS,
  parse: (args) => parseSort(args, false),
  run: (context, request) => {
    checkAccess(context, sortRo, request);
    runSort(context, request);
  },
});

export const sortCommands: readonly CommandEntry[] = [sort, sortRo];

/** Keys behind an option: COMMAND INFO does not say where. */
function undescribed(
  option: string,
  why: string,
  flags: readonly string[],
  movable: (argv: readonly ByteSlice[]) => number[],
): KeySpec {
  const notes = `For the optional ${option}. It is marked 'unknown' because ${why}`;
  return { first: 0, last: 0, step: 0, flags, optional: true, movable, search: { kind: 'unknown' }, notes };
}

/** What follows the last STORE that is no other option's value. */
function destinationPosition(argv: readonly ByteSlice[]): number[] {
  let position: number[] = [];
  for (let at = 2; at < argv.length; at++) {
    const word = argv[at]?.latin1().toUpperCase();
    if (word === 'LIMIT') at += 2;
    else if (word === 'BY' || word === 'GET') at++;
    else if (word === 'STORE' && at + 1 < argv.length) position = [at + 1];
  }
  return position;
}

function parseSort(args: ArgumentParser, mayStore: boolean): SortRequest {
  const key = args.bytes();
  const gets: SortPattern[] = [];
  let read: Omit<SortRequest, 'argv' | 'key' | 'gets'> = NO_REQUEST;
  while (args.remaining > 0) {
    if (args.option('GET')) gets.push(sortPattern(args.bytes()));
    else read = { ...read, ...sortOption(args, mayStore) };
  }
  return { ...read, argv: args.argv(), key, gets };
}

function sortOption(args: ArgumentParser, mayStore: boolean): Partial<SortRequest> {
  if (args.flag('ASC')) return { isDescending: false };
  if (args.flag('DESC')) return { isDescending: true };
  if (args.flag('ALPHA')) return { isAlphabetic: true };
  if (args.remaining > 2 && args.flag('LIMIT')) return { offset: args.integer(), count: args.integer() };
  if (mayStore && args.option('STORE')) return { destination: args.bytes() };
  if (args.option('BY')) return { by: sortPattern(args.bytes()) };
  args.fail(errors.syntax);
  return {};
}

/** Which keys BY and GET read, their patterns do not say. @throws ReplyError for who may not read all */
function checkAccess(context: Context, entry: CommandEntry, { argv, by, gets }: SortRequest): void {
  const readsOthers = by?.kind === 'key' || gets.length > 0;
  if (!readsOthers || context.mayReadEveryKey(entry, argv)) return;
  throw by?.kind === 'key' ? errors.sortByDenied : errors.sortGetDenied;
}

function runSort(context: Context, request: SortRequest): void {
  const value = sortable(context.db, request.key);
  const elements = value === undefined ? [] : chosen(context, value, request);
  const { gets } = request;
  const answers =
    gets.length === 0
      ? elements
      : elements.flatMap((element) => gets.map((pattern) => valueFor(context.db, pattern, element)));
  if (request.destination !== undefined) storeSorted(context, request.destination, answers);
  else replyWith(context, answers);
}

/** @throws WRONGTYPE */
function sortable(db: Database, key: ByteSlice): Sortable | undefined {
  const held = db.held(key);
  const isSortable = held instanceof ListValue || held instanceof SetValue || held instanceof SortedSetValue;
  if (held !== undefined && !isSortable) throw errors.wrongType;
  return held;
}

/** The elements in their order, as far as LIMIT wants them. One character a byte. */
function chosen(context: Context, value: Sortable, request: SortRequest): readonly string[] {
  const { by, isDescending, destination } = request;
  // As in Redis, where it is for OBJECT ENCODING to see.
  if (value instanceof SortedSetValue) value.unpack();
  const page = pageOf(value.size, request);
  const isUnsorted = by !== undefined && by.kind !== 'key';
  if (isUnsorted && !(value instanceof SetValue)) return inOrder(value, page, isDescending);
  const elements = all(value);
  const { start } = page;
  const end = start + page.count;
  const isStored = destination !== undefined;
  // The order of a set is chance: what is kept, or decides what a script writes, must not depend on it.
  const isSettled = isStored || context.inScript;
  if (isUnsorted && !isSettled) return elements.slice(start, end);
  const order = isUnsorted ? { ...request, by: undefined, isAlphabetic: true } : request;
  return sortElements(context.db, elements, { ...order, isStored }).slice(start, end);
}

/** What LIMIT leaves of so many elements. */
function pageOf(size: number, { offset, count }: SortRequest): Page {
  const start = Math.min(Math.max(offset, 0), size);
  return { start, count: Math.min(count < 0 ? size : count, size - start) };
}

function all(value: Sortable): string[] {
  const elements: string[] = [];
  value.forEach((element) => {
    elements.push(element.latin1());
  });
  return elements;
}

/** A part of a list or sorted set in the order that it has, or from its end. */
function inOrder(value: ListValue | SortedSetValue, { start, count }: Page, isReverse: boolean): string[] {
  const elements: string[] = [];
  const visit = (element: ByteSlice): void => {
    elements.push(element.latin1());
  };
  if (count === 0) return elements;
  if (value instanceof SortedSetValue) {
    value.visit(isReverse ? value.size - 1 - start : start, count, isReverse, visit);
    return elements;
  }
  value.range(isReverse ? value.size - start - count : start, count, visit);
  return isReverse ? elements.reverse() : elements;
}

function replyWith({ reply }: Context, answers: readonly (string | undefined)[]): void {
  reply.array(answers.length);
  for (const answer of answers) {
    if (answer === undefined) reply.nil();
    else reply.bulkLatin1(answer);
  }
}

/** Makes a key the list of what was found; what was not is empty. */
function storeSorted(context: Context, destination: ByteSlice, answers: readonly (string | undefined)[]): void {
  const { db, reply } = context;
  const elements = answers.map((answer) => ByteSlice.fromLatin1(answer ?? ''));
  if (elements.length > 0) {
    const list = db.replace(ListValue, destination);
    for (const element of elements) list.push('tail', element);
    context.changed('sortstore', destination);
    if (context.wantsEffects)
      context.effects([
        ['DEL', destination],
        ['RPUSH', destination, ...elements],
      ]);
  } else if (db.delete(destination)) {
    context.changed('del', destination);
    context.effects([['DEL', destination]]);
  }
  reply.integer(elements.length);
}
