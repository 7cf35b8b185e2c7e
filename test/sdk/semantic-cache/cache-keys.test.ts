import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';

const embedder = { id: 'use-lite-1', dimension: 512 };

describe('cacheKeys', () => {
  test('puts all keys of a cache and its index into one slot', () => {
    const keys = cacheKeys('help-desk', embedder);
    expect(keys.entry('0'.repeat(32))).toBe(`nearkey:cache:{help-desk}:entry:${'0'.repeat(32)}`);
    expect(keys.entryPrefix).toBe('nearkey:cache:{help-desk}:entry:');
    expect(keys.learned).toBe('nearkey:cache:{help-desk}:learned:2:use-lite-1:512');
    expect(keys.trail).toBe('nearkey:cache:{help-desk}:trail');
    expect(keys.suspects).toBe('nearkey:cache:{help-desk}:suspects');
    expect(keys.votes).toBe('nearkey:cache:{help-desk}:votes');
    expect(keys.writers('0')).toBe('nearkey:cache:{help-desk}:writers:0');
    expect(keys.quarantined('0').startsWith(keys.entryPrefix)).toBe(false);
    expect(keys.quarantined('0').startsWith(keys.anyEntry.slice(0, -1))).toBe(true);
    expect(keys.statistics).toBe('nearkey:cache:{help-desk}:statistics');
    expect(keys.savingsPrefix).toBe('nearkey:cache:{help-desk}:savings:');
    expect(keys.index).toBe('nearkey:cache:{help-desk}:index:1:use-lite-1:512');
  });

  test('keeps the vectors of every embedder in a field and an index of their own', () => {
    const a = cacheKeys('c', embedder);
    for (const other of [
      { id: 'use-lite-2', dimension: 512 },
      { id: 'use-lite-1', dimension: 256 },
    ]) {
      const b = cacheKeys('c', other);
      expect([b.index, b.vectorField]).not.toEqual([a.index, a.vectorField]);
      expect(b.entryPrefix).toBe(a.entryPrefix);
    }
  });

  test.each(['', 'a b', 'a{b}', 'a:b', 'a*', '../a', 'x'.repeat(129)])('refuses the cache id %j', (cacheId) => {
    expect(() => cacheKeys(cacheId, embedder)).toThrow(expect.objectContaining({ code: 'invalid-configuration' }));
  });

  test.each([
    { id: 'A', dimension: 2 },
    { id: '', dimension: 2 },
    { id: 'a', dimension: 0 },
    { id: 'a', dimension: 1.5 },
  ])('refuses the embedder %j', (bad) => {
    expect(() => cacheKeys('c', bad)).toThrow(expect.objectContaining({ code: 'invalid-configuration' }));
  });
});
