import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { CommonSubsequence, tableBytes } from '#server/types/common-subsequence.js';

function common(a: string, b: string): CommonSubsequence {
  return new CommonSubsequence(ByteSlice.fromLatin1(a), ByteSlice.fromLatin1(b));
}

/** The length by plain recursion over prefixes. */
function lengthTwin(a: string, b: string, known = new Map<string, number>()): number {
  if (a === '' || b === '') return 0;
  const name = `${a.length}:${b.length}`;
  const shorter = (): number =>
    a.at(-1) === b.at(-1)
      ? 1 + lengthTwin(a.slice(0, -1), b.slice(0, -1), known)
      : Math.max(lengthTwin(a.slice(0, -1), b, known), lengthTwin(a, b.slice(0, -1), known));
  const length = known.get(name) ?? shorter();
  known.set(name, length);
  return length;
}

function isSubsequence(text: string, of: string): boolean {
  let at = 0;
  for (const character of of) if (character === text[at]) at++;
  return at === text.length;
}

describe('the longest common subsequence', () => {
  test('of the texts in the command reference is the one given there', () => {
    const found = common('ohmytext', 'mynewtext');
    expect(found.length).toBe(6);
    expect(found.bytes().toString()).toBe('mytext');
    expect(found.ranges()).toEqual([
      { a: [4, 7], b: [5, 8], length: 4 },
      { a: [2, 3], b: [0, 1], length: 2 },
    ]);
  });

  test('of nothing and anything is nothing', () => {
    for (const [a, b] of [
      ['', ''],
      ['', 'abc'],
      ['abc', ''],
      ['abc', 'xyz'],
    ] as const) {
      const found = common(a, b);
      expect([found.length, found.bytes().length, found.ranges()]).toEqual([0, 0, []]);
    }
  });

  test('is as long as plain recursion finds, is in both texts, and its ranges spell it', () => {
    const random = seededRandom(11);
    for (let i = 0; i < 300; i++) {
      const text = (): string => Array.from({ length: random.below(14) }, () => 'abc'.charAt(random.below(3))).join('');
      const [a, b] = [text(), text()];
      const found = common(a, b);
      const spelled = found.bytes().toString();
      expect(found.length).toBe(lengthTwin(a, b));
      expect(spelled).toHaveLength(found.length);
      expect(isSubsequence(spelled, a) && isSubsequence(spelled, b)).toBe(true);
      const ranges = found.ranges().reverse();
      expect(ranges.map((range) => a.slice(range.a[0], range.a[1] + 1)).join('')).toBe(spelled);
      expect(ranges.map((range) => b.slice(range.b[0], range.b[1] + 1)).join('')).toBe(spelled);
      for (const range of ranges) expect(range.length).toBe(range.a[1] - range.a[0] + 1);
    }
  });

  test('needs a table whose size is known beforehand', () => {
    expect(tableBytes(0, 0)).toBe(4);
    expect(tableBytes(99, 9)).toBe(4000);
  });
});
