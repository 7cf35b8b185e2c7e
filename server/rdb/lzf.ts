/**
 * LZF, the compression of strings in RDB: runs of literal bytes (a control byte below 32: one less than their number)
 * and references back (three bits of length less 2, 13 of distance less 1; length 7 is followed by a byte to add).
 *
 * The compressor is greedy over a table of the last place each three bytes were met; what it writes any LZF reader
 * understands, but it need not be byte for byte what liblzf writes.
 */
import { demand } from './corrupt-payload.js';

const TABLE_BITS = 14;
const DISTANCE_MAX = 1 << 13;
const MATCH_MIN = 3;
const MATCH_MAX = 264;
const LITERALS_MAX = 32;
/** A reference of three bytes stands for at most `MATCH_MAX`: nothing grows more than so many times. */
export const EXPANSION_MAX = MATCH_MAX / 3;

/** Places of one call, kept between calls: each call looks only at places it has written itself. */
const places = new Int32Array(1 << TABLE_BITS);

/** @returns undefined when the result would be longer than `bytesMax` */
export function compress(input: Uint8Array, bytesMax: number): Buffer | undefined {
  const output = new Output(bytesMax);
  places.fill(-1);
  let literalsAt = 0;
  let at = 0;
  while (at + MATCH_MIN <= input.length) {
    const slot = slotOf(input, at);
    const candidate = places[slot] ?? -1;
    places[slot] = at;
    const length = at - candidate > DISTANCE_MAX || candidate < 0 ? 0 : matchLength(input, candidate, at);
    if (length < MATCH_MIN) {
      at++;
      continue;
    }
    if (!output.literals(input, literalsAt, at) || !output.reference(at - candidate, length)) return undefined;
    const end = at + length;
    for (at++; at < end && at + MATCH_MIN <= input.length; at++) places[slotOf(input, at)] = at;
    at = end;
    literalsAt = end;
  }
  return output.literals(input, literalsAt, input.length) ? output.bytes() : undefined;
}

/** @param length what the result must be long. @throws CorruptPayload */
export function decompress(input: Uint8Array, length: number): Buffer {
  demand(length <= input.length * EXPANSION_MAX, 'a compressed string is too short for its length');
  const output = Buffer.allocUnsafe(length);
  let to = 0;
  for (let at = 0; at < input.length; ) {
    const control = input[at++] ?? 0;
    if (control < LITERALS_MAX) {
      const count = control + 1;
      demand(at + count <= input.length && to + count <= length, 'compressed literals run over');
      output.set(input.subarray(at, at + count), to);
      at += count;
      to += count;
      continue;
    }
    let count = control >>> 5;
    if (count === 7) count += input[at++] ?? 0;
    count += 2;
    const from = to - ((control & 0x1f) << 8) - (input[at++] ?? 0) - 1;
    demand(at <= input.length && from >= 0 && to + count <= length, 'a compressed reference runs over');
    for (let i = 0; i < count; i++) output[to + i] = output[from + i] ?? 0;
    to += count;
  }
  demand(to === length, 'a compressed string has another length');
  return output;
}

class Output {
  readonly #buffer: Buffer;
  #length = 0;

  constructor(bytesMax: number) {
    this.#buffer = Buffer.allocUnsafe(Math.max(0, bytesMax));
  }

  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  /** @returns whether there was room */
  literals(input: Uint8Array, from: number, to: number): boolean {
    for (let at = from; at < to; at += LITERALS_MAX) {
      const count = Math.min(LITERALS_MAX, to - at);
      if (this.#length + 1 + count > this.#buffer.length) return false;
      this.#buffer[this.#length] = count - 1;
      this.#buffer.set(input.subarray(at, at + count), this.#length + 1);
      this.#length += 1 + count;
    }
    return true;
  }

  /** @returns whether there was room */
  reference(distance: number, length: number): boolean {
    if (this.#length + 3 > this.#buffer.length) return false;
    const [far, count] = [distance - 1, length - 2];
    this.#buffer[this.#length++] = (Math.min(count, 7) << 5) | (far >>> 8);
    if (count >= 7) this.#buffer[this.#length++] = count - 7;
    this.#buffer[this.#length++] = far & 0xff;
    return true;
  }
}

function slotOf(input: Uint8Array, at: number): number {
  const three = ((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0);
  return Math.imul(three, 0x9e3779b1) >>> (32 - TABLE_BITS);
}

/** How many bytes from two places on are equal. */
function matchLength(input: Uint8Array, a: number, b: number): number {
  const most = Math.min(MATCH_MAX, input.length - b);
  let length = 0;
  while (length < most && input[a + length] === input[b + length]) length++;
  return length;
}
