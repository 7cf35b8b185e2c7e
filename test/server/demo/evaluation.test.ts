import type { GuardVerdict } from '@nearkey/sdk';
import {
  answered,
  askAll,
  type LabelledPrompt,
  lowerTriangle,
  nearest,
  policies,
  similarity,
  stream,
} from '#server/demo/evaluation.js';

function unit(angleDegrees: number): Float32Array {
  const angle = (angleDegrees * Math.PI) / 180;
  return new Float32Array([Math.cos(angle), Math.sin(angle)]);
}

function prompt(text: string, label: string | null): LabelledPrompt {
  return { text, label };
}

function refusing(word: string): (cached: string, asked: string) => GuardVerdict {
  return (cached) => (cached.includes(word) ? { ok: false, rule: 'antonym' } : { ok: true });
}

test('similarity is the cosine of unit vectors', () => {
  expect(similarity(unit(10), unit(70))).toBeCloseTo(0.5, 5);
});

test('a lookup sees the eight most similar', () => {
  const candidates = Array.from({ length: 20 }, (_, position) => ({ position, similarity: (position * 7) % 20 }));
  expect(nearest(candidates).map((candidate) => candidate.similarity)).toEqual([19, 18, 17, 16, 15, 14, 13, 12]);
});

describe('a refused candidate', () => {
  const candidates = [
    { position: 0, similarity: 0.95 },
    { position: 1, similarity: 0.9 },
    { position: 2, similarity: 0.7 },
  ];
  const positionFor = Object.fromEntries(
    policies.map((policy) => [policy, answered(candidates, 0.8, policy, ({ position }) => position === 0)?.position]),
  );
  test('is answered without a guard, passed over, or ends the lookup', () => {
    expect(positionFor).toEqual({ none: 0, next: 1, stop: undefined });
  });
  test('does not lower the threshold', () => {
    expect(answered(candidates, 0.8, 'next', ({ position }) => position < 2)).toBeUndefined();
  });
});

const ALL_PASS = refusing('nothing has this word');

test('a filled cache: hits and wrong hits per threshold', () => {
  const entries = [
    { prompt: prompt('a', 'a'), vector: unit(0) },
    { prompt: prompt('b', 'b'), vector: unit(90) },
  ];
  const questions = [
    { prompt: prompt('like a', 'a'), vector: unit(10) },
    { prompt: prompt('looks like a', 'b'), vector: unit(40) },
    { prompt: prompt('looks like b', null), vector: unit(80) },
  ];
  expect(askAll(entries, questions, [0.99, 0.98, 0.7], 'stop', ALL_PASS)).toEqual([
    { minSimilarity: 0.99, requests: 3, hits: 0, wrongHits: 0 },
    { minSimilarity: 0.98, requests: 3, hits: 2, wrongHits: 1 },
    { minSimilarity: 0.7, requests: 3, hits: 3, wrongHits: 2 },
  ]);
  expect(askAll(entries, questions, [0.7], 'stop', refusing('a'))).toEqual([
    { minSimilarity: 0.7, requests: 3, hits: 1, wrongHits: 1 },
  ]);
});

test('a stream: misses are stored, hits are not', () => {
  const prompts = [prompt('a', 'a'), prompt('a again', 'a'), prompt('b near a', 'b'), prompt('far', 'c')];
  const similarities = lowerTriangle([unit(0), unit(5), unit(20), unit(90)]);
  const run = (minSimilarity: number): unknown => stream(prompts, similarities, minSimilarity, 'stop', ALL_PASS);
  expect(run(0.99)).toEqual({ minSimilarity: 0.99, requests: 4, hits: 1, wrongHits: 0 });
  expect(run(0.9)).toEqual({ minSimilarity: 0.9, requests: 4, hits: 2, wrongHits: 1 });
});
