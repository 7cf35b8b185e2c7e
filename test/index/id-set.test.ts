import { forEachBit, IdSet } from '#index/id-set.js';
import { Random } from './random.js';

function ids(set: IdSet): number[] {
  const visited: number[] = [];
  set.forEach((id) => {
    visited.push(id);
  });
  return visited;
}

test.each([[[0]], [[31, 32, 63]], [[]], [[5, 6, 40, 95]]])('bits of %j are visited in ascending order', (bits) => {
  const words = new Uint32Array(3);
  for (const bit of bits) words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  const visited: number[] = [];
  forEachBit(words, 100, (bit) => void visited.push(bit));
  expect(visited).toEqual(bits.map((bit) => 100 + bit));
});

describe('IdSet', () => {
  it('says whether an operation changed it', () => {
    const set = new IdSet();
    expect([set.add(5), set.add(5), set.has(5), set.has(6)]).toEqual([true, false, true, false]);
    expect([set.delete(6), set.delete(5), set.delete(5), set.size]).toEqual([false, true, false, 0]);
  });

  it('visits ids in ascending order, across containers', () => {
    const set = new IdSet();
    for (const id of [70_000, 3, 200_000, 65_536, 65_535, 0]) set.add(id);
    expect(ids(set)).toEqual([0, 3, 65_535, 65_536, 70_000, 200_000]);
  });

  it('turns into a bitmap above 1024 ids and back below 512, and costs accordingly', () => {
    const set = new IdSet();
    for (let id = 0; id < 60_000; id++) set.add(id);
    expect(set.memoryBytes).toBeLessThan(10_000);
    expect(set.validate()).toEqual([]);
    for (let id = 0; id < 59_990; id++) set.delete(id);
    expect(set.memoryBytes).toBeLessThan(300);
    expect(set.validate()).toEqual([]);
    expect(ids(set)).toHaveLength(10);
  });

  it.each([
    ['sparse', 300_000, 4000],
    ['dense', 3000, 20_000],
  ])('equals a plain set when %s', (_, idLimit, steps) => {
    const random = new Random(41);
    const set = new IdSet();
    const plain = new Set<number>();
    const seek = set.seeker();
    for (let step = 0; step < steps; step++) {
      const id = random.integer(idLimit);
      if (random.chance(0.35)) expect(set.delete(id)).toBe(plain.delete(id));
      else if (set.add(id)) plain.add(id);
      const probe = random.integer(idLimit);
      expect([seek(id), seek(probe)]).toEqual([plain.has(id), plain.has(probe)]);
      if (step % 1000 === 0) expect(set.validate()).toEqual([]);
    }
    expect(ids(set)).toEqual([...plain].sort((a, b) => a - b));
    expect(set.size).toBe(plain.size);
    for (let id = 0; id < idLimit; id += random.integer(30)) expect(seek(id)).toBe(plain.has(id));
    for (let probe = 0; probe < 500; probe++) {
      const id = random.integer(idLimit);
      expect(set.has(id)).toBe(plain.has(id));
    }
  });
});
