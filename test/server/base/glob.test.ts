import { ByteSlice } from '#server/base/byte-slice.js';
import { globMatches } from '#server/base/glob.js';
import { type Random, seededRandom } from '#server/base/random.js';

const slice = (text: string): ByteSlice => ByteSlice.fromLatin1(text);
const matches = (pattern: string, text: string, ignoreCase = false): boolean =>
  globMatches(slice(pattern), slice(text), ignoreCase);

const table: readonly [pattern: string, matching: readonly string[], others: readonly string[]][] = [
  ['', [''], ['a']],
  ['*', ['a', 'abc', '\0'], ['']],
  ['**', ['a'], ['']],
  ['a*', ['a', 'ab', 'aaa'], ['', 'ba']],
  ['*a', ['a', 'ba', 'aba'], ['', 'ab']],
  ['a*b*c', ['abc', 'aXbYc', 'abbcc', 'abcbc'], ['ab', 'acb', 'abcd']],
  ['?', ['a', '*', '\xff'], ['', 'ab']],
  ['a?c', ['abc', 'a?c'], ['ac', 'abbc']],
  ['[abc]', ['a', 'b', 'c'], ['d', '', 'ab', ']']],
  ['[^abc]', ['d', '^', ']'], ['a', '']],
  ['[a-c]x', ['ax', 'bx', 'cx'], ['dx', '-x']],
  ['[c-a]', ['a', 'b', 'c'], ['d']],
  ['[a-]', ['a', ']', '_'], ['-', 'b']],
  ['[-a]', ['-', 'a'], ['b']],
  ['[a\\-c]', ['a', '-', 'c'], ['b', '\\']],
  ['[\\]]', [']'], ['\\']],
  ['[\\^a]', ['^', 'a'], ['b']],
  ['[a^]', ['a', '^'], ['b']],
  ['[]', [], ['', ']', 'a']],
  ['[^]', ['a', ']'], ['']],
  ['[]a]', [], ['a', ']', ']a]']],
  ['[*?]', ['*', '?'], ['a']],
  ['[', [], ['', '[']],
  ['[^', ['a', '['], ['']],
  ['[ab', ['a', 'b'], ['[ab', 'c']],
  ['[a\\', ['a', '\\'], ['b']],
  ['\\*', ['*'], ['a', '\\*']],
  ['\\a', ['a'], ['\\a']],
  ['\\', ['\\'], ['']],
  ['a\\', ['a\\'], ['a']],
  ['\\\\', ['\\'], ['\\\\']],
  ['h[\x80-\x82]', ['h\x80', 'h\x81'], ['h\x83', 'h\x7f']],
  // The bounds are signed: \xff is -1 and \x01 is 1.
  ['[\xff-\x01]', ['\xff', '\0', '\x01'], ['\x02', '\x80', '\x7f']],
  ['a\0b*', ['a\0b', 'a\0bc'], ['a', 'ab']],
];

describe('globMatches', () => {
  test.each(table)('%j matches what it matches in Redis', (pattern, matching, others) => {
    expect(matching.filter((text) => !matches(pattern, text))).toEqual([]);
    expect(others.filter((text) => matches(pattern, text))).toEqual([]);
  });

  test('ignores case of letters when asked to, except behind an escape in a class', () => {
    expect(matches('HeL*', 'hElLo', true)).toBe(true);
    expect(matches('HeL*', 'hElLo')).toBe(false);
    expect(matches('[A-C]', 'b', true)).toBe(true);
    expect(matches('[xY]', 'y', true)).toBe(true);
    expect(matches('[\\Y]', 'y', true)).toBe(false);
    expect(matches('\\Y', 'y', true)).toBe(true);
    expect(matches('[^a]', 'A', true)).toBe(false);
    expect(matches('\xc0', '\xe0', true)).toBe(false);
  });

  test('looks at its slices only', () => {
    const bytes = Buffer.from('xxa*yyabyy');
    const pattern = new ByteSlice(bytes, 2, 4);
    expect(globMatches(pattern, new ByteSlice(bytes, 6, 8))).toBe(true);
    expect(globMatches(new ByteSlice(bytes, 2, 3), new ByteSlice(bytes, 6, 8))).toBe(false);
  });

  test('comes to an end with many stars', () => {
    expect(matches(`${'a*'.repeat(100)}b`, 'a'.repeat(2_000))).toBe(false);
    expect(matches(`${'*a'.repeat(100)}*b`, 'a'.repeat(2_000))).toBe(false);
    expect(matches(`${'*[ab]?'.repeat(50)}*c`, 'ab'.repeat(1_000))).toBe(false);
  });

  test.each([1, 2, 3])('agrees with a plain recursive matcher (seed %i)', (seed) => {
    const random = seededRandom(seed);
    for (let round = 0; round < 20_000; round++) {
      const pattern = draw(random, 'aAb*?[]^-\\\xff\x7f\0', 9);
      const text = draw(random, 'aAbB]^-\\\xff\x80\0', 6);
      const ignoreCase = random.below(4) === 0;
      const expected = plainMatches(pattern, text, ignoreCase);
      if (matches(pattern, text, ignoreCase) !== expected) {
        throw new Error(`${JSON.stringify({ pattern, text, ignoreCase })} must answer ${expected}`);
      }
    }
  });
});

function draw(random: Random, alphabet: string, lengthMax: number): string {
  return Array.from({ length: random.below(lengthMax) }, () => alphabet[random.below(alphabet.length)]).join('');
}

/** The same language, written for reading: exponential, recursive, over strings. */
function plainMatches(pattern: string, text: string, ignoreCase: boolean): boolean {
  return text === '' ? pattern === '' : plainRest(pattern, text, ignoreCase);
}

function plainRest(pattern: string, text: string, ignoreCase: boolean): boolean {
  if (text === '') return /^\**$/.test(pattern);
  if (pattern === '') return false;
  if (pattern.startsWith('*')) {
    return plainRest(pattern.slice(1), text, ignoreCase) || plainRest(pattern, text.slice(1), ignoreCase);
  }
  const [element, accepts] = plainElement(pattern, ignoreCase);
  return accepts(text.charAt(0)) && plainRest(pattern.slice(element), text.slice(1), ignoreCase);
}

/** The first element's length, and which characters it stands for. */
function plainElement(pattern: string, ignoreCase: boolean): [number, (char: string) => boolean] {
  const same = (a: string, b: string): boolean => a === b || (ignoreCase && a.toLowerCase() === b.toLowerCase());
  if (pattern.startsWith('?')) return [1, () => true];
  if (/^\\./s.test(pattern)) return [2, (char) => same(pattern.charAt(1), char)];
  if (!pattern.startsWith('[')) return [1, (char) => same(pattern.charAt(0), char)];
  const [opening = ''] = /^\[\^?/.exec(pattern) ?? [];
  const items: ((char: string) => boolean)[] = [];
  const item = /\\(.)|(?!\])(.)-(.)|([^\]])/sy;
  item.lastIndex = opening.length;
  let end = opening.length;
  for (let found = item.exec(pattern); found !== null; found = item.exec(pattern)) {
    const [, escaped, from = '', to = '', literal = ''] = found;
    if (escaped !== undefined) items.push((char) => char === escaped);
    else if (from !== '') items.push((char) => plainBetween(char, [from, to], ignoreCase));
    else items.push((char) => same(literal, char));
    end = item.lastIndex;
  }
  const negated = opening === '[^';
  return [Math.min(end + 1, pattern.length), (char) => items.some((accepts) => accepts(char)) !== negated];
}

function plainBetween(char: string, bounds: readonly string[], ignoreCase: boolean): boolean {
  const signed = (each: string): number => new Int8Array([each.charCodeAt(0)])[0] ?? 0;
  const fold = (code: number): number => (ignoreCase && code >= 65 && code <= 90 ? code + 32 : code);
  const [low = 0, high = 0] = bounds.map(signed).sort((a, b) => a - b);
  return fold(signed(char)) >= fold(low) && fold(signed(char)) <= fold(high);
}
