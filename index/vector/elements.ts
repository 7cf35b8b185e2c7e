/**
 * What the elements of a vector are, by the names FT.CREATE knows. Half-precision numbers have no array type of their own in
 * JavaScript: FLOAT16 and BFLOAT16 are held as the 16 bits they are. Integers are numbers like the others: distances do not
 * scale them.
 */
export const elementTypes = ['FLOAT32', 'FLOAT64', 'FLOAT16', 'BFLOAT16', 'INT8', 'UINT8'] as const;
export type ElementType = (typeof elementTypes)[number];

/** A vector in the form of its element type. */
export type VectorElements = Float32Array | Float64Array | Uint16Array | Int8Array | Uint8Array;

export const elementBytes = {
  FLOAT32: 4,
  FLOAT64: 8,
  FLOAT16: 2,
  BFLOAT16: 2,
  INT8: 1,
  UINT8: 1,
} as const satisfies Record<ElementType, number>;

/** `length` elements over bytes that are aligned and in this machine's order. */
export function elementsOver(type: ElementType, buffer: ArrayBuffer, start: number, length: number): VectorElements {
  switch (type) {
    case 'FLOAT32':
      return new Float32Array(buffer, start, length);
    case 'FLOAT64':
      return new Float64Array(buffer, start, length);
    case 'FLOAT16':
    case 'BFLOAT16':
      return new Uint16Array(buffer, start, length);
    case 'INT8':
      return new Int8Array(buffer, start, length);
    case 'UINT8':
      return new Uint8Array(buffer, start, length);
  }
}

/** Position of the first NaN or infinity; -1 when every element is a finite number. */
export function firstNotFinite(type: ElementType, elements: VectorElements): number {
  switch (type) {
    case 'FLOAT16':
      return elements.findIndex((bits) => (bits & float16Exponent) === float16Exponent);
    case 'BFLOAT16':
      return elements.findIndex((bits) => (bits & bfloat16Exponent) === bfloat16Exponent);
    case 'INT8':
    case 'UINT8':
      return -1;
    default:
      if (elements instanceof Float32Array && isFinite32(elements)) return -1;
      return elements.findIndex((element) => !Number.isFinite(element));
  }
}

/** Every query and every write asks this: a loop over one type of array is several times faster than `findIndex`. */
function isFinite32(elements: Float32Array): boolean {
  let differences = 0;
  // What is not finite differs from itself by NaN, which no sum loses again.
  for (let at = 0; at < elements.length; at++) {
    const element = elements[at] ?? 0;
    differences += element - element;
  }
  return differences === 0;
}

/** The nearest float32 values, which are the values themselves but for FLOAT64. */
export function toFloats(type: ElementType, elements: VectorElements): Float32Array {
  if (elements instanceof Float32Array) return elements;
  if (type === 'FLOAT16') return Float32Array.from(elements, fromFloat16);
  if (type === 'BFLOAT16') return fromBfloat16(elements);
  return Float32Array.from(elements);
}

const float16Exponent = 0x7c00;
const bfloat16Exponent = 0x7f80;

function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & float16Exponent) >>> 10;
  const fraction = bits & 0x3ff;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A bfloat16 is the upper half of a float32. */
function fromBfloat16(elements: VectorElements): Float32Array {
  return new Float32Array(Uint32Array.from(elements, (bits) => bits << 16).buffer);
}
