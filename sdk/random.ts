/** Chance, passed in, so that tests repeat a run. */
import { randomBytes } from 'node:crypto';

/** Answers a number from 0 up to and without 1. */
export type RandomSource = () => number;

export const systemRandom: RandomSource = () => Math.random();

const SECRET_BYTES = 32;

/** Text that nobody guesses, of letters, digits, `_` and `-`. */
export function newSecretId(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}
