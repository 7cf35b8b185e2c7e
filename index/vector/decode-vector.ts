/** Vector bytes as clients send them: little-endian elements, one after the other. */
import { type ElementType, elementBytes, elementsOver, firstNotFinite, type VectorElements } from './elements.js';

export type DecodedVector =
  | { readonly kind: 'vector'; readonly vector: VectorElements }
  | { readonly kind: 'wrong-size'; readonly expectedBytes: number }
  /** NaN or infinity: it has no distance to anything, and would poison a graph. */
  | { readonly kind: 'not-finite'; readonly at: number };

/** The result is a copy: `bytes` may be reused. */
export function decodeVector(bytes: Uint8Array, dim: number, type: ElementType = 'FLOAT32'): DecodedVector {
  const width = elementBytes[type];
  const expectedBytes = dim * width;
  if (bytes.length !== expectedBytes) return { kind: 'wrong-size', expectedBytes };
  const copy = new Uint8Array(expectedBytes);
  copy.set(bytes);
  if (!hostIsLittleEndian) for (let at = 0; at < expectedBytes; at += width) copy.subarray(at, at + width).reverse();
  const vector = elementsOver(type, copy.buffer);
  const at = firstNotFinite(type, vector);
  return at === -1 ? { kind: 'vector', vector } : { kind: 'not-finite', at };
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
