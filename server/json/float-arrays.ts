/**
 * Arrays of floating-point numbers rounded to a type, which FPHA of JSON.SET asks for: every array that holds numbers only,
 * one of them no integer. Numbers of four bytes and less take four bytes in a document, others eight.
 */
import { ByteSink } from '../base/byte-sink.js';
import { countAt, doubleAt, endOf, forEachMember, isContainer, isNumber, Tag, tagAt, typeAt } from './tape.js';
import { closeContainer, openContainer, writeDouble } from './tape-writer.js';

export type FloatType = 'BF16' | 'FP16' | 'FP32' | 'FP64';

/** What is thrown when a number is too large for the type. */
export class FloatRangeError extends Error {
  constructor(readonly type: FloatType) {
    super(`out of range for ${type}`);
  }
}

/** @throws FloatRangeError */
export function roundFloatArrays(tape: Buffer, type: FloatType): Buffer {
  const sink = new ByteSink();
  writeRounded(sink, tape, 0, type);
  return sink.bytes();
}

function writeRounded(sink: ByteSink, tape: Buffer, at: number, type: FloatType): void {
  const tag = tagAt(tape, at);
  if (!isContainer(tape, at)) {
    sink.range(tape, at, endOf(tape, at));
    return;
  }
  const isFloats = tag === Tag.array && isFloatArray(tape, at);
  const start = openContainer(sink, tag === Tag.array ? Tag.array : Tag.object);
  forEachMember(tape, at, (entry, value) => {
    sink.range(tape, entry, value);
    if (isFloats) writeDouble(sink, rounded(doubleAt(tape, value), type));
    else writeRounded(sink, tape, value, type);
  });
  closeContainer(sink, start, countAt(tape, at));
}

function isFloatArray(tape: Buffer, at: number): boolean {
  let areNumbers = true;
  let hasFloat = false;
  forEachMember(tape, at, (_entry, value) => {
    areNumbers &&= isNumber(tape, value);
    hasFloat ||= typeAt(tape, value) === 'number';
  });
  return areNumbers && hasFloat;
}

/** Bits of the significand, the exponent of the smallest normal number, and the largest number of each type. */
const TYPES: Readonly<
  Record<FloatType, { readonly bits: number; readonly exponentMin: number; readonly max: number }>
> = {
  BF16: { bits: 8, exponentMin: -126, max: 2 ** 127 * (2 - 2 ** -7) },
  FP16: { bits: 11, exponentMin: -14, max: 65504 },
  FP32: { bits: 24, exponentMin: -126, max: 2 ** 127 * (2 - 2 ** -23) },
  FP64: { bits: 53, exponentMin: -1022, max: Number.MAX_VALUE },
};

/** The nearest number of a type, ties to even. */
function rounded(value: number, type: FloatType): number {
  const { bits, exponentMin, max } = TYPES[type];
  if (type === 'FP64' || value === 0) return value;
  const exponent = Math.max(exponentMin, Math.floor(Math.log2(Math.abs(value))));
  const unit = 2 ** (exponent - bits + 1);
  const units = value / unit;
  const floor = Math.floor(units);
  const rest = units - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const result = (floor + (up ? 1 : 0)) * unit;
  if (Math.abs(result) > max) throw new FloatRangeError(type);
  return result;
}
