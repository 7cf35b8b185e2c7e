/** Vectors of numbers as the bytes that `decodeVector` reads. */
import { type ElementType, elementBytes } from './elements.js';

/** The nearest numbers that the type has; what is too large for a floating-point type becomes infinite. */
export function encodeVector(numbers: readonly number[], type: ElementType): Uint8Array {
  const width = elementBytes[type];
  const bytes = new Uint8Array(numbers.length * width);
  const words = new DataView(bytes.buffer);
  const write = writers[type];
  for (let i = 0; i < numbers.length; i++) write(words, i * width, numbers[i] ?? 0);
  return bytes;
}

const writers: Readonly<Record<ElementType, (words: DataView, at: number, value: number) => void>> = {
  FLOAT32: (words, at, value) => words.setFloat32(at, value, true),
  FLOAT64: (words, at, value) => words.setFloat64(at, value, true),
  FLOAT16: (words, at, value) => words.setUint16(at, float16Bits(value), true),
  BFLOAT16: (words, at, value) => words.setUint16(at, bfloat16Bits(value), true),
  INT8: (words, at, value) => words.setInt8(at, Math.max(-128, Math.min(127, Math.round(value)))),
  UINT8: (words, at, value) => words.setUint8(at, Math.max(0, Math.min(255, Math.round(value)))),
};

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32, rounded to even. */
function bfloat16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function float16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const units = roundToEven(magnitude / 2 ** (exponent - 10));
  // A significand without its leading bit is below the normal numbers; one that rounds up carries into the exponent.
  return sign | (((exponent + 14) << 10) + units);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
}
