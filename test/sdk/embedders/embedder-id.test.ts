import { checkIdentity } from '#sdk/embedders/embedder.js';
import { embedderId } from '#sdk/embedders/embedder-id.js';

test('keeps names that fit, and tells others apart by a digest', () => {
  expect(embedderId('openai', 'text-embedding-3-small', 1536)).toBe('openai-text-embedding-3-small-1536');
  const ids = ['a/b', 'a:b', 'A-b', 'x'.repeat(200), 'x'.repeat(201)].map((model) => embedderId('openai', model, 2));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) checkIdentity(id, 2);
});
