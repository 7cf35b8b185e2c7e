import { embeddingJudge } from '#sdk/semantic-cache/decision/embedding-judge.js';
import { WordEmbedder } from '../../word-embedder.js';

const judge = embeddingJudge(new WordEmbedder());
const verdict = (freshResponse: string, cachedResponse: string) =>
  judge({ prompt: 'p', cachedPrompt: 'q', freshResponse, cachedResponse });

test.each([
  ['Use the link on the page.', 'use the link on the page', 'same'],
  [
    'open the page and then use the small link on the page',
    'then open the page and use the small link on the page please',
    'same',
  ],
  ['you can open the account in the app today', 'you can not open the account in the app today', 'unknown'],
  [
    'it costs ten pounds a month for every line you have',
    'it costs twelve pounds a month for every line you have',
    'unknown',
  ],
  ['call us', 'write a letter', 'different'],
])('"%s" and "%s" are %s', async (fresh, cached, expected) => {
  expect(await verdict(fresh, cached)).toBe(expected);
});
