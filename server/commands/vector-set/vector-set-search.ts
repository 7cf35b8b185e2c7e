/** VSIM: the elements of a vector set whose vectors are most similar. */
import type { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors, type ReplyError } from '../../errors.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { type Similar, VectorSetValue } from '../../types/vector-set.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, command, keysAt } from '../command.js';
import { passesFilter } from './filter.js';
import { type Expression, FilterSyntaxError, parseFilterExpression } from './filter-parser.js';
import { parseVector } from './vector-argument.js';
import { checkedInteger, EF_MAX } from './vector-set-change.js';

interface SearchOptions {
  readonly withScores: boolean;
  readonly withAttributes: boolean;
  readonly count: number;
  /** Greatest half of a distance. */
  readonly epsilon: number;
  readonly ef: number;
  readonly filter: Expression | undefined;
  /** How many elements the filter is put to at most; undefined: some for each that is wanted. */
  readonly effort: number | undefined;
  readonly exact: boolean;
  /** Before any other command runs. */
  readonly atOnce: boolean;
}

interface SearchRequest {
  readonly key: ByteSlice;
  /** The element whose vector is meant; or a vector. */
  readonly like: ByteSlice | Float32Array;
  readonly options: SearchOptions;
  /** What is wrong with the arguments: told only when there is a set to search. */
  readonly error: ReplyError | undefined;
}

const DEFAULT_COUNT = 10;
const DEFAULT_EF = 100;
const EFFORT_PER_COUNT = 100;
/** Every distance is below. */
const EPSILON_ALL = 2;

const vsim = command<SearchRequest>({
  name: 'VSIM',
  arity: -4,
  flags: ['readonly'],
  acl: ['vectorset'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'vector-set',
  since: '8.0.0',
  complexity: 'O(log(N)) where N is the total number of elements in the vector set.',
  summary: 'Return elements by vector similarity',
  syntax:
    'key <ELE element | FP32 vector | VALUES count value [value ...]> [WITHSCORES] [WITHATTRIBS] [COUNT count] [EPSILON delta] [EF ef] [FILTER expression] [FILTER-EF effort] [TRUTH] [NOTHREAD]',
  parse: parseSearch,
  run: ({ db, reply, mayFinishLater }, { key, like, options, error }) => {
    const set = db.read(VectorSetValue, key);
    if (set === undefined) {
      reply.array(0);
      return undefined;
    }
    if (error !== undefined) throw error;
    const vector = like instanceof Float32Array ? set.reduced(like) : set.vector(like);
    if (vector === undefined) throw errors.vectorNoElement;
    const { dim, inputDim } = set.shape;
    if (vector.length !== dim && inputDim > 0) throw errorFor.vectorProjectionInput(vector.length, inputDim);
    if (vector.length !== dim) throw errorFor.vectorDimension(vector.length, dim);
    const { count, ef, exact, filter, epsilon, effort = count * EFFORT_PER_COUNT } = options;
    const accepts = filter && ((attributes: ByteSlice | undefined) => accepted(filter, attributes));
    const wish = { count, ef, exact, accepts, effort };
    const write = (writer: ReplyWriter, found: readonly Similar[]): void => {
      const near = found.filter(({ distance }) => distance / 2 <= epsilon);
      writeFound(writer, near, options);
    };
    const later = mayFinishLater && !options.atOnce ? set.similarLater(vector, wish) : undefined;
    if (later !== undefined) return later.then((found) => (writer) => write(writer, found()));
    write(reply, set.similar(vector, wish));
    return undefined;
  },
});

export const vectorSetSearchCommands: readonly CommandEntry[] = [vsim];

function accepted(filter: Expression, attributes: ByteSlice | undefined): boolean {
  return attributes !== undefined && passesFilter(filter, attributes.utf8());
}

function parseSearch(args: ArgumentParser): SearchRequest {
  const key = args.bytes();
  let like: ByteSlice | Float32Array = key;
  let options: SearchOptions | undefined;
  const error = args.deferred(() => {
    like = args.option('ELE') ? args.bytes() : parseVector(args);
    options = parseOptions(args);
  });
  return { key, like, options: options ?? defaults, error };
}

const defaults: SearchOptions = {
  withScores: false,
  withAttributes: false,
  count: DEFAULT_COUNT,
  epsilon: EPSILON_ALL,
  ef: DEFAULT_EF,
  filter: undefined,
  effort: undefined,
  exact: false,
  atOnce: false,
};

function parseOptions(args: ArgumentParser): SearchOptions {
  let options = defaults;
  while (args.remaining > 0) {
    if (args.flag('WITHSCORES')) options = { ...options, withScores: true };
    else if (args.flag('WITHATTRIBS')) options = { ...options, withAttributes: true };
    else if (args.flag('TRUTH')) options = { ...options, exact: true };
    else if (args.option('COUNT')) {
      options = { ...options, count: checkedInteger(args, 1, Number.MAX_SAFE_INTEGER, errors.vectorCount) };
    } else if (args.option('EPSILON')) options = { ...options, epsilon: parseEpsilon(args) };
    else if (args.option('EF')) options = { ...options, ef: checkedInteger(args, 1, EF_MAX, errors.vectorEf) };
    else if (args.option('FILTER-EF')) {
      options = { ...options, effort: checkedInteger(args, 1, Number.MAX_SAFE_INTEGER, errors.vectorFilterEf) };
    } else if (args.option('FILTER')) options = { ...options, filter: parseFilter(args) };
    else if (args.flag('NOTHREAD')) options = { ...options, atOnce: true };
    else args.fail(errors.vectorSearchSyntax);
  }
  return options;
}

function parseEpsilon(args: ArgumentParser): number {
  const epsilon = args.float(errors.vectorEpsilon);
  if (!(epsilon > 0)) args.fail(errors.vectorEpsilon);
  return epsilon;
}

function parseFilter(args: ArgumentParser): Expression | undefined {
  try {
    return parseFilterExpression(args.text());
  } catch (failure) {
    if (!(failure instanceof FilterSyntaxError)) throw failure;
    args.fail(errorFor.vectorFilter(failure.rest));
    return undefined;
  }
}

/** RESP3 makes a map of it when more than the elements are asked for. */
function writeFound(
  reply: ReplyWriter,
  found: readonly Similar[],
  { withScores, withAttributes }: SearchOptions,
): void {
  const extras = Number(withScores) + Number(withAttributes);
  if (reply.protocol === 3 && extras > 0) reply.map(found.length);
  else reply.array(found.length * (1 + extras));
  for (const { element, score, attributes } of found) {
    reply.bulk(element);
    if (reply.protocol === 3 && extras === 2) reply.array(2);
    if (withScores) reply.double(score);
    if (!withAttributes) continue;
    if (attributes === undefined) reply.nil();
    else reply.bulk(attributes);
  }
}
