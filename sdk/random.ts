/** Chance, passed in, so that tests repeat a run. */

/** Answers a number from 0 up to and without 1. */
export type RandomSource = () => number;

export const systemRandom: RandomSource = () => Math.random();
