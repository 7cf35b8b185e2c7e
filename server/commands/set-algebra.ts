/** Set commands over several sets: what all of them hold, any of them, or the first alone; answered, stored or counted. */
import { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import { SetValue } from '../types/set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, countedKeys, keysAt } from './command.js';

type Operation = 'inter' | 'union' | 'diff';

interface KeysRequest {
  readonly keys: readonly ByteSlice[];
}

interface StoreRequest extends KeysRequest {
  readonly target: ByteSlice;
}

const readMetadata = {
  arity: -2,
  flags: ['readonly'],
  acl: ['set'],
  keys: keysAt(1, -1, 1, 'RO', 'access'),
  group: 'set',
  since: '1.0.0',
  syntax: 'key [key ...]',
  tips: ['nondeterministic_output_order'],
  parse: (args: ArgumentParser): KeysRequest => ({ keys: args.rest() }),
} as const;

const storeMetadata = {
  arity: -3,
  flags: ['write', 'denyoom'],
  acl: ['set'],
  group: 'set',
  since: '1.0.0',
  syntax: 'destination key [key ...]',
  parse: (args: ArgumentParser): StoreRequest => ({ target: args.bytes(), keys: args.rest() }),
} as const;

const overwritten = [...keysAt(1, 1, 1, 'OW', 'update'), ...keysAt(2, -1, 1, 'RO', 'access')];

const INTER_COMPLEXITY =
  'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.';
const SUM_COMPLEXITY = 'O(N) where N is the total number of elements in all given sets.';

const sinter = command<KeysRequest>({
  ...readMetadata,
  name: 'SINTER',
  complexity: INTER_COMPLEXITY,
  summary: 'Intersect multiple sets',
  run: (context, { keys }) => answer(context, 'inter', keys),
});

const sunion = command<KeysRequest>({
  ...readMetadata,
  name: 'SUNION',
  complexity: SUM_COMPLEXITY,
  summary: 'Add multiple sets',
  run: (context, { keys }) => answer(context, 'union', keys),
});

const sdiff = command<KeysRequest>({
  ...readMetadata,
  name: 'SDIFF',
  complexity: SUM_COMPLEXITY,
  summary: 'Subtract multiple sets',
  run: (context, { keys }) => answer(context, 'diff', keys),
});

const sinterstore = command<StoreRequest>({
  ...storeMetadata,
  name: 'SINTERSTORE',
  keys: [...keysAt(1, 1, 1, 'RW', 'update'), ...keysAt(2, -1, 1, 'RO', 'access')],
  complexity: INTER_COMPLEXITY,
  summary: 'Intersect multiple sets and store the resulting set in a key',
  run: (context, request) => store(context, 'inter', request),
});

const sunionstore = command<StoreRequest>({
  ...storeMetadata,
  name: 'SUNIONSTORE',
  keys: overwritten,
  complexity: SUM_COMPLEXITY,
  summary: 'Add multiple sets and store the resulting set in a key',
  run: (context, request) => store(context, 'union', request),
});

const sdiffstore = command<StoreRequest>({
  ...storeMetadata,
  name: 'SDIFFSTORE',
  keys: overwritten,
  complexity: SUM_COMPLEXITY,
  summary: 'Subtract multiple sets and store the resulting set in a key',
  run: (context, request) => store(context, 'diff', request),
});

const sintercard = command<KeysRequest & { limit: number }>({
  name: 'SINTERCARD',
  arity: -3,
  flags: ['readonly', 'movablekeys'],
  acl: ['set'],
  keys: [countedKeys(1, 'RO', 'access')],
  group: 'set',
  since: '7.0.0',
  complexity: INTER_COMPLEXITY,
  summary: 'Intersect multiple sets and return the cardinality of the result',
  syntax: 'numkeys key [key ...] [LIMIT limit]',
  parse: (args) => {
    const keyCount = args.integer(errors.keyCountNotPositive);
    if (keyCount < 1) args.fail(errors.keyCountNotPositive);
    if (keyCount > args.remaining) args.fail(errors.tooManyKeys);
    const keys: ByteSlice[] = [];
    for (let left = keyCount; left > 0 && args.remaining > 0; left--) keys.push(args.bytes());
    let limit = 0;
    while (args.remaining > 0) {
      if (!args.option('LIMIT')) args.fail(errors.syntax);
      limit = args.integer(errors.limitNegative);
      if (limit < 0) args.fail(errors.limitNegative);
    }
    return { keys, limit: limit === 0 ? Number.POSITIVE_INFINITY : limit };
  },
  run: ({ db, reply }, { keys, limit }) => {
    let count = 0;
    const sets = keys.map((key) => db.read(SetValue, key));
    intersect(sets, () => ++count < limit);
    reply.integer(count);
  },
});

function answer(context: Context, operation: Operation, keys: readonly ByteSlice[]): void {
  const members = combine(
    operation,
    keys.map((key) => context.db.read(SetValue, key)),
  );
  context.reply.set(members.length);
  for (const member of members) context.reply.bulk(member);
}

function store(context: Context, operation: Operation, { target, keys }: StoreRequest): void {
  const { db, reply } = context;
  const members = combine(
    operation,
    keys.map((key) => db.read(SetValue, key)),
  );
  if (members.length > 0) {
    const set = db.replace(SetValue, target);
    for (const member of members) set.add(member);
    context.changed(`s${operation}store`, target);
  } else if (db.delete(target)) {
    context.changed('del', target);
  }
  reply.integer(members.length);
}

type Sets = readonly (SetValue | undefined)[];

/** Copies of the members of the result, each once. */
function combine(operation: Operation, sets: Sets): readonly ByteSlice[] {
  if (operation === 'union') return unite(sets);
  const members: ByteSlice[] = [];
  const keep = (member: ByteSlice): boolean => members.push(ByteSlice.of(member.copy())) > 0;
  if (operation === 'inter') intersect(sets, keep);
  else subtract(sets, keep);
  return members;
}

function unite(sets: Sets): readonly ByteSlice[] {
  const members = new Map<string, ByteSlice>();
  for (const set of sets) {
    set?.forEach((member) => {
      const name = member.latin1();
      if (!members.has(name)) members.set(name, ByteSlice.of(member.copy()));
    });
  }
  return [...members.values()];
}

/** Visits what every set holds, until the visitor has enough. */
function intersect(sets: Sets, visit: (member: ByteSlice) => boolean): void {
  const present = sets.filter((set) => set !== undefined).sort((a, b) => a.size - b.size);
  const [smallest, ...others] = present;
  if (smallest === undefined || present.length < sets.length) return;
  let goesOn = true;
  smallest.forEach((member) => {
    if (goesOn && others.every((set) => set.has(member))) goesOn = visit(member);
  });
}

/** Visits what the first set holds and no other. */
function subtract([first, ...others]: Sets, visit: (member: ByteSlice) => void): void {
  first?.forEach((member) => {
    if (!others.some((set) => set?.has(member))) visit(member);
  });
}

export const setAlgebraCommands: readonly CommandEntry[] = [
  sinter,
  sinterstore,
  sintercard,
  sunion,
  sunionstore,
  sdiff,
  sdiffstore,
];
