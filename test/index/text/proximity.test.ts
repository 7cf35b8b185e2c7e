import { areNear, type Positions } from '#index/text/proximity.js';
import { Random } from '../random.js';

const at = (...positions: number[]): Positions => new Map([[0, positions]]);

describe('areNear', () => {
  it.each([
    ['next to each other', [at(3), at(4)], 0, true, true],
    ['the other way round', [at(4), at(3)], 0, true, false],
    ['the other way round, in any order', [at(4), at(3)], 0, false, true],
    ['with one between', [at(1), at(3)], 0, true, false],
    ['with one between, which may be', [at(1), at(3)], 1, true, true],
    ['at a later place', [at(1, 9), at(5, 10)], 0, true, true],
    ['three in a row', [at(1, 5), at(6), at(7)], 0, true, true],
    ['far away', [at(1), at(100)], Number.POSITIVE_INFINITY, true, true],
    ['in different fields', [at(1), new Map([[1, [2]]])], 9, false, false],
    ['alone', [at(1)], 0, true, true],
    ['nowhere', [at(1), new Map()], 9, false, false],
  ] as const)('words %s', (_name, words, slop, inOrder, expected) => {
    expect(areNear(words, slop, inOrder)).toBe(expected);
  });

  it('finds what trying every choice of places finds', () => {
    const random = new Random(4);
    const places = (): number[] => {
      const all = new Set(Array.from({ length: 1 + random.integer(3) }, () => random.integer(12)));
      return [...all].sort((a, b) => a - b);
    };
    for (let round = 0; round < 2000; round++) {
      const lists = Array.from({ length: 2 + random.integer(2) }, places);
      const slop = random.integer(5);
      const inOrder = random.chance(0.5);
      const choices = lists.reduce<number[][]>((all, list) => all.flatMap((c) => list.map((p) => [...c, p])), [[]]);
      const holds = choices.some((choice) => {
        if (inOrder && choice.some((p, i) => i > 0 && p <= (choice[i - 1] ?? 0))) return false;
        return Math.max(...choice) - Math.min(...choice) - (choice.length - 1) <= slop;
      });
      expect([
        lists,
        slop,
        inOrder,
        areNear(
          lists.map((list) => at(...list)),
          slop,
          inOrder,
        ),
      ]).toEqual([lists, slop, inOrder, holds]);
    }
  });
});
