/** Vector bytes as clients send them: little-endian elements, one after the other. */
import { type ElementType, elementBytes, elementsOver, firstNotFinite, type VectorElements } from './elements.js';

export type DecodedVector =
  | { readonly kind: 'vector'; readonly vector: VectorElements }
  | { readonly kind: 'wrong-size'; readonly expectedBytes: number }
  /** NaN or infinity: it has no distance to anything, and would poison a graph. */
  | { readonly kind: 'not-finite'; readonly at: number };

/** The result is a copy: `bytes` may be reused. It lives as long as a query or a write, which is why many share memory. */
export function decodeVector(bytes: Uint8Array, dim: number, type: ElementType = 'FLOAT32'): DecodedVector {
  const width = elementBytes[type];
  const expectedBytes = dim * width;
  if (bytes.length !== expectedBytes) return { kind: 'wrong-size', expectedBytes };
  const { buffer, start } = takeRoom(expectedBytes);
  const copy = new Uint8Array(buffer, start, expectedBytes);
  copy.set(bytes);
  if (!hostIsLittleEndian) for (let at = 0; at < expectedBytes; at += width) copy.subarray(at, at + width).reverse();
  const vector = elementsOver(type, buffer, start, dim);
  const at = firstNotFinite(type, vector);
  return at === -1 ? { kind: 'vector', vector } : { kind: 'not-finite', at };
}

/** Memory that vectors share: to allocate it for each costs more than to copy and check it. */
const sharedBytes = 64 * 1024;
/** Longer vectors have memory of their own, so that what one wastes at the end is little. */
const sharingBytesMax = sharedBytes / 8;
const alignmentBytes = 8;

let shared = { buffer: new ArrayBuffer(sharedBytes), used: 0 };

function takeRoom(bytes: number): { readonly buffer: ArrayBuffer; readonly start: number } {
  if (bytes > sharingBytesMax) return { buffer: new ArrayBuffer(bytes), start: 0 };
  if (shared.used + bytes > sharedBytes) shared = { buffer: new ArrayBuffer(sharedBytes), used: 0 };
  const start = shared.used;
  shared.used += Math.ceil(bytes / alignmentBytes) * alignmentBytes;
  return { buffer: shared.buffer, start };
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
