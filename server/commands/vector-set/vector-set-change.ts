/** Commands that change vector sets: VADD, VREM, VSETATTR. */
import type { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors, type ReplyError } from '../../errors.js';
import { type Quantisation, VectorSetValue } from '../../types/vector-set.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, command, keysAt } from '../command.js';
import { parseVector } from './vector-argument.js';

interface AddRequest {
  readonly key: ByteSlice;
  readonly vector: Float32Array;
  /** Undefined without REDUCE. */
  readonly reducedDim: number | undefined;
  readonly element: ByteSlice;
  readonly quantisation: Quantisation;
  readonly m: number;
  readonly attributes: ByteSlice | undefined;
}

interface ElementRequest {
  readonly key: ByteSlice;
  readonly element: ByteSlice;
}

const DEFAULT_M = 16;
const M_MIN = 4;
const M_MAX = 4096;
export const EF_MAX = 1_000_000;
/** The engine's. */
const DIM_MAX = 32_768;

const vadd = command<AddRequest>({
  name: 'VADD',
  arity: -5,
  flags: ['write', 'denyoom'],
  acl: ['vectorset'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'vector-set',
  since: '8.0.0',
  complexity: 'O(log(N)) for each element added, where N is the number of elements in the vector set.',
  summary: 'Add one or more elements to a vector set, or update its vector if it already exists',
  syntax:
    'key [REDUCE dim] <FP32 vector | VALUES count value [value ...]> element [CAS] [NOQUANT | Q8 | BIN] [EF ef] [SETATTR attributes] [M numlinks]',
  parse: parseAdd,
  run: (context, request) => {
    const { db, reply } = context;
    const existing = db.existing(VectorSetValue, request.key);
    const refusal = existing === undefined ? refusalOfNew(request) : mismatch(existing, request);
    if (refusal !== undefined) throw refusal;
    const set = existing ?? defined(db.forWrite(VectorSetValue, request.key), request);
    const isNew = set.add(request.element, set.reduced(request.vector), request.attributes);
    context.changed('vadd', request.key);
    reply.boolean(isNew);
  },
});

const vrem = command<ElementRequest>({
  name: 'VREM',
  arity: 3,
  flags: ['write'],
  acl: ['vectorset'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'vector-set',
  since: '8.0.0',
  complexity: 'O(log(N)) for each element removed, where N is the number of elements in the vector set.',
  summary: 'Remove an element from a vector set',
  syntax: 'key element',
  parse: (args) => ({ key: args.bytes(), element: args.bytes() }),
  run: (context, { key, element }) => {
    const { db, reply } = context;
    const set = db.existing(VectorSetValue, key);
    const isRemoved = set?.remove(element) ?? false;
    const isEmpty = set?.size === 0;
    if (isEmpty) db.delete(key);
    if (isRemoved) context.changed('vrem', key);
    if (isEmpty) context.changed('del', key);
    reply.boolean(isRemoved);
  },
});

const vsetattr = command<ElementRequest & { readonly attributes: ByteSlice }>({
  name: 'VSETATTR',
  arity: 4,
  flags: ['write', 'fast'],
  acl: ['vectorset'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'vector-set',
  since: '8.0.0',
  complexity: 'O(1)',
  summary: 'Associate or remove the JSON attributes of elements',
  syntax: 'key element attributes',
  parse: (args) => ({ key: args.bytes(), element: args.bytes(), attributes: args.bytes() }),
  run: (context, { key, element, attributes }) => {
    const isThere = context.db.existing(VectorSetValue, key)?.setAttributes(element, attributes) ?? false;
    if (isThere) context.changed('vsetattr', key);
    context.reply.boolean(isThere);
  },
});

export const vectorSetChangeCommands: readonly CommandEntry[] = [vadd, vrem, vsetattr];

function parseAdd(args: ArgumentParser): AddRequest {
  const key = args.bytes();
  const reducedDim = args.option('REDUCE') ? args.integer(errors.vectorSpecification) : undefined;
  const vector = parseVector(args);
  if (reducedDim !== undefined && (reducedDim < 1 || reducedDim > vector.length)) args.fail(errors.vectorSpecification);
  if (args.remaining === 0) args.fail(errorFor.wrongArity(args.commandName));
  const element = args.bytes();
  let quantisation: Quantisation = 'int8';
  let m = DEFAULT_M;
  let attributes: ByteSlice | undefined;
  while (args.remaining > 0) {
    if (args.flag('NOQUANT')) quantisation = 'f32';
    else if (args.flag('Q8')) quantisation = 'int8';
    else if (args.flag('BIN')) quantisation = 'bin';
    else if (args.option('EF')) checkedInteger(args, 1, EF_MAX, errors.vectorEf);
    else if (args.option('M')) m = checkedInteger(args, M_MIN, M_MAX, errors.vectorM);
    else if (args.option('SETATTR')) attributes = args.bytes();
    else if (!args.flag('CAS')) args.fail(errors.vectorAddOption);
  }
  return { key, vector, reducedDim, element, quantisation, m, attributes };
}

/** An integer within bounds, both included; anything else is an error. */
export function checkedInteger(args: ArgumentParser, min: number, max: number, error: ReplyError): number {
  const value = args.integer(error);
  if (value < min || value > max) args.fail(error);
  return value;
}

function refusalOfNew({ vector, reducedDim }: AddRequest): ReplyError | undefined {
  return (reducedDim ?? vector.length) > DIM_MAX ? errors.vectorSpecification : undefined;
}

function defined(set: VectorSetValue, { vector, reducedDim, quantisation, m }: AddRequest): VectorSetValue {
  const inputDim = reducedDim === undefined ? 0 : vector.length;
  set.define({ dim: reducedDim ?? vector.length, quantisation, m, inputDim });
  return set;
}

/** What does not fit the set that is there. */
function mismatch(
  { shape }: VectorSetValue,
  { vector, reducedDim, quantisation, m }: AddRequest,
): ReplyError | undefined {
  const got = vector.length;
  if (shape.quantisation !== quantisation) return errors.vectorQuantization;
  if (shape.m !== m) return errors.vectorMMismatch;
  const isReduced = shape.inputDim > 0;
  if (isReduced ? shape.dim !== reducedDim : shape.dim !== got) return errorFor.vectorDimension(got, shape.dim);
  if (reducedDim !== undefined && !isReduced) return errors.vectorNoProjection;
  if (isReduced && got !== shape.inputDim) return errorFor.vectorProjectionInput(got, shape.inputDim);
  return undefined;
}
