/** The addon against WebAssembly and JavaScript: equal to the bit. */
import { fileURLToPath } from 'node:url';
import { portableArithmetic } from '#sdk/embedders/sentence-encoder/arithmetic.js';
import { nativeArithmetics } from '#sdk/embedders/sentence-encoder/native-arithmetic.js';
import { SentenceEncoder } from '#sdk/embedders/sentence-encoder/sentence-encoder.js';
import { seededLayer, seededValues } from '../../../support/seeded-layer.js';

const found = nativeArithmetics(
  fileURLToPath(new URL('../../../../../server/native/build/Release/encoder.node', import.meta.url)),
);

test('a path without an addon gives nothing', () => {
  expect(nativeArithmetics('/nowhere/encoder.node')).toEqual([]);
  expect(nativeArithmetics(fileURLToPath(import.meta.url))).toEqual([]);
});

/** Where no compiler was, there is one to compare with: itself. */
const compared = found.length > 0 ? found : [portableArithmetic];

describe.each(compared)('$name', (arithmetic) => {
  const layers = [seededLayer(16, 16, 1), seededLayer(64, 48, 2), seededLayer(1_536, 32, 3)];
  const linears = arithmetic.linears(layers, 13);
  const expected = portableArithmetic.linears(layers, 13);

  test.each([1, 2, 3, 4, 5, 6, 7, 12, 13])('%i rows', (rows) => {
    layers.forEach(({ inputs }, position) => {
      const input = seededValues(rows * inputs, rows);
      expect([...linears.apply(position, input, rows)]).toEqual([...expected.apply(position, input, rows)]);
      const rectified = [...linears.apply(position, input, rows, true)];
      // -0 is 0 to the next layer.
      expect(rectified.map((value) => value + 0)).toEqual([...expected.apply(position, input, rows, true)]);
    });
  });

  test('a row of zeros gives the bias', () => {
    expect([...linears.apply(0, new Float32Array(16), 1)]).toEqual([...(layers[0]?.bias ?? [])]);
  });

  test('refuses more rows than it has room for, unknown layers, and arrays that are too short', () => {
    expect(() => linears.apply(0, new Float32Array(16 * 14), 14)).toThrow('14 rows, expected 1 to 13');
    expect(() => linears.apply(3, new Float32Array(16), 1)).toThrow('layer 3 of 3');
    expect(() => arithmetic.linears([seededLayer(64, 9, 1)], 1)).toThrow('does not fill whole panels');
  });

  test('attention', () => {
    const [count, width] = [7, 64];
    const queryKeyValue = seededValues(count * 3 * width, 9).map((value) => 3 * value);
    const [output, wanted] = [new Float32Array(count * width), new Float32Array(count * width)];
    arithmetic.attend(queryKeyValue, count, width, 4, output);
    portableArithmetic.attend(queryKeyValue, count, width, 4, wanted);
    const worst = output.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] ?? 0))), 0);
    expect(worst).toBeLessThan(1e-6);
  });

  test('vectors of texts', async () => {
    const texts = ['How do I cancel my card?', '', 'café 日本語', 'I was charged twice on 3 May. '.repeat(40)];
    const [plain, native] = await Promise.all([SentenceEncoder.load(), SentenceEncoder.load(arithmetic)]);
    const vectors = native.encodeAll(texts);
    plain.encodeAll(texts).forEach((wanted, at) => {
      const cosine = wanted.reduce((sum, value, i) => sum + value * (vectors[at]?.[i] ?? 0), 0);
      expect(cosine).toBeGreaterThan(1 - 1e-6);
    });
  });
});

describe.each(found)('$name, handed arrays that are too short', (arithmetic) => {
  test('refuses them', () => {
    const linears = arithmetic.linears([seededLayer(16, 16, 1)], 4);
    expect(() => linears.apply(0, new Float32Array(17), 2)).toThrow('arrays do not fit');
    expect(() => arithmetic.attend(new Float32Array(11), 1, 4, 1, new Float32Array(4))).toThrow('arrays do not fit');
  });
});
