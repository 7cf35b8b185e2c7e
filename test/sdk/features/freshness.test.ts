import { isoText } from '#sdk/features/event-time.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { AgeHistogram, ageBoundsSeconds, Freshness } from '#sdk/features/freshness.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { startInProcess } from '../../support/in-process.js';

test('quantiles are those of the sorted ages, to a tenth', () => {
  const random = new SeededRandom(4);
  const ages = new AgeHistogram();
  const all = Array.from({ length: 5_000 }, () => Math.floor(10 ** (random.next() * 9)));
  for (const age of all) ages.record(age);
  const sorted = [...all].sort((a, b) => a - b);
  for (const part of [0.01, 0.5, 0.9, 0.99, 1]) {
    const exact = (sorted[Math.ceil(part * sorted.length) - 1] ?? 0) / 1_000;
    expect(ages.quantileSeconds(part)).toBeGreaterThanOrEqual(exact);
    expect(ages.quantileSeconds(part)).toBeLessThanOrEqual(exact * 1.1 + 0.001);
  }
  expect(ages.count).toBe(5_000);
  expect(ages.sumSeconds).toBeCloseTo(all.reduce((sum, age) => sum + age, 0) / 1_000, 3);
});

test('a bucket holds what does not exceed its bound, and those below', () => {
  const ages = new AgeHistogram();
  for (const ageMs of [-5, 0, 100, 101, 1_000, 1e15]) ages.record(ageMs);
  const counts = new Map(ages.cumulative().map(({ boundSeconds, count }) => [boundSeconds, count]));
  expect([...counts.keys()]).toEqual(ageBoundsSeconds);
  expect([counts.get(0.1), counts.get(1), counts.get(31_536_000)]).toEqual([3, 5, 5]);
  expect(ages.count).toBe(6);
  expect(ages.quantileSeconds(1)).toBeGreaterThan(1e11);
});

test('nothing served is nothing counted', () => {
  const ages = new Freshness().of('nowhere');
  expect([ages.count, ages.quantileSeconds(0.5), ages.sumSeconds]).toEqual([0, 0, 0]);
});

test('a thousand groups are counted, told apart without regard to case', () => {
  const freshness = new Freshness();
  freshness.served('First', 1);
  freshness.served('FIRST', 1);
  expect(freshness.of('first').count).toBe(2);
  for (let group = 0; group < 1_000; group++) freshness.served(`g${group}`, 1);
  expect(freshness.all()).toHaveLength(1_000);
  expect(freshness.of('first').count).toBe(0);
  freshness.forget('G5');
  expect(freshness.of('g5').count).toBe(0);
});

test('the store counts what it serves, and forgets a group that is deleted', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  const group = await store.createGroup({ ...newGroup('g', 0), search: { metric: 'L2', filterable: [] } });
  const t = isoText(clock.nowMs() - 60_000);
  await store.put(group, { record: values({ id: '1', t, v: ['1', '2'] }) });
  await store.get(group, '1');
  await store.get(group, 'none');
  await store.search(group, { vector: [0, 0], count: 5 });
  const ages = store.freshness.of('g');
  expect(ages.count).toBe(2);
  expect(ages.sumSeconds).toBe(120);
  await store.deleteGroup('g');
  expect(store.freshness.of('g').count).toBe(0);
});
