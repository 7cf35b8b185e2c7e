/**
 * Random projections, which REDUCE of VADD asks for: nearly as near afterwards is what was near before. The matrix follows from its
 * size alone, so that a copy of the data that hears the same commands holds the same vectors.
 */

/** Rows of `inputDim` numbers from -1 to 1, divided by the root of `inputDim`; one row for each dimension that is left. */
export function projectionMatrix(inputDim: number, dim: number): Float32Array {
  const scale = 1 / Math.sqrt(inputDim);
  const matrix = new Float32Array(inputDim * dim);
  for (let at = 0; at < matrix.length; at++) matrix[at] = (mixed(at) / 2 ** 31 - 1) * scale;
  return matrix;
}

export function project(vector: Float32Array, matrix: Float32Array, dim: number): Float32Array {
  const projected = new Float32Array(dim);
  for (let row = 0; row < dim; row++) {
    let sum = 0;
    for (let i = 0; i < vector.length; i++) sum += (vector[i] ?? 0) * (matrix[row * vector.length + i] ?? 0);
    projected[row] = sum;
  }
  return projected;
}

/** 32 bits that look random, of a number (the finaliser of murmur3). */
function mixed(number: number): number {
  let bits = Math.imul(number + 1, 0x9e37_79b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
