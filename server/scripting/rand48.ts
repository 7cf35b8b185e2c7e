/** The generator behind `math.random` in scripts: POSIX's lrand48, the same numbers on every machine. */

const MULTIPLIER_LOW = 0xe66d;
const MULTIPLIER_MIDDLE = 0xdeec;
const MULTIPLIER_HIGH = 0x5;
const INCREMENT = 0xb;
const SEED_LOW = 0x330e;
const INT32_MAX = 2 ** 31 - 1;

export class Rand48 {
  /** 48 bits, in words of 16, the lowest first. */
  #low = SEED_LOW;
  #middle = 0;
  #high = 0;

  constructor() {
    this.seed(0);
  }

  seed(value: number): void {
    this.#low = SEED_LOW;
    this.#middle = value & 0xffff;
    this.#high = (value >>> 16) & 0xffff;
  }

  /** From 0 up to 1. */
  fraction(): number {
    return (this.#next() % INT32_MAX) / INT32_MAX;
  }

  /** 31 bits. */
  #next(): number {
    const low = MULTIPLIER_LOW * this.#low + INCREMENT;
    const middle = MULTIPLIER_LOW * this.#middle + MULTIPLIER_MIDDLE * this.#low + Math.floor(low / 65536);
    const high =
      MULTIPLIER_LOW * this.#high +
      MULTIPLIER_MIDDLE * this.#middle +
      MULTIPLIER_HIGH * this.#low +
      Math.floor(middle / 65536);
    this.#low = low % 65536;
    this.#middle = middle % 65536;
    this.#high = high % 65536;
    return this.#high * 32768 + (this.#middle >>> 1);
  }
}
