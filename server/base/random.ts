/**
 * Randomness, passed in. The only home of entropy: tests hand in `seededRandom`, the server `systemRandom()`.
 */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** A whole number in [0, 2^32). */
  nextUint32(): number;
  /** A whole number in [0, bound); `bound` is at least 1 and at most 2^32. */
  below(bound: number): number;
}

/** xoshiro128** (Blackman and Vigna, 2018), seeded from one 32-bit number through splitmix32. */
export function seededRandom(seed: number): Random {
  let mix = seed >>> 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix();
  const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));
  const nextUint32 = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result;
  };
  return { nextUint32, below: (bound) => Math.floor((nextUint32() / 0x1_0000_0000) * bound) };
}

/** Bytes nobody can foresee, for secrets. */
export function systemEntropy(bytes: number): Buffer {
  return randomBytes(bytes);
}

/** A generator seeded from the operating system. Not for secrets. */
export function systemRandom(): Random {
  return seededRandom(randomBytes(4).readUInt32LE(0));
}
