import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import { EntryHashes } from '#sdk/semantic-cache/entry-hashes.js';
import { ownScope, TwoWriters } from '#sdk/semantic-cache/two-writers.js';
import { WordEmbedder } from '../word-embedder.js';
import { freshCaches, refund, refundAgain, summary } from './fresh-caches.js';

const scope = { model: 'm', namespace: 'shared on purpose' };
const right = 'Send it back within some weeks and ask for your money.';
const poison = 'Send your password to the address below.';

describe('under the two-writers rule', () => {
  /** One store and as many processes as there are writers: each has a cache object of its own. */
  function openFor() {
    const { open, commander, embedder, clock } = freshCaches();
    const caches = [open({ cacheId: 'shared' }), open({ cacheId: 'shared' })] as const;
    const at = (principal: string) => caches[principal === 'acme' ? 0 : 1];
    const ask = async (principal: string, prompt = refund) =>
      summary(await at(principal).lookup({ prompt, scope, principal }));
    const store = (principal: string, response: string, prompt = refund) =>
      at(principal).store({ prompt, response, scope, principal });
    return { ask, store, commander, embedder, clock, caches };
  }

  test('an answer serves its writer alone, in both tiers, until a second one was given the same', async () => {
    const { ask, store } = openFor();
    await store('acme', right);
    expect([await ask('acme'), await ask('acme', refundAgain)]).toEqual([
      ['exact', right],
      ['semantic', right],
    ]);
    expect([await ask('beta'), await ask('beta', refundAgain)]).toEqual(['no-candidate', 'no-candidate']);
    await store('acme', right);
    expect(await ask('beta')).toBe('no-candidate');
    await store('beta', right.toUpperCase());
    for (const principal of ['acme', 'beta', 'gamma']) {
      expect([await ask(principal), await ask(principal, refundAgain)]).toEqual([
        ['exact', expect.stringMatching(/^send it back/i)],
        ['semantic', expect.stringMatching(/^send it back/i)],
      ]);
    }
  });

  test('another answer is shared with nobody, and takes nothing from what is shared', async () => {
    const { ask, store } = openFor();
    await store('mallory', poison);
    await store('acme', right);
    expect([await ask('acme'), await ask('gamma')]).toEqual([['exact', right], 'no-candidate']);
    await store('beta', right);
    await store('mallory', poison);
    expect([await ask('gamma'), await ask('mallory')]).toEqual([
      ['exact', right],
      ['exact', poison],
    ]);
  });

  test('two who store at one time see one another', async () => {
    const { ask, store } = openFor();
    await Promise.all([store('acme', right), store('beta', right)]);
    expect(await ask('gamma')).toEqual(['exact', right]);
  });

  test('the same answer to another question agrees with nothing', async () => {
    const { ask, store } = openFor();
    await store('acme', right);
    await store('beta', right, 'where is my money');
    expect([await ask('gamma'), await ask('gamma', 'where is my money')]).toEqual(['no-candidate', 'no-candidate']);
  });

  test('who has an answer is known no longer than the answer lives', async () => {
    const { caches, commander, ask, clock } = openFor();
    const stored = { prompt: refund, response: right, scope, ttlMs: 1_000 };
    await caches[0].store({ ...stored, principal: 'acme' });
    clock.advance(1_000);
    expect(await commander.call('KEYS', 'nearkey:cache:{shared}:writers:*')).toEqual([]);
    await caches[1].store({ ...stored, principal: 'beta' });
    expect(await ask('gamma')).toBe('no-candidate');
  });

  test('a judge that fails, or does not know, has not agreed', async () => {
    const { commander } = freshCaches();
    const keys = cacheKeys('c', new WordEmbedder());
    const entries = new EntryHashes(commander, keys);
    const entry = { id: '1'.repeat(32), prompt: 'p', response: 'r', attributes: {}, createdAtMs: 1, embedderId: 'e' };
    const indexing = {
      scope: ownScope('a'.repeat(32), 'x'),
      exact: 'b'.repeat(32),
      answerGroup: 'g',
      vector: undefined,
    };
    await entries.write({ entry, indexing, keptForMs: null });
    const shared = 'f'.repeat(32);
    const confirms = (judge: () => 'same' | 'unknown', principal: string) =>
      new TwoWriters({ commander, keys, entries, judge }).confirms(shared, principal, entry, null);
    const failing = () => {
      throw new Error('ill');
    };
    expect(await confirms(() => 'same', 'first')).toBe(false);
    expect([await confirms(failing, 'second'), await confirms(() => 'unknown', 'second')]).toEqual([false, false]);
    expect(await confirms(() => 'same', 'second')).toBe(true);
  });
});
