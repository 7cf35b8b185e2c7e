import fc from 'fast-check';
import { exactPrompt, normalisePrompt } from '#sdk/semantic-cache/prompt-normalisation.js';

const text = fc.string({ unit: 'binary', maxLength: 30 });

describe('normalisePrompt', () => {
  test.each([
    ['  How\tdo\n\nI \u00a0 pay? ', 'How do I pay?'],
    ['cafe\u0301', 'caf\u00e9'],
    ['Is US us?', 'Is US us?'],
    ['a-b, c!', 'a-b, c!'],
    ['\u3000', ''],
  ])('makes %j into %j', (prompt, normalised) => {
    expect(normalisePrompt(prompt)).toBe(normalised);
  });
});

describe('exactPrompt', () => {
  test.each([
    ['How Do I PAY?', 'how do i pay?'],
    ['CAFE\u0301 ', 'caf\u00e9'],
    ['how do i pay', 'how do i pay'],
  ])('makes %j into %j', (prompt, exact) => {
    expect(exactPrompt(prompt)).toBe(exact);
  });
});

test('both are idempotent', () => {
  fc.assert(
    fc.property(text, (prompt) => {
      expect(normalisePrompt(normalisePrompt(prompt))).toBe(normalisePrompt(prompt));
      expect(exactPrompt(exactPrompt(prompt))).toBe(exactPrompt(prompt));
      expect(exactPrompt(normalisePrompt(prompt))).toBe(exactPrompt(prompt));
    }),
    { numRuns: 5000 },
  );
});
