import { DocumentTable } from '#index/document-table.js';
import { Random } from './random.js';

describe('DocumentTable', () => {
  it('gives a key one id and keeps it', () => {
    const table = new DocumentTable();
    expect([table.assign('a'), table.assign('b'), table.assign('a')]).toEqual([0, 1, 0]);
    expect([table.idOf('b'), table.keyOf(1), table.idOf('c'), table.keyOf(2)]).toEqual([1, 'b', undefined, undefined]);
  });

  it('reuses ids but not places in insertion order', () => {
    const table = new DocumentTable();
    for (const key of ['a', 'b', 'c']) table.assign(key);
    expect(table.release('a')).toBe(0);
    expect(table.release('a')).toBeUndefined();
    expect(table.assign('d')).toBe(0);
    expect(table.idLimit).toBe(3);
    expect([table.precedes(1, 0), table.precedes(0, 2)]).toEqual([true, false]);
  });

  it('renames to a free key only, keeping id and place', () => {
    const table = new DocumentTable();
    table.assign('a');
    table.assign('b');
    expect([table.rename('a', 'b'), table.rename('x', 'y'), table.rename('a', 'c')]).toEqual([false, false, true]);
    expect([table.idOf('c'), table.idOf('a'), table.precedes(0, 1)]).toEqual([0, undefined, true]);
    expect(table.validate()).toEqual([]);
  });

  it('stays valid under random operations', () => {
    const random = new Random(61);
    const table = new DocumentTable();
    for (let step = 0; step < 3000; step++) {
      const key = `k${random.integer(80)}`;
      if (random.chance(0.4)) table.release(key);
      else if (random.chance(0.2)) table.rename(key, `k${random.integer(80)}`);
      else table.assign(key);
    }
    expect(table.validate()).toEqual([]);
    let visited = 0;
    table.forEach((id) => {
      visited++;
      expect(table.has(id)).toBe(true);
    });
    expect(visited).toBe(table.size);
    expect(table.memoryBytes).toBeGreaterThan(0);
  });
});
