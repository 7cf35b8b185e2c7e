/** Writes values in the form of tape.ts into a sink. Containers are opened, filled, and closed with their count. */
import type { ByteSink } from '../base/byte-sink.js';
import { CONTAINER_HEAD_BYTES, LONG_KEY, SMALL_INTEGER_MAX, SMALL_INTEGER_MIN, Tag } from './tape.js';

const INT64_MAX = 2n ** 63n - 1n;

/** An integer of 64 bits, signed or unsigned, in its narrowest form. */
export function writeInteger(sink: ByteSink, value: number | bigint): void {
  if (value >= SMALL_INTEGER_MIN && value <= SMALL_INTEGER_MAX) {
    sink.byte(Tag.smallInteger + Number(value) - SMALL_INTEGER_MIN);
  } else if (value >= -0x80 && value <= 0x7f) {
    sink.byte(Tag.int8);
    sink.int(Number(value), 1);
  } else if (value >= -0x8000 && value <= 0x7fff) {
    sink.byte(Tag.int16);
    sink.int(Number(value), 2);
  } else if (value >= -0x8000_0000 && value <= 0x7fff_ffff) {
    sink.byte(Tag.int32);
    sink.int(Number(value), 4);
  } else if (value <= INT64_MAX) {
    sink.byte(Tag.int64);
    sink.int64(BigInt(value));
  } else {
    sink.byte(Tag.uint64);
    sink.uint64(BigInt(value));
  }
}

/** A double, in four bytes when they hold it exactly. */
export function writeDouble(sink: ByteSink, value: number): void {
  if (Math.fround(value) === value) {
    sink.byte(Tag.float);
    sink.float(value);
  } else {
    sink.byte(Tag.double);
    sink.double(value);
  }
}

export function writeBoolean(sink: ByteSink, value: boolean): void {
  sink.byte(value ? Tag.true : Tag.false);
}

/** The tag and the length of a string, whose UTF-8 the caller writes behind it. */
export function writeStringHead(sink: ByteSink, bytes: number): void {
  if (bytes <= 0xff) {
    sink.byte(Tag.string8);
    sink.byte(bytes);
  } else if (bytes <= 0xffff) {
    sink.byte(Tag.string16);
    sink.uint(bytes, 2);
  } else {
    sink.byte(Tag.string32);
    sink.uint(bytes, 4);
  }
}

/** The length of a key, whose UTF-8 the caller writes behind it. */
export function writeKeyHead(sink: ByteSink, bytes: number): void {
  if (bytes < LONG_KEY) {
    sink.byte(bytes);
  } else {
    sink.byte(LONG_KEY);
    sink.uint(bytes, 4);
  }
}

/** Begins an array or object. @returns where, for `closeContainer` */
export function openContainer(sink: ByteSink, tag: typeof Tag.array | typeof Tag.object): number {
  const at = sink.length;
  sink.byte(tag);
  sink.uint(0, 4);
  sink.uint(0, 4);
  return at;
}

/** Ends the container that was opened at `at`. */
export function closeContainer(sink: ByteSink, at: number, count: number): void {
  sink.patchUint(count, at + 1, 4);
  sink.patchUint(sink.length - at - CONTAINER_HEAD_BYTES, at + 5, 4);
}
