/** Vectors among arguments: `FP32 blob` or `VALUES count number ...`. */
import type { ByteSlice } from '../../base/byte-slice.js';
import { errors } from '../../errors.js';
import type { ArgumentParser } from '../argument-parser.js';

const VECTOR_DIM_MAX = 65_536;

const NONE = new Float32Array(0);

/** Every mistake is latched in `args`. */
export function parseVector(args: ArgumentParser): Float32Array {
  const vector = args.option('FP32') ? fromBlob(args.bytes()) : args.option('VALUES') ? fromValues(args) : undefined;
  if (vector?.every(Number.isFinite) === true) return vector;
  args.fail(errors.vectorSpecification);
  return NONE;
}

function fromBlob(blob: ByteSlice): Float32Array | undefined {
  const dim = blob.length / 4;
  if (!Number.isInteger(dim) || dim < 1 || dim > VECTOR_DIM_MAX) return undefined;
  return Float32Array.from({ length: dim }, (_, i) => blob.buffer.readFloatLE(blob.start + i * 4));
}

function fromValues(args: ArgumentParser): Float32Array | undefined {
  const dim = args.integer(errors.vectorSpecification);
  if (dim < 1 || dim > VECTOR_DIM_MAX || dim > args.remaining) return undefined;
  return Float32Array.from({ length: dim }, () => args.float(errors.vectorSpecification));
}
