import { attend } from '#sdk/embedders/sentence-encoder/attention.js';

/** The plain twin: one head of one token after the other, by the formula. */
function attended(rows: readonly (readonly number[])[], width: number, heads: number): number[] {
  const size = width / heads;
  return rows.flatMap((row) =>
    Array.from({ length: width }, (_, at) => {
      const head = Math.floor(at / size) * size;
      const powers = rows.map((other) => {
        let product = 0;
        for (let i = 0; i < size; i++) product += (row[head + i] ?? 0) * (other[width + head + i] ?? 0);
        return Math.exp(product / Math.sqrt(size));
      });
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.reduce((mixed, power, i) => mixed + (power / sum) * (rows[i]?.[2 * width + at] ?? 0), 0);
    }),
  );
}

test('mixes the values of all tokens by how well their keys answer the query', () => {
  const [count, width, heads] = [5, 16, 2];
  const rows = Array.from({ length: count }, (_, row) =>
    Array.from({ length: 3 * width }, (_, at) => Math.fround(Math.sin(row * 7 + at * 3))),
  );
  const output = new Float32Array(count * width);
  attend(Float32Array.from(rows.flat()), count, width, heads, output);
  attended(rows, width, heads).forEach((expected, at) => {
    expect(output[at]).toBeCloseTo(expected, 5);
  });
});
