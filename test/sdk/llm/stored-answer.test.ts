import fc from 'fast-check';
import { decodeAnswer, encodeAnswer, type StoredAnswer } from '#sdk/llm/stored-answer.js';

const answer: StoredAnswer = {
  format: 'openai-chat',
  text: 'Paris',
  body: '{"choices":[]}',
  usage: { inputTokens: 7, outputTokens: 2 },
};

describe('stored answers', () => {
  test('come back as they were', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const events = fc.array(fc.record({ data: text, name: text }, { requiredKeys: ['data'] }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.option(events, { nil: undefined }), text, text, (kept, says, body) => {
        const stored = { ...answer, text: says, body, events: kept };
        expect(decodeAnswer(encodeAnswer(stored))).toEqual(stored);
      }),
    );
  });

  test('know how long the model took, where somebody looked', () => {
    expect(decodeAnswer(encodeAnswer({ ...answer, tookMs: 800 }))).toEqual({ ...answer, tookMs: 800 });
    expect(decodeAnswer(encodeAnswer(answer))).not.toHaveProperty('tookMs');
  });

  test('keep of events that are alike what differs', () => {
    const frame = (word: string) =>
      `{"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"delta":{"content":${JSON.stringify(word)}}}]}`;
    const words = Array.from({ length: 200 }, (_, i) => `word${i} `);
    const events = words.map((word) => ({ data: frame(word) }));
    const encoded = encodeAnswer({ ...answer, events });
    expect(decodeAnswer(encoded)?.events).toEqual(events);
    expect(encoded.length).toBeLessThan(words.join('').length * 4);
  });

  test.each(['', 'null', '"Paris"', '{"v":2}', '{"v":1,"format":"x"}'])('are not read from %s', (text) => {
    expect(decodeAnswer(text)).toBeUndefined();
  });
});
