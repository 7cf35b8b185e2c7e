import { Wildcard } from '#index/text/wildcard.js';
import { Random } from '../random.js';

describe('a wildcard', () => {
  it.each([
    ['f?o*', 'foo', true],
    ['f?o*', 'fo', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a\\?b', 'a?b', true],
    ['?', '😀', true],
    ['*ab*ab', 'aabab', true],
    ['a*', 'ba', false],
  ])('%s against %j is %s', (pattern, text, matches) => {
    expect(new Wildcard(pattern).matches(text)).toBe(matches);
  });

  it('knows what its matches begin with', () => {
    const prefixes = ['ab*c', '*a', 'a?', 'abc', 'a\\*b*'].map((pattern) => new Wildcard(pattern).prefix);
    expect(prefixes).toEqual(['ab', '', 'a', 'abc', 'a*b']);
  });

  it('knows the longest part that its matches hold', () => {
    const longest = ['ab*cde', '*a', 'a?bc', '*?', '*a\\*b?cd'].map((pattern) => new Wildcard(pattern).longest);
    expect(longest).toEqual(['cde', 'a', 'bc', '', 'a*b']);
  });

  it('matches what a regular expression matches', () => {
    const random = new Random(1);
    for (let round = 0; round < 3000; round++) {
      const pattern = Array.from({ length: random.integer(7) }, () => random.pick(['a', 'b', '*', '?'])).join('');
      const text = Array.from({ length: random.integer(7) }, () => random.pick(['a', 'b'])).join('');
      const twin = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect([pattern, text, new Wildcard(pattern).matches(text)]).toEqual([pattern, text, twin.test(text)]);
    }
  });
});
