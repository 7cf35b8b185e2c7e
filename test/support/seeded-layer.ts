/** Linear layers of seeded values, for tests of the packaged embedder's arithmetic. */
import type { LinearLayer } from '#sdk/embedders/sentence-encoder/linear-layers.js';

/** Values between -1 and 1, the same on every run. */
export function seededValues(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function seededLayer(inputs: number, outputs: number, seed: number): LinearLayer {
  return { inputs, outputs, weights: seededValues(inputs * outputs, seed), bias: seededValues(outputs, seed + 1) };
}
