import { FunctionEmbedder, type FunctionEmbedderOptions } from '#sdk/embedders/function-embedder.js';

function embedder(options: Partial<FunctionEmbedderOptions>): FunctionEmbedder {
  return new FunctionEmbedder({
    id: 'lengths-1',
    dimension: 2,
    embed: async (texts) => texts.map((text) => [text.length, 1]),
    ...options,
  });
}

test('answers the function’s vectors in order', async () => {
  expect(await embedder({}).embed(['a', 'abc'])).toEqual([new Float32Array([1, 1]), new Float32Array([3, 1])]);
});

test('cuts a call into batches, one after the other', async () => {
  const batches: string[][] = [];
  const batched = embedder({
    batchTextsMax: 2,
    embed: async (texts) => {
      batches.push([...texts]);
      return texts.map((text) => [text.length, 1]);
    },
  });
  expect(await batched.embed(['a', 'b', 'c', 'd', 'e'])).toHaveLength(5);
  expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test.each([
  ['too few vectors', [[1, 1]], '1 vectors for 2 texts'],
  ['another dimension', [[1, 1], [1]], 'a vector of 1 values, expected 2'],
  [
    'a NaN',
    [
      [1, 1],
      [Number.NaN, 1],
    ],
    'not finite',
  ],
  [
    'a value beyond float32',
    [
      [1, 1],
      [1e39, 1],
    ],
    'not finite',
  ],
  [
    'zeros',
    [
      [1, 1],
      [0, 0],
    ],
    'zeros',
  ],
])('refuses %s', async (_, answer, message) => {
  await expect(embedder({ embed: async () => answer }).embed(['a', 'b'])).rejects.toMatchObject({
    code: 'invalid-output',
    message: expect.stringContaining(message),
  });
});

test('wraps the function’s failure and keeps its cause', async () => {
  const cause = new Error('no route to host');
  const failing = embedder({ embed: () => Promise.reject(cause) });
  await expect(failing.embed(['a'])).rejects.toMatchObject({
    code: 'failed',
    message: 'embedder lengths-1 failed: no route to host',
    cause,
  });
});

test('refuses long texts, or cuts them when told to', async () => {
  await expect(embedder({ textCharsMax: 3 }).embed(['1234'])).rejects.toMatchObject({ code: 'invalid-request' });
  const cutting = embedder({ textCharsMax: 3, longTexts: 'truncate' });
  expect(await cutting.embed(['1234'])).toEqual([new Float32Array([3, 1])]);
  expect([embedder({ textCharsMax: 3 }).textCharsMax, cutting.textCharsMax]).toEqual([3, undefined]);
});

test('refuses calls once closed', async () => {
  const closed = embedder({});
  await closed.close();
  await expect(closed.embed(['a'])).rejects.toMatchObject({ code: 'closed' });
});
