import { CachePool } from '#server/gateway/cache-pool.js';
import { ScriptedCommander } from '../../sdk/scripted-commander.js';
import { WordEmbedder } from '../../sdk/word-embedder.js';

function pool() {
  const embedder = new WordEmbedder();
  const commander = new ScriptedCommander((command) => {
    if (command === 'FT.CREATE') return 'OK';
    return command === 'FT.SEARCH' ? [0] : [null, null, null, null, null, null];
  });
  return { embedder, caches: new CachePool({ commander, embedder, clock: { nowMs: () => 0 }, config: {} }) };
}

describe('CachePool', () => {
  test('answers the same cache for the same id', () => {
    const { caches } = pool();
    expect(caches.get('a')).toBe(caches.get('a'));
    expect(caches.get('a')).not.toBe(caches.get('b'));
    expect(caches.get('b').cacheId).toBe('b');
  });

  test('lets the least recently used go, never the one in use', () => {
    const { caches } = pool();
    const kept = caches.get('kept');
    const dropped = caches.get('dropped');
    let saved = false;
    dropped.saveLearned = async () => {
      saved = true;
    };
    for (let index = 0; index < 999; index++) {
      caches.get(`cache-${index}`);
      caches.get('kept');
    }
    expect(caches.get('kept')).toBe(kept);
    expect(caches.get('dropped')).not.toBe(dropped);
    expect(saved).toBe(true);
  });

  test('embeds a prompt once for all caches', async () => {
    const { caches, embedder } = pool();
    await caches.get('a').lookup({ prompt: 'x' });
    await caches.get('b').lookup({ prompt: 'x' });
    expect(embedder.embedded).toEqual(['x']);
  });

  test('refuses an id that is none', () => {
    expect(() => pool().caches.get('a:b')).toThrow('its id must match');
  });
});
