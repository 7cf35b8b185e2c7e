import { Deadline, defaultEngine, defineSchema, hnswlibEngine, nearestNeighbors } from '#index/mod.js';

test.each([defaultEngine(), hnswlibEngine])('the nearest are found by engine %#, of all or of some', (engine) => {
  const [field] = defineSchema([
    { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim: 2, metric: 'COSINE' },
  ]).fields;
  if (field?.type !== 'VECTOR') throw new Error('the field is a vector');
  const index = engine.create(field, (id) => id, 1);
  for (let id = 0; id < 50; id++) index.put(id, Float32Array.of(Math.cos(id / 50), Math.sin(id / 50)));
  const wish = { k: 2, efRuntime: 50, exact: false, allowed: undefined, deadline: new Deadline(undefined) };
  const ids = (more: Partial<typeof wish>, allowed?: number[]): number[] =>
    nearestNeighbors(index, Float32Array.of(1, 0.015), { ...wish, ...more, allowed }).map(({ id }) => id);
  expect([ids({}), ids({ exact: true }), ids({}, [5, 9, 40])]).toEqual([
    [1, 0],
    [1, 0],
    [5, 9],
  ]);
  expect([...new Float32Array(index.read(0)?.slice().buffer ?? new ArrayBuffer(0))]).toEqual([1, 0]);
  expect(index.read(99)).toBeUndefined();
});
