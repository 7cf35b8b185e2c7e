/** What every implementation of `ScoredMembers` must do, against a plain array. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import type { LexBound, ScoredMembers } from '#server/types/scored-members.js';

const bytes = ByteSlice.fromLatin1;

interface Pair {
  readonly name: string;
  readonly score: number;
}

const inOrder = (a: Pair, b: Pair): number => a.score - b.score || (a.name < b.name ? -1 : 1);

function pairsOf(members: ScoredMembers, rank = 0, count = members.size, isReverse = false): Pair[] {
  const pairs: Pair[] = [];
  members.visit(rank, count, isReverse, (member, score) => pairs.push({ name: member.latin1(), score }));
  return pairs;
}

export function describeScoredMembers<Members extends ScoredMembers>(
  title: string,
  make: (arena: Arena) => Members,
  validate: (members: Members) => void = () => undefined,
): void {
  describe(title, () => {
    test.each([1, 2, 3])('hold what an array holds after random operations (seed %i)', (seed) => {
      const random = seededRandom(seed);
      const arena = new Arena();
      const members = make(arena);
      const twin = new Map<string, number>();
      for (let i = 0; i < 2500; i++) {
        const name = 'm'.repeat(random.below(5)) + random.below(70).toString(36);
        const score = random.below(9) - 4;
        const place = members.place(bytes(name));
        const known = twin.get(name);
        expect(place === 0 ? undefined : members.scoreAt(place)).toBe(known);
        if (place === 0) members.insert(bytes(name), score);
        else if (random.below(2) === 0) members.rescore(place, bytes(name), score);
        else members.remove(place, bytes(name));
        if (place === 0 || members.place(bytes(name)) !== 0) twin.set(name, score);
        else twin.delete(name);
        if (i % 250 !== 0) continue;
        const pairs = [...twin].map(([key, value]) => ({ name: key, score: value })).sort(inOrder);
        expect(pairsOf(members)).toEqual(pairs);
        for (const [rank, pair] of pairs.entries()) {
          expect(members.rank(members.place(bytes(pair.name)), bytes(pair.name))).toBe(rank);
        }
        validate(members);
        arena.validate();
      }
      members.free();
      expect(arena.usage().liveBytes).toBe(0);
    });

    test('find ranges of scores', () => {
      const members = make(new Arena());
      const scores = [Number.NEGATIVE_INFINITY, 1, 2, 2, 2.5, 3, Number.POSITIVE_INFINITY];
      for (const [i, score] of scores.entries()) members.insert(bytes(`m${i}`), score);
      for (const min of [...scores, 0, 9]) {
        for (const max of [...scores, 0, 9]) {
          for (const [minExcluded, maxExcluded] of [
            [false, false],
            [true, false],
            [false, true],
            [true, true],
          ] as const) {
            const isInside = (score: number): boolean =>
              (minExcluded ? score > min : score >= min) && (maxExcluded ? score < max : score <= max);
            const range = members.byScore({ min, max, minExcluded, maxExcluded });
            expect(scores.slice(range.start, range.end)).toEqual(scores.filter(isInside));
          }
        }
      }
    });

    test('find ranges of members among equal scores, from either end', () => {
      const members = make(new Arena());
      const names = ['a', 'aa', 'b', 'bb', 'c'];
      for (const name of names) members.insert(bytes(name), 3);
      const at = (text: string, excluded: boolean): LexBound => ({ member: bytes(text), excluded });
      const above = (name: string, end: string, excluded: boolean): boolean => (excluded ? name > end : name >= end);
      for (const first of ['', 'a', 'ab', 'b', 'c', 'd']) {
        for (const last of ['', 'a', 'ab', 'b', 'c', 'd']) {
          for (const excluded of [false, true]) {
            const inside = names.filter((name) => above(name, first, excluded) && above(last, name, excluded));
            for (const fromEnd of [false, true]) {
              const range = members.byLex({ min: at(first, excluded), max: at(last, excluded) }, fromEnd);
              expect(names.slice(range.start, range.end)).toEqual(inside);
            }
          }
        }
      }
      expect(members.byLex({ min: '-', max: '+' }, false)).toEqual({ start: 0, end: 5 });
      expect(members.byLex({ min: '-', max: at('b', true) }, true)).toEqual({ start: 0, end: 2 });
    });

    test('are visited from either end and removed by rank', () => {
      const members = make(new Arena());
      for (let i = 0; i < 100; i++) members.insert(bytes(`m${i}`), i);
      const names = (pairs: Pair[]): string[] => pairs.map(({ name }) => name);
      expect(names(pairsOf(members, 5, 3))).toEqual(['m5', 'm6', 'm7']);
      expect(names(pairsOf(members, 5, 3, true))).toEqual(['m5', 'm4', 'm3']);
      expect(pairsOf(members, 0, 0)).toEqual([]);
      members.removeRange({ start: 10, end: 95 });
      expect(names(pairsOf(members, 8, 4))).toEqual(['m8', 'm9', 'm95', 'm96']);
      validate(members);
    });

    test('are scanned whole and tell their memory', () => {
      const arena = new Arena();
      const members = make(arena);
      for (let i = 0; i < 90; i++) members.insert(bytes(`member ${i}`), i / 4);
      const met = new Map<string, number>();
      let cursor = 0;
      do cursor = members.scan(cursor, (member, score) => met.set(member.latin1(), score));
      while (cursor !== 0);
      expect([...met].map(([name, score]) => ({ name, score })).sort(inOrder)).toEqual(pairsOf(members));
      expect(members.memoryBytes()).toBeGreaterThanOrEqual(arena.usage().liveBytes);
    });
  });
}
