import {
  checkEntryId,
  checkedPrompt,
  checkedTtlMs,
  checkFraction,
  checkResponse,
} from '#sdk/semantic-cache/request-checks.js';

const invalid = expect.objectContaining({ code: 'invalid-request' });

describe('checks of a request', () => {
  test.each([
    ['an empty prompt', () => checkedPrompt('', 10)],
    ['a prompt of white space', () => checkedPrompt(' \n ', 10)],
    ['a prompt beyond the limit', () => checkedPrompt('x'.repeat(11), 10)],
    ['a response beyond the limit', () => checkResponse('four', 3)],
    ['a fraction below 0', () => checkFraction('minSimilarity', -0.1)],
    ['a fraction above 1', () => checkFraction('minSimilarity', 1.1)],
    ['a fraction that is no number', () => checkFraction('minSimilarity', Number.NaN)],
    ['an id in capitals', () => checkEntryId('A'.repeat(32))],
    ['a TTL of 0', () => checkedTtlMs(0, null)],
    ['a TTL of half a millisecond', () => checkedTtlMs(0.5, null)],
    ['a TTL that is no number', () => checkedTtlMs(Number.NaN, null)],
    ['a TTL of more than a year', () => checkedTtlMs(31_556_952_001, null)],
  ])('refuse %s', (_name, check) => expect(check).toThrow(invalid));

  test('let the rest pass, and say how it is kept', () => {
    expect(checkedPrompt('  How do I\npay? ', 20)).toBe('How do I pay?');
    expect(checkedTtlMs(undefined, 7)).toBe(7);
    expect(checkedTtlMs(null, 7)).toBeNull();
    expect(checkedTtlMs(31_556_952_000, 7)).toBe(31_556_952_000);
    checkResponse('abc', 3);
    checkFraction('minSimilarity', undefined);
    checkFraction('minSimilarity', 1);
    checkEntryId('0'.repeat(32));
  });
});
