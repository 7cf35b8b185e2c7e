import { fuse, similarityOf } from '#index/aggregate/fusion.js';

const words = [
  { key: 'a', score: 3 },
  { key: 'b', score: 1 },
];
const near = [
  { key: 'b', score: 0.9 },
  { key: 'c', score: 0.5 },
];

test('ranks are fused without regard to scores', () => {
  expect(Object.fromEntries(fuse({ kind: 'RRF', constant: 1 }, words, near))).toEqual({
    a: 1 / 2,
    b: 1 / 3 + 1 / 2,
    c: 1 / 3,
  });
});

test('scores are weighed', () => {
  expect(Object.fromEntries(fuse({ kind: 'LINEAR', alpha: 2, beta: 10 }, words, near))).toEqual({ a: 6, b: 11, c: 5 });
});

test('the nearer, the more similar', () => {
  expect([similarityOf('L2', 0), similarityOf('L2', 1)]).toEqual([1, 0.5]);
  expect([similarityOf('COSINE', 0), similarityOf('COSINE', 2), similarityOf('IP', 0)]).toEqual([1, 0, 1]);
});
