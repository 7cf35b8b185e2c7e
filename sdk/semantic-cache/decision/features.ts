/**
 * What the verifier sees of a candidate: numbers of similar size that say how likely the answer of the nearest entry
 * answers the prompt, whatever the embedder.
 *
 * Beside the similarity it is the neighbourhood that tells: entries whose answers are known to be the same share an
 * answer group, and a prompt whose neighbours all belong to one group is a safer hit than one between two groups, at
 * equal similarity. Words say what vectors blur: how much of the prompts' rare words they share, and how rare the rarest word
 * is that only one of them has.
 */
import type { WordStatistics } from './word-statistics.js';

/** A neighbour of the prompt, as a search found it. */
export interface Neighbour {
  /** Cosine, cut to 0..1. */
  readonly similarity: number;
  /** Entries of one group have the same answer, as far as is known. */
  readonly answerGroup: string;
}

export const featureNames = [
  'constant',
  'similarity',
  'groupShare',
  'margin',
  'sharedWords',
  'unsharedWord',
  'groupSimilarity',
] as const;

export const featureCount = featureNames.length;

/** Neighbours count less the farther they are: at 0.06 less similarity, half. */
const NEIGHBOUR_DECAY = 12;
/** Without a neighbour of another group there is nothing to confuse the candidate with. */
const MARGIN_MAX = 0.5;
const UNSHARED_SCALE = 10;

/**
 * @param neighbours not empty, the candidate first, the others of the same scope in descending similarity
 * @param asked words of the prompt
 * @param cached words of the candidate's prompt
 * @returns one number for each of `featureNames`
 */
export function featuresOf(
  neighbours: readonly Neighbour[],
  asked: ReadonlySet<string>,
  cached: ReadonlySet<string>,
  words: WordStatistics,
): readonly number[] {
  const [candidate] = neighbours;
  if (candidate === undefined) throw new Error('there is no candidate to describe');
  let shareOfGroup = 0;
  let shareOfAll = 0;
  let groupSum = 0;
  let groupCount = 0;
  let otherSimilarity = 0;
  for (const { similarity, answerGroup } of neighbours) {
    const weight = Math.exp((similarity - candidate.similarity) * NEIGHBOUR_DECAY);
    shareOfAll += weight;
    if (answerGroup === candidate.answerGroup) {
      shareOfGroup += weight;
      groupSum += similarity;
      groupCount++;
    } else if (similarity > otherSimilarity) otherSimilarity = similarity;
  }
  const { shared, unshared } = compareWords(asked, cached, words);
  return [
    1,
    candidate.similarity,
    shareOfGroup / shareOfAll,
    Math.min(MARGIN_MAX, candidate.similarity - otherSimilarity),
    shared,
    unshared / UNSHARED_SCALE,
    groupSum / groupCount,
  ];
}

/** @returns the share of rarity that both have, and the rarity of the rarest word that only one has */
function compareWords(
  asked: ReadonlySet<string>,
  cached: ReadonlySet<string>,
  words: WordStatistics,
): { readonly shared: number; readonly unshared: number } {
  let both = 0;
  let either = 0;
  let unshared = 0;
  for (const word of asked) {
    const rarity = words.rarity(word);
    either += rarity;
    if (cached.has(word)) both += rarity;
    else unshared = Math.max(unshared, rarity);
  }
  for (const word of cached) {
    if (asked.has(word)) continue;
    const rarity = words.rarity(word);
    either += rarity;
    unshared = Math.max(unshared, rarity);
  }
  return { shared: either === 0 ? 0 : both / either, unshared };
}
