import { foldText } from '#index/mod.js';
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { type CompletionWish, SuggestionsValue } from '#server/types/suggestions.js';
import { valueHome } from '../../support/value-home.js';

const wish: CompletionWish = { count: 5, isFuzzy: false, isTrimmed: false };

function add(suggestions: SuggestionsValue, text: string, score: number, payload?: string): boolean {
  const bytes = payload === undefined ? undefined : ByteSlice.fromText(payload);
  return suggestions.add(text, { score, isIncrement: false, payload: bytes });
}

function holding(...texts: readonly (readonly [string, number])[]): SuggestionsValue {
  const suggestions = new SuggestionsValue(valueHome());
  for (const [text, score] of texts) add(suggestions, text, score);
  return suggestions;
}

const completions = (suggestions: SuggestionsValue, typed: string, more: Partial<CompletionWish> = {}): string[] =>
  suggestions.complete(typed, { ...wish, ...more }).map(({ text }) => text);

/** The score of a completion, as RediSearch has it. */
function scoreOf(text: string, own: number, typed: string): number {
  const score = text === foldText(typed) ? 2 ** 31 : own;
  return Math.fround(score / Math.sqrt(1 + Math.abs(text.length - typed.length)));
}

describe('suggestions', () => {
  test('are found by what they begin with, the best and shortest first', () => {
    const suggestions = holding(['hello world', 2], ['hello werld', 1], ['hallo world', 1], ['Hello', 3], ['help', 1]);
    expect(completions(suggestions, 'hello')).toEqual(['Hello', 'hello world', 'hello werld']);
    expect(completions(suggestions, 'HELLO W', { count: 1 })).toEqual(['hello world']);
    expect(completions(suggestions, 'none')).toEqual([]);
    expect(completions(suggestions, '')).toEqual(['Hello', 'hello world', 'help', 'hallo world', 'hello werld']);
  });

  test('have the scores that RediSearch tells', () => {
    const suggestions = new SuggestionsValue(valueHome());
    for (let i = 0; i < 10; i++) add(suggestions, `test${i}`, i + 1);
    const told = suggestions.complete('test', { ...wish, count: 3 }).map(({ text, score }) => [text, score]);
    expect(told).toEqual([
      ['test9', 7.0710678100585938],
      ['test8', 6.3639612197875977],
      ['test7', 5.6568541526794434],
    ]);
    const [same] = holding(['hell', 1], ['hello', 1]).complete('hell', wish);
    expect(same).toMatchObject({ text: 'hell', score: 2147483648 });
  });

  test('are found with a letter wrong when it is asked for, and count less then', () => {
    const suggestions = holding(['hello world', 1], ['hallo', 1], ['yellow', 1], ['world', 1], ['ello', 1], ['he', 9]);
    expect(completions(suggestions, 'hello', { isFuzzy: true })).toEqual(['hello world', 'hallo', 'ello', 'yellow']);
    expect(completions(suggestions, 'hello')).toEqual(['hello world']);
  });

  test('are left out when trimmed and much worse than the best', () => {
    const suggestions = holding(['aa', 100], ['ab', 11], ['ac', 9]);
    expect(completions(suggestions, 'a', { isTrimmed: true })).toEqual(['aa', 'ab']);
  });

  test('keep their payload until they get another, and add scores up when asked to', () => {
    const suggestions = new SuggestionsValue(valueHome());
    expect(add(suggestions, 'one', 1, 'first')).toBe(true);
    expect(add(suggestions, 'one', 2)).toBe(false);
    expect(suggestions.get('one')).toMatchObject({ score: 2, payload: expect.objectContaining({ length: 5 }) });
    suggestions.add('one', { score: 0.5, isIncrement: true, payload: ByteSlice.fromText('second') });
    expect(suggestions.get('one')?.score).toBe(2.5);
    expect(suggestions.get('one')?.payload?.latin1()).toBe('second');
    expect(suggestions.get('ONE')).toBeUndefined();
  });

  test('are what a Map holds after random changes, in blocks that are split and merged', () => {
    const random = seededRandom(5);
    const suggestions = new SuggestionsValue(valueHome());
    const twin = new Map<string, number>();
    const syllables = ['ba', 'Ba', 'lo', 'é', 'rim', 'x'];
    const text = (): string =>
      Array.from({ length: 1 + random.below(5) }, () => syllables[random.below(syllables.length)]).join('');
    for (let i = 0; i < 6000; i++) {
      const name = text();
      if (random.below(i < 3000 ? 8 : 2) === 0) {
        expect(suggestions.delete(name)).toBe(twin.delete(name));
      } else {
        const score = random.below(1000) - 100;
        expect(add(suggestions, name, score, random.below(4) === 0 ? 'p'.repeat(random.below(2000)) : undefined)).toBe(
          !twin.has(name),
        );
        twin.set(name, score);
      }
      if (i % 500 !== 0) continue;
      suggestions.validate();
      const typed = text().slice(0, 3);
      const expected = Array.from(twin, ([held, score]) => ({ held, score: scoreOf(held, score, typed) }))
        .filter(({ held }) => foldText(held).startsWith(foldText(typed)))
        .sort((a, b) => b.score - a.score || (a.held < b.held ? -1 : 1))
        .map(({ held }) => held);
      expect(completions(suggestions, typed, { count: 7 })).toEqual(expected.slice(0, 7));
    }
    expect(suggestions.size).toBe(twin.size);
    for (const [name, score] of twin) expect(suggestions.get(name)?.score).toBe(score);
    for (const name of twin.keys()) suggestions.delete(name);
    suggestions.validate();
    expect(suggestions.size).toBe(0);
  });

  test('find with a wrong letter what a look at each would find', () => {
    const random = seededRandom(6);
    const suggestions = new SuggestionsValue(valueHome());
    const texts = Array.from({ length: 1500 }, () =>
      Array.from({ length: 1 + random.below(7) }, () => 'abcd'[random.below(4)]).join(''),
    );
    for (const text of texts) add(suggestions, text, 1);
    for (const typed of ['abca', 'dd', 'a', 'bcdab']) {
      const expected = new Set(texts.filter((text) => beginsNear(text, typed)));
      expect(completions(suggestions, typed, { isFuzzy: true, count: 1e6 }).sort()).toEqual([...expected].sort());
    }
  });

  test('are copied and given back whole, and count their memory', () => {
    const home = valueHome();
    const suggestions = new SuggestionsValue(home);
    for (let i = 0; i < 500; i++) add(suggestions, `text number ${i}`, i, i % 2 === 0 ? 'payload' : undefined);
    expect(suggestions.memoryBytes()).toBeGreaterThan(500 * 24);
    const other = valueHome();
    const copy = suggestions.copyTo(other);
    suggestions.free();
    expect(home.arena.liveBytes).toBe(0);
    copy.validate();
    expect([copy.size, copy.get('text number 7')?.score]).toEqual([500, 7]);
    expect(copy.blocks).toBeGreaterThan(2);
    while (copy.freeSome(2));
    expect(other.arena.liveBytes).toBe(0);
  });
});

/** Whether a beginning of the text is within one letter of what was typed. */
function beginsNear(text: string, typed: string): boolean {
  return Array.from({ length: text.length + 1 }, (_, length) => text.slice(0, length)).some(
    (beginning) => levenshtein(beginning, typed) <= 1,
  );
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
