/**
 * How many different values there were, about: HyperLogLog with 4096 registers, whose standard error is 1.6 %. As a text it is its
 * registers, one a character, which HLL_SUM adds up.
 */
import { textOf, type Value } from '../expression/value.js';

const indexBits = 12;
const registers = 2 ** indexBits;
/** The bias of the harmonic mean for so many registers. */
const alpha = 0.7213 / (1 + 1.079 / registers);

export class HyperLogLog {
  readonly #registers = new Uint8Array(registers);

  add(value: Value): void {
    const [high, low] = hashOf(typeof value === 'number' ? `#${value}` : `$${textOf(value) ?? ''}`);
    const index = high >>> (32 - indexBits);
    const rest = high << indexBits;
    const rank = (rest === 0 ? 32 - indexBits + Math.clz32(low) : Math.clz32(rest)) + 1;
    if (rank > (this.#registers[index] ?? 0)) this.#registers[index] = rank;
  }

  /** Adds what another one has seen. False when the text is of none. */
  addAll(text: string): boolean {
    if (text.length !== registers) return false;
    for (let at = 0; at < registers; at++) {
      this.#registers[at] = Math.max(this.#registers[at] ?? 0, text.charCodeAt(at));
    }
    return true;
  }

  get count(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const estimate = (alpha * registers * registers) / sum;
    // Few values are counted by the registers that are empty.
    return Math.round(estimate <= 2.5 * registers && empty > 0 ? registers * Math.log(registers / empty) : estimate);
  }

  toText(): string {
    return Buffer.from(this.#registers).toString('latin1');
  }
}

/** 64 bits: two chains of multiplications with the finish of MurmurHash3. */
function hashOf(text: string): [high: number, low: number] {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0xcc9e2d51) ^ (low >>> 15);
  }
  return [finish(high), finish(low ^ Math.imul(high, 0x1b873593))];
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
