import { soundMark, stemMark } from '#index/text/marks.js';
import { type FieldText, TextIndex } from '#index/text/text-index.js';
import { Random } from '../random.js';

const index = (hasOffsets = true): TextIndex => new TextIndex({ weights: [1, 3], hasOffsets, hasSuffixes: true });
const field = (number: number, text: string): FieldText => ({ field: number, words: text.split(' '), stems: [] });

function holding(text: TextIndex, word: string): number[] {
  const ids: number[] = [];
  const found = text.word(word);
  if (found !== undefined) text.forEach(found, (id) => ids.push(id));
  return ids;
}

function suffixed(text: TextIndex, suffix: string): string[] {
  const found: string[] = [];
  text.walkSuffix(suffix, (word) => found.push(word) > 0);
  return found.sort();
}

describe('TextIndex', () => {
  it('knows which documents hold a word, how often, in which fields and where', () => {
    const text = index();
    text.put(7, [field(0, 'red green red'), field(1, 'blue red')]);
    text.put(3, [field(1, 'green')]);
    const red = text.word('red');
    if (red === undefined) throw new Error('no red');
    expect([holding(text, 'red'), holding(text, 'green'), holding(text, 'none')]).toEqual([[7], [3, 7], []]);
    expect(text.frequency(7, red)).toBe(2 + 3);
    expect([text.isIn(7, red, new Set([1])), text.isIn(3, red, new Set([1]))]).toEqual([true, false]);
    expect(text.positions(7, red)).toEqual(
      new Map([
        [0, [0, 2]],
        [1, [1]],
      ]),
    );
    expect([text.lengthOf(7), text.frequencyMaxOf(7), text.totalLength, text.records]).toEqual([9, 5, 12, 4]);
    expect(text.validate(10)).toEqual([]);
  });

  it('tells at once which of many words a document holds', () => {
    const text = index();
    text.put(7, [field(0, 'red green red'), field(1, 'blue red')]);
    text.put(3, [field(1, 'green')]);
    const words = new Map(['red', 'green', 'blue'].flatMap((name) => text.word(name) ?? []).map((w) => [w.number, w]));
    const among = (id: number, fields: readonly number[] | undefined, max = 9): string[] => {
      const found: string[] = [];
      const scope = fields && new Set(fields);
      text.visitAmong(id, words, scope, ({ text: name }, frequency) => found.push(`${name} ${frequency}`) < max);
      return found.sort();
    };
    expect(among(7, undefined)).toEqual(['blue 3', 'green 1', 'red 5']);
    expect(among(7, [1])).toEqual(['blue 3', 'red 5']);
    expect(among(7, undefined, 1)).toHaveLength(1);
    expect([among(3, [0]), among(3, [0, 1]), among(99, undefined)]).toEqual([[], ['green 3'], []]);
  });

  it('goes on telling which documents hold a word, while they become few or many', () => {
    const index = new TextIndex({ weights: [1], hasOffsets: true, hasSuffixes: false });
    index.put(4, [field(0, 'a b')]);
    const word = index.word('a');
    if (word === undefined) throw new Error('no such word');
    const isHeldBy = index.holderOf(word);
    const holding = (): number[] => [0, 1, 4, 5, 7].filter((id) => isHeldBy(id));
    expect(holding()).toEqual([4]);
    index.put(1, [field(0, 'a')]);
    index.put(7, [field(0, 'c a')]);
    expect(holding()).toEqual([1, 4, 7]);
    index.delete(4);
    index.put(1, [field(0, 'b')]);
    expect(holding()).toEqual([7]);
  });

  it('keeps sounds apart from words and stems', () => {
    const text = index();
    text.put(0, [{ field: 1, words: ['cat', 'kat'], stems: [], sounds: ['KT', 'KT'] }]);
    const sound = text.word(`${soundMark}KT`);
    expect([sound && text.frequency(0, sound), text.word(`${stemMark}KT`), text.lengthOf(0)]).toEqual([
      2,
      undefined,
      6,
    ]);
    const walked: string[] = [];
    text.walk('', (word) => walked.push(word) > 0);
    text.walkContaining('a', (word) => walked.push(word) > 0);
    expect([walked, text.validate(1)]).toEqual([['cat', 'kat', 'cat', 'kat'], []]);
  });

  it('keeps stems apart from words, and counts them once', () => {
    const text = index();
    text.put(0, [{ field: 1, words: ['running'], stems: ['run'] }]);
    const stem = text.word(`${stemMark}run`);
    expect([text.word('run'), stem && text.frequency(0, stem), text.lengthOf(0)]).toEqual([undefined, 1, 3]);
    const walked: string[] = [];
    text.walk('', (word) => walked.push(word) > 0);
    expect([walked, suffixed(text, 'ing'), suffixed(text, 'n')]).toEqual([['running'], ['running'], []]);
  });

  it('forgets what a document held when it is replaced or deleted, dictionary and all', () => {
    const text = index();
    text.put(1, [field(0, 'one two')]);
    text.put(2, [field(0, 'two three')]);
    text.put(1, [field(0, 'four')]);
    expect([holding(text, 'one'), holding(text, 'two'), holding(text, 'four')]).toEqual([[], [2], [1]]);
    text.delete(1);
    text.delete(2);
    text.delete(2);
    expect([text.size, text.records, text.totalLength, suffixed(text, '')]).toEqual([0, 0, 0, []]);
    expect(text.validate(5)).toEqual([]);
  });

  it('keeps no positions when it is told so', () => {
    const text = index(false);
    text.put(0, [field(0, 'a b a'), field(1, 'a')]);
    const a = text.word('a');
    if (a === undefined) throw new Error('no a');
    expect([text.positions(0, a).size, text.frequency(0, a), text.isIn(0, a, new Set([1]))]).toEqual([0, 5, true]);
    expect(text.validate(1)).toEqual([]);
  });

  it.each([1, 2, 3])('holds what a plain twin holds, with seed %i', (seed) => {
    const random = new Random(seed);
    const text = index(seed !== 3);
    const twin = new Map<number, string[][]>();
    for (let step = 0; step < 3000; step++) {
      const id = random.integer(200);
      if (random.chance(0.4)) {
        text.delete(id);
        twin.delete(id);
        continue;
      }
      const fields = [0, 1].map(() => Array.from({ length: random.integer(40) }, () => `w${random.integer(500)}`));
      text.put(
        id,
        fields.map((words, at) => ({ field: at, words, stems: [] })),
      );
      twin.set(id, fields);
      if (step % 500 === 0) expect(text.validate(200)).toEqual([]);
    }
    expect(text.validate(200)).toEqual([]);
    for (let at = 0; at < 500; at++) {
      const word = `w${at}`;
      const expected = [...twin].filter(([, fields]) => fields.some((words) => words.includes(word)));
      expect(holding(text, word)).toEqual(expected.map(([id]) => id).sort((a, b) => a - b));
      const found = text.word(word);
      for (const [id, fields] of found === undefined ? [] : expected.slice(0, 3)) {
        const [first = [], second = []] = fields.map((words) =>
          words.flatMap((other, i) => (other === word ? [i] : [])),
        );
        if (found !== undefined) expect(text.frequency(id, found)).toBe(first.length + second.length * 3);
        if (found !== undefined && text.hasOffsets) {
          expect([text.positions(id, found).get(0) ?? [], text.positions(id, found).get(1) ?? []]).toEqual([
            first,
            second,
          ]);
        }
      }
    }
  });

  it('sets the bits of the documents that hold a word', () => {
    const text = index();
    text.put(33, [field(0, 'x y')]);
    text.put(2, [field(0, 'x')]);
    const bits = new Uint32Array(2);
    for (const word of ['x', 'y'].flatMap((name) => text.word(name) ?? [])) text.setBits(word, bits);
    expect([...bits]).toEqual([4, 2]);
    expect(text.memoryBytes).toBeGreaterThan(0);
  });
});
