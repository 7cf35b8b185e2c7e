import { type LinearLayer, LinearLayers, quantLimit } from '#sdk/embedders/sentence-encoder/linear-layers.js';
import { seededLayer, seededValues } from '../../../support/seeded-layer.js';

/** The plain twin: float64, three loops. */
function multiply({ inputs, outputs, weights, bias }: LinearLayer, input: Float32Array, rows: number): number[] {
  return Array.from({ length: rows * outputs }, (_, at) => {
    const row = Math.floor(at / outputs);
    const column = at % outputs;
    let sum = bias[column] ?? 0;
    for (let k = 0; k < inputs; k++) sum += (input[row * inputs + k] ?? 0) * (weights[k * outputs + column] ?? 0);
    return sum;
  });
}

describe('LinearLayers against the plain product', () => {
  const layers = [seededLayer(16, 8, 1), seededLayer(64, 24, 2), seededLayer(1_536, 16, 3)];
  const linear = new LinearLayers(layers, 9);

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('%i rows', (rows) => {
    layers.forEach((expectedLayer, position) => {
      const input = seededValues(rows * expectedLayer.inputs, 10 + rows);
      const expected = multiply(expectedLayer, input, rows);
      const received = linear.apply(position, input, rows);
      expect(received).toHaveLength(expected.length);
      const tolerance = 2e-3 * Math.sqrt(expectedLayer.inputs);
      const worst = received.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? 0))), 0);
      expect(worst).toBeLessThan(tolerance);
    });
  });

  test('a row of zeros gives the bias', () => {
    expect([...linear.apply(0, new Float32Array(16), 1)]).toEqual([...(layers[0]?.bias ?? [])]);
  });

  test('greatest values of one sign do not overflow', () => {
    const ones: LinearLayer = {
      inputs: 1_536,
      outputs: 8,
      weights: new Float32Array(1_536 * 8).fill(3),
      bias: new Float32Array(8),
    };
    const [value] = new LinearLayers([ones], 1).apply(0, new Float32Array(1_536).fill(2), 1);
    expect(value).toBeCloseTo(1_536 * 6, 0);
  });

  test('a row’s result does not depend on its neighbours', () => {
    const input = seededValues(9 * 64, 5);
    const together = linear.apply(1, input, 9).slice();
    for (let row = 0; row < 9; row++) {
      const alone = linear.apply(1, input.slice(row * 64, (row + 1) * 64), 1);
      expect([...alone]).toEqual([...together.slice(row * 24, (row + 1) * 24)]);
    }
  });

  test('refuses more rows than it has room for, and unknown layers', () => {
    expect(() => linear.apply(0, new Float32Array(160), 10)).toThrow('10 rows, expected 1 to 9');
    expect(() => linear.apply(3, new Float32Array(16), 1)).toThrow('layer 3 of 3');
  });
});

test.each([
  [16, 9],
  [12, 8],
])('refuses a layer of %i x %i', (inputs, outputs) => {
  expect(() => new LinearLayers([seededLayer(inputs, outputs, 1)], 1)).toThrow('does not fill whole panels');
});

test.each([256, 512, 1_536])('%i products at the limit stay within 32 bits', (inputs) => {
  const limit = quantLimit(inputs);
  expect(inputs * limit * limit).toBeLessThan(2 ** 31);
  expect(inputs * (limit + 1) * (limit + 1)).toBeGreaterThanOrEqual(2 ** 31);
});
