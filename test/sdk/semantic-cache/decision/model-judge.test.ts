import { modelJudge } from '#sdk/semantic-cache/decision/model-judge.js';

const answers = { prompt: 'Why?', cachedPrompt: 'How come?', freshResponse: 'Since "so".', cachedResponse: 'Because.' };

test.each([
  ['SAME', 'same'],
  ['They are DIFFERENT.', 'different'],
  ['SAME or DIFFERENT?', 'unknown'],
  ['I cannot tell', 'unknown'],
])('a model that says "%s" means %s', async (said, verdict) => {
  const asked: string[] = [];
  const judge = modelJudge(async (prompt) => {
    asked.push(prompt);
    return said;
  });
  expect(await judge(answers)).toBe(verdict);
  expect(asked[0]).toContain(JSON.stringify({ question: 'Why?', first: 'Since "so".', second: 'Because.' }));
});

test('a model is not asked about answers that are equal', async () => {
  const judge = modelJudge(() => Promise.reject(new Error('not to be asked')));
  expect(await judge({ ...answers, freshResponse: 'Because.' })).toBe('same');
});
