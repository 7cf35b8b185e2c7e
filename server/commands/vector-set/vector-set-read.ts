/** Commands that look into vector sets: VCARD, VDIM, VEMB, VGETATTR, VINFO, VISMEMBER, VLINKS, VRANDMEMBER, VRANGE. */
import { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { rawVector } from '../../types/vector-quantisation.js';
import { VectorSetValue } from '../../types/vector-set.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, type CommandMetadata, command, keysAt } from '../command.js';

interface KeyRequest {
  readonly key: ByteSlice;
}

interface ElementRequest extends KeyRequest {
  readonly element: ByteSlice;
}

interface RangeEnd {
  /** Undefined for `-` and `+`. */
  readonly element: ByteSlice | undefined;
  readonly isExclusive: boolean;
  /** Before everything, or behind it. */
  readonly side: 'first' | 'last' | 'at';
}

interface RangeRequest extends KeyRequest {
  readonly start: RangeEnd;
  readonly end: RangeEnd;
  readonly count: number;
}

const shared = {
  acl: ['vectorset'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'vector-set',
  since: '8.0.0',
} as const satisfies Partial<CommandMetadata>;

const parseKey = (args: ArgumentParser): KeyRequest => ({ key: args.bytes() });
const parseElement = (args: ArgumentParser): ElementRequest => ({ key: args.bytes(), element: args.bytes() });

const vcard = command<KeyRequest>({
  ...shared,
  name: 'VCARD',
  arity: 2,
  flags: ['readonly', 'fast'],
  complexity: 'O(1)',
  summary: 'Return the number of elements in a vector set',
  syntax: 'key',
  parse: parseKey,
  run: ({ db, reply }, { key }) => reply.integer(db.read(VectorSetValue, key)?.size ?? 0),
});

const vdim = command<KeyRequest>({
  ...shared,
  name: 'VDIM',
  arity: 2,
  flags: ['readonly', 'fast'],
  complexity: 'O(1)',
  summary: 'Return the dimension of vectors in the vector set',
  syntax: 'key',
  parse: parseKey,
  run: ({ db, reply }, { key }) => {
    const set = db.read(VectorSetValue, key);
    if (set === undefined) throw errors.vectorNoKey;
    reply.integer(set.shape.dim);
  },
});

const vemb = command<ElementRequest & { readonly raw: boolean }>({
  ...shared,
  name: 'VEMB',
  arity: -3,
  flags: ['readonly', 'fast'],
  complexity: 'O(1)',
  summary: 'Return the vector associated with an element',
  syntax: 'key element [RAW]',
  parse: (args) => {
    const request = parseElement(args);
    let raw = false;
    while (args.remaining > 0) {
      if (args.flag('RAW')) raw = true;
      else args.fail(errors.vectorOption);
    }
    return { ...request, raw };
  },
  run: ({ db, reply }, { key, element, raw }) => {
    const set = db.read(VectorSetValue, key);
    const vector = set?.vector(element);
    if (set === undefined || vector === undefined) {
      reply.nil();
      return;
    }
    if (!raw) {
      reply.array(vector.length);
      for (const number of vector) reply.double(number);
      return;
    }
    const { bytes, norm, range } = rawVector(vector, set.shape.quantisation);
    reply.array(range === undefined ? 3 : 4);
    reply.simple(set.shape.quantisation);
    reply.bulk(ByteSlice.of(bytes));
    reply.double(norm);
    if (range !== undefined) reply.double(range);
  },
});

const vgetattr = command<ElementRequest>({
  ...shared,
  name: 'VGETATTR',
  arity: 3,
  flags: ['readonly', 'fast'],
  complexity: 'O(1)',
  summary: 'Retrieve the JSON attributes of elements',
  syntax: 'key element',
  parse: parseElement,
  run: ({ db, reply }, { key, element }) => {
    const attributes = db.read(VectorSetValue, key)?.attributes(element);
    if (attributes === undefined) reply.nil();
    else reply.bulk(attributes);
  },
});

const vismember = command<ElementRequest>({
  ...shared,
  name: 'VISMEMBER',
  arity: 3,
  flags: ['readonly'],
  complexity: 'O(1)',
  summary: 'Check if an element exists in a vector set',
  syntax: 'key element',
  parse: parseElement,
  run: ({ db, reply }, { key, element }) => reply.boolean(db.read(VectorSetValue, key)?.has(element) ?? false),
});

const vinfo = command<KeyRequest>({
  ...shared,
  name: 'VINFO',
  arity: 2,
  flags: ['readonly', 'fast'],
  complexity: 'O(1)',
  summary: 'Return information about a vector set',
  syntax: 'key',
  parse: parseKey,
  run: ({ db, reply }, { key }) => {
    const set = db.read(VectorSetValue, key);
    if (set === undefined) {
      reply.nilArray();
      return;
    }
    const { quantisation, m, dim, inputDim } = set.shape;
    reply.map(9);
    reply.simple('quant-type');
    reply.simple(quantisation);
    const figures = {
      'hnsw-m': m,
      'vector-dim': dim,
      'projection-input-dim': inputDim,
      size: set.size,
      'max-level': set.topLevel,
      'attributes-count': set.attributed,
      'vset-uid': set.uid,
      'hnsw-max-node-uid': set.numbers,
    };
    for (const [name, figure] of Object.entries(figures)) {
      reply.simple(name);
      reply.integer(figure);
    }
  },
});

const vlinks = command<ElementRequest & { readonly withScores: boolean }>({
  ...shared,
  name: 'VLINKS',
  arity: -3,
  flags: ['readonly', 'fast'],
  complexity: 'O(log(N)) where N is the number of elements in the vector set.',
  summary: 'Return the neighbors of an element at each layer in the HNSW graph',
  syntax: 'key element [WITHSCORES]',
  parse: (args) => {
    const request = parseElement(args);
    const withScores = args.flag('WITHSCORES');
    if (args.remaining > 0) args.fail(errorFor.wrongArity(args.commandName));
    return { ...request, withScores };
  },
  run: ({ db, reply }, { key, element, withScores }) => {
    const set = db.read(VectorSetValue, key);
    const levels = set?.links(element);
    if (levels === undefined) {
      reply.nil();
      return;
    }
    reply.array(levels.length);
    for (const linked of levels) {
      if (withScores) reply.map(linked.length);
      else reply.array(linked.length);
      for (const similar of linked) {
        reply.bulk(similar.element);
        if (withScores) reply.double(similar.score);
      }
    }
  },
});

const vrandmember = command<KeyRequest & { readonly count: number | undefined }>({
  ...shared,
  name: 'VRANDMEMBER',
  arity: -2,
  flags: ['readonly'],
  complexity: 'O(N) where N is the absolute value of the count argument.',
  summary: 'Return one or multiple random members from a vector set',
  syntax: 'key [count]',
  tips: ['nondeterministic_output'],
  parse: (args) => {
    const key = args.bytes();
    const count = args.remaining > 0 ? args.int32(errors.vectorRandomCount) : undefined;
    if (args.remaining > 0) args.fail(errorFor.wrongArity(args.commandName));
    return { key, count };
  },
  run: ({ db, reply, server }, { key, count }) => {
    const set = db.read(VectorSetValue, key);
    if (set === undefined) {
      if (count === undefined) reply.nil();
      else reply.array(0);
    } else if (count === undefined) reply.bulk(set.random(server.random));
    else if (count < 0) {
      reply.array(-count);
      for (let left = -count; left > 0; left--) reply.bulk(set.random(server.random));
    } else {
      const elements = elementsOf(set);
      for (let i = 0; i < Math.min(count, elements.length); i++) {
        const other = i + server.random.below(elements.length - i);
        [elements[i], elements[other]] = [elements[other] ?? key, elements[i] ?? key];
      }
      const chosen = elements.slice(0, count);
      reply.array(chosen.length);
      for (const element of chosen) reply.bulk(element);
    }
  },
});

const vrange = command<RangeRequest>({
  ...shared,
  name: 'VRANGE',
  arity: -4,
  flags: ['readonly'],
  since: '8.4.0',
  complexity: 'O(N*log(N)) where N is the number of elements in the vector set.',
  summary: 'Return elements in a lexicographical range',
  syntax: 'key start end [count]',
  parse: (args) => {
    const [key, start, end] = [args.bytes(), parseEnd(args), parseEnd(args)];
    const count = args.remaining > 0 ? args.integer(errors.vectorCount) : -1;
    if (args.remaining > 0) args.fail(errorFor.wrongArity(args.commandName));
    return { key, start, end, count };
  },
  run: ({ db, reply }, { key, start, end, count }) => {
    const set = db.read(VectorSetValue, key);
    const all = set === undefined ? [] : elementsOf(set).sort((a, b) => a.compare(b));
    const within = all.filter((element) => isBehind(element, start) && isBefore(element, end));
    const shown = count < 0 ? within : within.slice(0, count);
    reply.array(shown.length);
    for (const element of shown) reply.bulk(element);
  },
});

export const vectorSetReadCommands: readonly CommandEntry[] = [
  vcard,
  vdim,
  vemb,
  vgetattr,
  vinfo,
  vismember,
  vlinks,
  vrandmember,
  vrange,
];

/** Views: the set must not be changed meanwhile. */
function elementsOf(set: VectorSetValue): ByteSlice[] {
  const elements: ByteSlice[] = [];
  set.forEachElement((element) => {
    elements.push(element);
  });
  return elements;
}

function parseEnd(args: ArgumentParser): RangeEnd {
  const text = args.bytes();
  const first = text.latin1().charAt(0);
  if (text.length === 1 && first === '-') return { element: undefined, isExclusive: false, side: 'first' };
  if (text.length === 1 && first === '+') return { element: undefined, isExclusive: false, side: 'last' };
  if (first !== '[' && first !== '(') args.fail(errors.vectorRange);
  return { element: text.slice(Math.min(1, text.length), text.length), isExclusive: first === '(', side: 'at' };
}

function isBehind(element: ByteSlice, { element: start, isExclusive, side }: RangeEnd): boolean {
  if (start === undefined) return side === 'first';
  const order = element.compare(start);
  return isExclusive ? order > 0 : order >= 0;
}

function isBefore(element: ByteSlice, { element: end, isExclusive, side }: RangeEnd): boolean {
  if (end === undefined) return side === 'last';
  const order = element.compare(end);
  return isExclusive ? order < 0 : order <= 0;
}
