import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { Dict, INLINE_VALUE } from '#server/memory/dict.js';
import { ScoreTree, Tie } from '#server/memory/score-tree.js';

interface Pair {
  readonly score: number;
  readonly name: string;
}

/** The plain twin: pairs in a sorted array, and the tree beside it. */
class Twin {
  readonly arena = new Arena();
  readonly dict = new Dict(this.arena, 1);
  readonly tree = new ScoreTree(this.dict);
  pairs: Pair[] = [];

  insert(name: string, score: number): void {
    const { buffer, start, end } = ByteSlice.fromLatin1(name);
    const entry = this.dict.insert(buffer, start, end, 8, INLINE_VALUE);
    this.tree.insert(score, entry, buffer, start, end);
    this.pairs.splice(this.rank(score, name), 0, { score, name });
  }

  remove({ score, name }: Pair): void {
    const { buffer, start, end } = ByteSlice.fromLatin1(name);
    this.tree.remove(score, buffer, start, end);
    this.dict.remove(this.dict.find(buffer, start, end));
    this.pairs.splice(this.rank(score, name), 1);
  }

  rescore({ score, name }: Pair, newScore: number): void {
    const { buffer, start, end } = ByteSlice.fromLatin1(name);
    this.tree.rescore(score, newScore, this.dict.find(buffer, start, end), buffer, start, end);
    this.pairs.splice(this.rank(score, name), 1);
    this.pairs.splice(this.rank(newScore, name), 0, { score: newScore, name });
  }

  /** How many pairs come before this one. */
  rank(score: number, name: string): number {
    const at = this.pairs.findIndex((pair) => pair.score > score || (pair.score === score && pair.name >= name));
    return at < 0 ? this.pairs.length : at;
  }

  seen(rank: number, count: number, isReverse = false): Pair[] {
    const seen: Pair[] = [];
    this.tree.visit(rank, count, isReverse, (entry, score) =>
      seen.push({ score, name: this.dict.key(entry).latin1() }),
    );
    return seen;
  }

  check(): void {
    this.tree.validate();
    this.dict.validate();
    this.arena.validate();
    expect(this.seen(0, this.pairs.length)).toEqual(this.pairs);
    expect(this.seen(this.pairs.length - 1, this.pairs.length, true)).toEqual(this.pairs.toReversed());
  }
}

function anyOf<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error('there are items');
  return item;
}

describe('a score tree', () => {
  test.each([
    { seed: 1, scores: 1, growth: 3 },
    { seed: 2, scores: 10, growth: 3 },
    { seed: 3, scores: 1e9, growth: 3 },
    { seed: 4, scores: 1e9, growth: 2 },
    { seed: 5, scores: 50, growth: 1 },
  ])('holds what a sorted array holds after random operations (seed $seed, $scores scores)', (options) => {
    const random = seededRandom(options.seed);
    const twin = new Twin();
    for (let i = 0; i < 9000; i++) {
      const grows = i < 6000 ? random.below(4) < options.growth : random.below(4) === 0;
      const score = random.below(options.scores) - options.scores / 2;
      if (grows || twin.pairs.length === 0) twin.insert(`m${i}`, score);
      else if (random.below(2) === 0) twin.rescore(anyOf(random, twin.pairs), score);
      else twin.remove(anyOf(random, twin.pairs));
      if (i % 1500 === 0) twin.check();
    }
    twin.check();
    while (twin.pairs.length > 0) twin.remove(anyOf(random, twin.pairs));
    twin.check();
    twin.tree.free();
    twin.dict.clear();
    expect(twin.arena.usage().liveBytes).toBe(0);
  });

  test.each(['ascending', 'descending'])('grows and shrinks at one end (%s)', (order) => {
    const twin = new Twin();
    const sign = order === 'ascending' ? 1 : -1;
    for (let i = 0; i < 6000; i++) twin.insert(`m${i}`, sign * i);
    twin.check();
    while (twin.pairs.length > 10) twin.remove(twin.pairs[0] ?? { score: 0, name: '' });
    twin.check();
  });

  test('holds ascending scores in nodes that are three quarters full', () => {
    const twin = new Twin();
    for (let i = 0; i < 20_000; i++) twin.insert(`m${i}`, i);
    expect(twin.tree.bytes / 20_000).toBeLessThan(17.5);
  });

  test('counts what comes before a score, a member, and selects by rank', () => {
    const random = seededRandom(9);
    const twin = new Twin();
    for (let i = 0; i < 5000; i++) twin.insert(`m${random.below(1e6)}-${i}`, random.below(40));
    const preceding = (holds: (pair: Pair) => boolean): number => twin.pairs.filter(holds).length;
    for (let i = 0; i < 300; i++) {
      const { score, name } = anyOf(random, twin.pairs);
      const { buffer, start, end } = ByteSlice.fromLatin1(name);
      const rank = (tie: (typeof Tie)[keyof typeof Tie]): number => twin.tree.rank(score, tie, buffer, start, end);
      expect(rank(Tie.beforeScore)).toBe(preceding((pair) => pair.score < score));
      expect(rank(Tie.afterScore)).toBe(preceding((pair) => pair.score <= score));
      expect(rank(Tie.beforeMember)).toBe(twin.rank(score, name));
      expect(rank(Tie.afterMember)).toBe(twin.rank(score, name) + 1);
      const at = twin.rank(score, name);
      expect(twin.dict.key(twin.tree.memberAt(at)).latin1()).toBe(name);
      expect(twin.seen(at, Math.min(90, twin.pairs.length - at))).toEqual(twin.pairs.slice(at, at + 90));
      expect(twin.seen(at, Math.min(90, at + 1), true)).toEqual(
        twin.pairs.slice(Math.max(0, at - 89), at + 1).toReversed(),
      );
    }
    expect(twin.tree.firstScore()).toBe(twin.pairs[0]?.score);
  });

  test('removes by rank', () => {
    const random = seededRandom(10);
    const twin = new Twin();
    for (let i = 0; i < 3000; i++) twin.insert(`m${i}`, random.below(100));
    while (twin.pairs.length > 0) {
      const at = random.below(twin.pairs.length);
      const entry = twin.tree.removeAt(at);
      expect(twin.dict.key(entry).latin1()).toBe(twin.pairs[at]?.name);
      twin.dict.remove(entry);
      twin.pairs.splice(at, 1);
      if (twin.pairs.length % 500 === 0) twin.check();
    }
  });

  test('keeps infinities, and 0 beside -0 as one score', () => {
    const twin = new Twin();
    for (const [name, score] of [
      ['top', Number.POSITIVE_INFINITY],
      ['b', 0],
      ['a', -0],
      ['low', Number.NEGATIVE_INFINITY],
    ] as const) {
      twin.insert(name, score);
    }
    expect(twin.seen(0, 4).map(({ name }) => name)).toEqual(['low', 'a', 'b', 'top']);
  });
});
