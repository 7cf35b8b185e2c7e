import { SortedStrings } from '#index/sorted-strings.js';
import { walkFuzzy, walkFuzzyPrefix } from '#index/text/fuzzy.js';
import { Random } from '../random.js';

function within(words: SortedStrings, word: string, distanceMax: number): string[] {
  const found: string[] = [];
  walkFuzzy(
    (from, visit) => words.walk(from, visit),
    word,
    distanceMax,
    (text) => found.push(text) > 0,
  );
  return found;
}

function levenshtein(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return levenshtein(restA, restB);
  return 1 + Math.min(levenshtein(restA, restB), levenshtein(restA, b), levenshtein(a, restB));
}

describe('walkFuzzy', () => {
  it('finds words that differ by a letter or two', () => {
    const words = new SortedStrings();
    for (const word of ['hallo', 'hello', 'help', 'hellos', 'yellow', 'zebra', '']) words.add(word);
    expect(within(words, 'hello', 1)).toEqual(['hallo', 'hello', 'hellos']);
    expect(within(words, 'hello', 2)).toEqual(['hallo', 'hello', 'hellos', 'help', 'yellow']);
    expect(within(words, 'a', 1)).toEqual(['']);
  });

  it.each([
    [1, ''],
    [2, ''],
    [3, ''],
    [4, ''],
    [2, 'x'.repeat(27)],
    [2, 'x'.repeat(70)],
  ])('finds what comparing every word finds, at distance %i, behind "%s"', (distanceMax, beginning) => {
    const random = new Random(distanceMax);
    const word = (): string =>
      beginning + Array.from({ length: 1 + random.integer(5) }, () => random.pick(['a', 'b', 'c'])).join('');
    const words = new SortedStrings();
    for (let at = 0; at < 150; at++) words.add(word());
    const all: string[] = [];
    words.walk('', (text) => all.push(text) > 0);
    for (let round = 0; round < 30; round++) {
      const wanted = word();
      expect(within(words, wanted, distanceMax)).toEqual(
        all.filter((text) => levenshtein(text, wanted) <= distanceMax),
      );
    }
  });

  it('stops when it is told to, and passes the greatest character', () => {
    const words = new SortedStrings();
    for (const word of ['\uffff\uffff', 'a', 'b']) words.add(word);
    expect(within(words, 'b', 0)).toEqual(['b']);
    const found: string[] = [];
    walkFuzzy(
      (from, visit) => words.walk(from, visit),
      'a',
      1,
      (text) => {
        found.push(text);
        return false;
      },
    );
    expect(found).toEqual(['a']);
  });
});

describe('walkFuzzyPrefix', () => {
  it('finds what begins nearly so, and tells how nearly', () => {
    const words = new SortedStrings();
    for (const word of ['hall', 'hello world', 'he', 'hola', 'yello', 'zebra']) words.add(word);
    const found: [string, number][] = [];
    walkFuzzyPrefix(
      (from, visit) => words.walk(from, visit),
      'hello',
      2,
      (text, distance) => found.push([text, distance]),
    );
    expect(found).toEqual([
      ['hall', 2],
      ['hello world', 0],
      ['yello', 1],
    ]);
  });
});
