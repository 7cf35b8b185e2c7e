import { decodeVector } from '#index/vector/decode-vector.js';
import { type ElementType, toFloats } from '#index/vector/elements.js';
import { encodeVector } from '#index/vector/encode-vector.js';

test.each<[ElementType, number[], number[]]>([
  ['FLOAT32', [0.1, -2, 3e38], [Math.fround(0.1), -2, Math.fround(3e38)]],
  ['FLOAT64', [0.1, 1e300], [Math.fround(0.1), Number.POSITIVE_INFINITY]],
  ['FLOAT16', [0.1, 1, -65504, 6e-5, 2047.9], [0.0999755859375, 1, -65504, 0.00006002187728881836, 2048]],
  ['BFLOAT16', [0.1, 3.1403, -1], [0.10009765625, 3.140625, -1]],
  ['INT8', [1.4, -200, 127], [1, -128, 127]],
  ['UINT8', [1.6, -1, 300], [2, 0, 255]],
])('numbers as %s are read as the nearest of the type', (type, numbers, expected) => {
  const decoded = decodeVector(encodeVector(numbers, type), numbers.length, type);
  if (decoded.kind !== 'vector') throw new Error(decoded.kind);
  expect([...toFloats(type, decoded.vector)]).toEqual(expected);
});

test('what is too large for a type is not finite', () => {
  expect(decodeVector(encodeVector([1e6], 'FLOAT16'), 1, 'FLOAT16').kind).toBe('not-finite');
});
