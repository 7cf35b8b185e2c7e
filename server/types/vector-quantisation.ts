/** Vectors in the forms that VEMB RAW shows: normalised, and in the quantisation of their set. */
import type { Quantisation } from './vector-set.js';

export interface RawVector {
  readonly bytes: Buffer;
  /** The length of the vector before it was normalised. */
  readonly norm: number;
  /** The greatest magnitude, which 127 stands for; of int8 alone. */
  readonly range: number | undefined;
}

export function rawVector(vector: Float32Array, quantisation: Quantisation): RawVector {
  const norm = Math.fround(Math.sqrt(vector.reduce((sum, element) => sum + element * element, 0)));
  const normalised = norm === 0 ? vector : vector.map((element) => element / norm);
  switch (quantisation) {
    case 'f32':
      return { bytes: Buffer.from(normalised.slice().buffer), norm, range: undefined };
    case 'bin':
      return { bytes: signBits(normalised), norm, range: undefined };
    case 'int8': {
      const range = normalised.reduce((greatest, element) => Math.max(greatest, Math.abs(element)), 0);
      const codes = Int8Array.from(normalised, (element) => (range === 0 ? 0 : Math.round((element / range) * 127)));
      return { bytes: Buffer.from(codes.buffer), norm, range };
    }
  }
}

/** The elements behind `signBits`: 1 and -1. */
export function signsOf(bits: Uint8Array, dim: number): Int8Array {
  return Int8Array.from({ length: dim }, (_, at) => (((bits[at >>> 3] ?? 0) >>> (at & 7)) & 1 ? 1 : -1));
}

/** A bit for each element that is above zero, in words of 64. */
export function signBits(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(Math.ceil(vector.length / 64) * 8);
  for (let i = 0; i < vector.length; i++) {
    if ((vector[i] ?? 0) > 0) bytes[i >>> 3] = (bytes[i >>> 3] ?? 0) | (1 << (i & 7));
  }
  return bytes;
}
