/**
 * DUMP payloads made by hand: parts of RDB as plainly as their formats are described, for what old versions of Redis
 * wrote and for what is damaged.
 */
import { crc64 } from '#server/base/crc64.js';

/** A payload: a type byte, an object, a version and a checksum. Text is latin1. */
export function payload(type: number, object: Buffer | string, version = 10): Buffer {
  const body = Buffer.concat([Buffer.of(type), bytesOf(object), Buffer.of(version & 0xff, version >>> 8)]);
  return Buffer.concat([body, crc64(body, 0, body.length)]);
}

/** A payload with a checksum that is right for what it says. */
export function resealed(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, Math.max(0, bytes.length - 8));
  return Buffer.concat([body, crc64(body, 0, body.length)]);
}

/** A string of RDB in its plain form. */
export function rdbString(text: string | Buffer): Buffer {
  const bytes = bytesOf(text);
  const head = Buffer.alloc(5);
  head[0] = 0x80;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([bytes.length < 64 ? Buffer.of(bytes.length) : head, bytes]);
}

/** What a ziplist holds: text, or a number in the smallest integer that holds it. */
export function ziplist(...elements: readonly (string | number | bigint)[]): Buffer {
  const entries: Buffer[] = [];
  for (const element of elements) {
    const before = entries.at(-1)?.length ?? 0;
    const long = Buffer.alloc(5, 0xfe);
    long.writeUInt32LE(before, 1);
    entries.push(Buffer.concat([before < 254 ? Buffer.of(before) : long, ziplistElement(element)]));
  }
  const body = Buffer.concat(entries);
  const head = Buffer.alloc(10);
  head.writeUInt32LE(10 + body.length + 1, 0);
  head.writeUInt32LE(10 + body.length - (entries.at(-1)?.length ?? 0), 4);
  head.writeUInt16LE(entries.length, 8);
  return Buffer.concat([head, body, Buffer.of(0xff)]);
}

function ziplistElement(element: string | number | bigint): Buffer {
  if (typeof element === 'string') {
    const bytes = bytesOf(element);
    if (bytes.length < 64) return Buffer.concat([Buffer.of(bytes.length), bytes]);
    if (bytes.length < 16384)
      return Buffer.concat([Buffer.of(0x40 | (bytes.length >>> 8), bytes.length & 0xff), bytes]);
    const head = Buffer.alloc(5, 0x80);
    head.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  }
  const value = BigInt(element);
  if (value >= 0n && value <= 12n) return Buffer.of(0xf1 + Number(value));
  const [first, width] = [
    [0xfe, 1],
    [0xc0, 2],
    [0xf0, 3],
    [0xd0, 4],
    [0xe0, 8],
  ].find(([, bytes = 8]) => BigInt.asIntN(bytes * 8, value) === value) ?? [0xe0, 8];
  const bytes = Buffer.alloc(9);
  bytes[0] = first ?? 0;
  bytes.writeBigInt64LE(value, 1);
  return bytes.subarray(0, 1 + (width ?? 8));
}

/** A zipmap of fields and values, each value with some bytes that are free. */
export function zipmap(pairs: readonly (readonly [string, string])[], free = 0): Buffer {
  const long = (length: number): Buffer => {
    const bytes = Buffer.alloc(5, 0xfe);
    bytes.writeUInt32LE(length, 1);
    return length < 254 ? Buffer.of(length) : bytes;
  };
  const parts = pairs.flatMap(([field, value]) => [
    ...[long(field.length), bytesOf(field), long(value.length), Buffer.of(free), bytesOf(value), Buffer.alloc(free)],
  ]);
  return Buffer.concat([Buffer.of(pairs.length), ...parts, Buffer.of(0xff)]);
}

/** A compressed string: literals only. */
export function literalLzf(text: string): Buffer {
  const bytes = bytesOf(text);
  const compressed = Buffer.concat([Buffer.of(bytes.length - 1), bytes]);
  return Buffer.concat([Buffer.of(0xc3, compressed.length, bytes.length), compressed]);
}

/** Bytes as a quoted word of a compat line. */
export function quoted(bytes: Buffer): string {
  return `"${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}

function bytesOf(text: Buffer | string): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
}
