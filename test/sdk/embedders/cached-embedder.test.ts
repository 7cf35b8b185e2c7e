import { CachedEmbedder, type CachedEmbedderOptions } from '#sdk/embedders/cached-embedder.js';
import { FunctionEmbedder } from '#sdk/embedders/function-embedder.js';

function recording(options: CachedEmbedderOptions = {}): { cached: CachedEmbedder; asked: string[][] } {
  const asked: string[][] = [];
  const inner = new FunctionEmbedder({
    id: 'lengths-1',
    dimension: 2,
    embed: async (texts) => {
      asked.push([...texts]);
      if (texts.includes('bad')) throw new Error('refused');
      return texts.map((text) => [text.length, 1]);
    },
  });
  return { cached: new CachedEmbedder(inner, options), asked };
}

test('takes over the id, the dimension and the longest text', () => {
  expect(recording().cached).toMatchObject({ id: 'lengths-1', dimension: 2, textCharsMax: 32_768 });
});

test('asks for a text once, within a call and across calls', async () => {
  const { cached, asked } = recording();
  const first = await cached.embed(['a', 'bb', 'a']);
  const second = await cached.embed(['bb', 'ccc']);
  expect(first).toEqual([new Float32Array([1, 1]), new Float32Array([2, 1]), new Float32Array([1, 1])]);
  expect(second).toEqual([new Float32Array([2, 1]), new Float32Array([3, 1])]);
  expect(asked).toEqual([['a', 'bb'], ['ccc']]);
  expect(cached.counts).toEqual({ hits: 2, misses: 3, entries: 3 });
});

test('concurrent calls share one request', async () => {
  const { cached, asked } = recording();
  await Promise.all([cached.embed(['a']), cached.embed(['a']), cached.embed(['a'])]);
  expect(asked).toEqual([['a']]);
});

test('hands out copies', async () => {
  const { cached } = recording();
  const [vector] = await cached.embed(['a']);
  vector?.fill(9);
  expect(await cached.embed(['a'])).toEqual([new Float32Array([1, 1])]);
});

test('forgets the least recently used text first', async () => {
  const { cached, asked } = recording({ entriesMax: 2 });
  await cached.embed(['a']);
  await cached.embed(['b']);
  await cached.embed(['a']);
  await cached.embed(['c']);
  await cached.embed(['a', 'b']);
  expect(asked).toEqual([['a'], ['b'], ['c'], ['b']]);
});

test('one call may hold more texts than are kept', async () => {
  const { cached } = recording({ entriesMax: 1 });
  expect(await cached.embed(['a', 'bb', 'ccc'])).toHaveLength(3);
  expect(await cached.embed(['ccc', 'a'])).toEqual([new Float32Array([3, 1]), new Float32Array([1, 1])]);
  expect(cached.counts.entries).toBe(1);
});

test('does not keep long texts', async () => {
  const { cached, asked } = recording({ keptTextCharsMax: 2 });
  await cached.embed(['long']);
  await cached.embed(['long']);
  expect(asked).toEqual([['long'], ['long']]);
});

test('does not keep failures', async () => {
  const { cached, asked } = recording();
  await expect(cached.embed(['bad'])).rejects.toThrow('refused');
  await expect(cached.embed(['bad'])).rejects.toThrow('refused');
  expect(asked).toEqual([['bad'], ['bad']]);
  expect(cached.counts.entries).toBe(0);
});

test('closes what it wraps', async () => {
  const { cached } = recording();
  await cached.close();
  await expect(cached.embed(['a'])).rejects.toMatchObject({ code: 'closed' });
});
