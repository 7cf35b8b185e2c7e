import { rawVector } from '#server/types/vector-quantisation.js';

test('a vector is shown normalised, in the quantisation of its set', () => {
  const vector = Float32Array.of(3, -4, 0);
  const f32 = rawVector(vector, 'f32');
  expect([...new Float32Array(f32.bytes.buffer, f32.bytes.byteOffset, 3)]).toEqual([0.6, -0.8, 0].map(Math.fround));
  expect([f32.norm, f32.range]).toEqual([5, undefined]);
  expect(rawVector(vector, 'int8')).toMatchObject({ bytes: Buffer.of(95, 256 - 127, 0), range: Math.fround(0.8) });
  expect(rawVector(vector, 'bin').bytes).toEqual(Buffer.of(1, 0, 0, 0, 0, 0, 0, 0));
  expect(rawVector(Float32Array.of(0, 0), 'int8')).toMatchObject({ bytes: Buffer.of(0, 0), norm: 0, range: 0 });
});
