/** Growing the typed arrays that are indexed by document id: doubled, so that n appends cost O(n). */

/** The array itself when it holds `length` elements, else a copy at least twice as long, filled with `filler`. */
export function grownFloat64(array: Float64Array, length: number, filler: number): Float64Array {
  if (length <= array.length) return array;
  const grown = new Float64Array(grownLength(array.length, length)).fill(filler, array.length);
  grown.set(array);
  return grown;
}

/** See `grownFloat64`. */
export function grownInt32(array: Int32Array, length: number, filler: number): Int32Array {
  if (length <= array.length) return array;
  const grown = new Int32Array(grownLength(array.length, length)).fill(filler, array.length);
  grown.set(array);
  return grown;
}

const lengthMin = 64;

function grownLength(current: number, wanted: number): number {
  return Math.max(lengthMin, current * 2, wanted);
}
