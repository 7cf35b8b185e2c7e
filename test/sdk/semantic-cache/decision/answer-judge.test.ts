import { wordJudge } from '#sdk/semantic-cache/decision/answer-judge.js';

const judged = (freshResponse: string, cachedResponse: string): unknown =>
  wordJudge({ prompt: 'q', cachedPrompt: 'p', freshResponse, cachedResponse });

describe('the judge by words', () => {
  test.each([
    ['Use the link on the sign-in page.', 'Use the link on the sign-in page.'],
    ['Use the link on the sign-in page.', 'use the link, on the sign-in page'],
    ['', ''],
  ])('takes %j and %j for the same', (fresh, cached) => {
    expect(judged(fresh, cached)).toBe('same');
  });

  test.each([
    ['It costs 5 euros.', 'It costs 6 euros.'],
    ['Use the link on the sign-in page.', 'Call our hotline at night.'],
    ['text', ''],
  ])('takes %j and %j for different', (fresh, cached) => {
    expect(judged(fresh, cached)).toBe('different');
  });

  test('does not know when answers share some words', () => {
    expect(judged('Use the link on the sign-in page to reset it', 'You find a reset link on the sign-in page')).toBe(
      'unknown',
    );
  });
});
