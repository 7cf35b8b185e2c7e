import { answerTextJudge } from '#sdk/llm/answer-text-judge.js';
import { encodeAnswer } from '#sdk/llm/stored-answer.js';
import { wordJudge } from '#sdk/semantic-cache/decision/answer-judge.js';

const stored = (text: string, body: string) =>
  encodeAnswer({ format: 'openai-chat', text, body, usage: { inputTokens: 1, outputTokens: 1 } });
const judge = answerTextJudge(wordJudge);
const prompts = { prompt: 'a', cachedPrompt: 'b' };

describe('answerTextJudge', () => {
  test('compares what answers say, not how their bodies are numbered', () => {
    const freshResponse = stored('Paris is the capital.', '{"id":"chatcmpl-17","created":1700000000}');
    expect(
      judge({ ...prompts, freshResponse, cachedResponse: stored('Paris is the capital.', '{"id":"chatcmpl-99"}') }),
    ).toBe('same');
    expect(judge({ ...prompts, freshResponse, cachedResponse: stored('No idea at all, sorry.', '{}') })).toBe(
      'different',
    );
  });

  test('compares other answers as they are, and nothing with what is of another kind', () => {
    expect(judge({ ...prompts, freshResponse: 'Paris', cachedResponse: 'Paris' })).toBe('same');
    expect(judge({ ...prompts, freshResponse: 'Paris', cachedResponse: stored('Paris', '{}') })).toBe('unknown');
    expect(judge({ ...prompts, freshResponse: stored('Paris', '{}'), cachedResponse: 'Paris' })).toBe('unknown');
  });
});
