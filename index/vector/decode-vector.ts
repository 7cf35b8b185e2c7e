/** Vector bytes as clients send them: little-endian float32, one after the other. */

export type DecodedVector =
  | { readonly kind: 'vector'; readonly vector: Float32Array }
  | { readonly kind: 'wrong-size'; readonly expectedBytes: number }
  /** NaN or infinity: it has no distance to anything, and would poison a graph. */
  | { readonly kind: 'not-finite'; readonly at: number };

/** The result is a copy: `bytes` may be reused. */
export function decodeVector(bytes: Uint8Array, dim: number): DecodedVector {
  const expectedBytes = dim * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length !== expectedBytes) return { kind: 'wrong-size', expectedBytes };
  const vector = new Float32Array(dim);
  if (hostIsLittleEndian) {
    new Uint8Array(vector.buffer).set(bytes);
  } else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < dim; i++) vector[i] = view.getFloat32(i * 4, true);
  }
  const at = vector.findIndex((element) => !Number.isFinite(element));
  return at === -1 ? { kind: 'vector', vector } : { kind: 'not-finite', at };
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
