/**
 * How a list of documents by their words and a list by their nearness to a vector become one: by ranks (reciprocal rank fusion), or by a
 * weighted sum of scores. A document that only one of them has gets nothing from the other.
 */
import type { DistanceMetric } from '../schema.js';

export type Fusion =
  | { readonly kind: 'RRF'; readonly constant: number }
  /** `alpha` weighs words, `beta` nearness. */
  | { readonly kind: 'LINEAR'; readonly alpha: number; readonly beta: number };

export interface Scored {
  readonly key: string;
  readonly score: number;
}

/** @param words best first @param near nearest first @returns scores by key */
export function fuse(fusion: Fusion, words: readonly Scored[], near: readonly Scored[]): Map<string, number> {
  const fused = new Map<string, number>();
  const add = (key: string, share: number): void => void fused.set(key, (fused.get(key) ?? 0) + share);
  if (fusion.kind === 'RRF') {
    for (const list of [words, near]) list.forEach(({ key }, at) => void add(key, 1 / (fusion.constant + at + 1)));
    return fused;
  }
  for (const { key, score } of words) add(key, fusion.alpha * score);
  for (const { key, score } of near) add(key, fusion.beta * score);
  return fused;
}

/** From 0 to 1, but for vectors whose product is beyond 1: the greater, the nearer. */
export function similarityOf(metric: DistanceMetric, distance: number): number {
  return metric === 'L2' ? 1 / (1 + distance) : (2 - distance) / 2;
}
