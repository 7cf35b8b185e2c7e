/**
 * Attention of the encoder: what each token takes from the others. Sums are kept in doubles.
 */

/**
 * Every token attends to every token, in so many heads.
 * @param queryKeyValue a row a token: its query, key and value, `width` each
 * @param output a row of `width` a token
 */
export function attend(
  queryKeyValue: Float32Array,
  count: number,
  width: number,
  heads: number,
  output: Float32Array,
): void {
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const weights = new Float64Array(count);
  const mixed = new Float64Array(headWidth);
  const stride = 3 * width;
  for (let head = 0; head < heads; head++) {
    const query = head * headWidth;
    const key = width + query;
    const value = 2 * width + query;
    for (let token = 0; token < count; token++) {
      for (let other = 0; other < count; other++) {
        weights[other] = scale * dot(queryKeyValue, token * stride + query, other * stride + key, headWidth);
      }
      softmax(weights);
      for (let other = 0; other < count; other++) {
        const weight = weights[other] ?? 0;
        const from = other * stride + value;
        for (let at = 0; at < headWidth; at++) mixed[at] = (mixed[at] ?? 0) + weight * (queryKeyValue[from + at] ?? 0);
      }
      output.set(mixed, token * width + query);
      mixed.fill(0);
    }
  }
}

/** Four sums side by side: one alone would wait for each addition to finish. `length` is a multiple of 4. */
function dot(values: Float32Array, a: number, b: number, length: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let at = 0; at < length; at += 4) {
    sum0 += (values[a + at] ?? 0) * (values[b + at] ?? 0);
    sum1 += (values[a + at + 1] ?? 0) * (values[b + at + 1] ?? 0);
    sum2 += (values[a + at + 2] ?? 0) * (values[b + at + 2] ?? 0);
    sum3 += (values[a + at + 3] ?? 0) * (values[b + at + 3] ?? 0);
  }
  return sum0 + sum1 + (sum2 + sum3);
}

function softmax(values: Float64Array): void {
  const greatest = values.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const power = Math.exp((values[at] ?? 0) - greatest);
    values[at] = power;
    sum += power;
  }
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) / sum;
}
