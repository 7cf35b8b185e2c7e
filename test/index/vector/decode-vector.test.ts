import { decodeVector } from '#index/vector/decode-vector.js';
import { floats } from '../documents.js';

describe('decodeVector', () => {
  it('reads little-endian float32 from any address', () => {
    const bytes = new Uint8Array(9);
    bytes.set([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], 1);
    expect(decodeVector(bytes.subarray(1), 2)).toEqual({ kind: 'vector', vector: Float32Array.of(1, -2) });
  });

  it('copies', () => {
    const bytes = floats([1]);
    const decoded = decodeVector(bytes, 1);
    bytes.fill(0);
    expect(decoded).toEqual({ kind: 'vector', vector: Float32Array.of(1) });
  });

  it('tells the size it expected', () => {
    expect(decodeVector(new Uint8Array(7), 2)).toEqual({ kind: 'wrong-size', expectedBytes: 8 });
    expect(decodeVector(new Uint8Array(0), 2)).toEqual({ kind: 'wrong-size', expectedBytes: 8 });
  });

  it('tells the first element that is not finite', () => {
    expect(decodeVector(floats([1, Number.NaN, Number.NaN]), 3)).toEqual({ kind: 'not-finite', at: 1 });
    expect(decodeVector(floats([Number.NEGATIVE_INFINITY]), 1)).toEqual({ kind: 'not-finite', at: 0 });
  });
});
