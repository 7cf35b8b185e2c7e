/** One kind of random command: how often it comes, how it is made, and how its replies are compared. */
import { type Comparison, exact } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';

export interface Entry {
  readonly weight: number;
  readonly comparison: Comparison;
  readonly make: (random: SeededRandom) => readonly string[];
}

export const entry = (weight: number, make: Entry['make'], comparison: Comparison = exact): Entry => ({
  weight,
  make,
  comparison,
});
