import { intersects, isValid, isWithin } from '#index/geometry/plane.js';
import type { Shape } from '#index/geometry/shape.js';
import { parseWkt } from '#index/geometry/wkt.js';
import { Random } from '../random.js';
import { cellsTouch, cellsWithin, randomCells, wktOf } from './cells.js';

function shape(text: string): Shape {
  const parsed = parseWkt(text);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return parsed.shape;
}

const big = 'POLYGON((0 0, 0 10, 10 10, 10 0))';
const ring = 'POLYGON((0 0, 0 10, 10 10, 10 0), (2 2, 2 8, 8 8, 8 2))';

test.each<[a: string, b: string, within: boolean, contains: boolean, meets: boolean]>([
  ['POINT(5 5)', big, true, false, true],
  ['POINT(0 5)', big, false, false, true],
  ['POINT(11 5)', big, false, false, false],
  ['POINT(5 5)', ring, false, false, false],
  ['POINT(2 5)', ring, false, false, true],
  ['POINT(1 5)', ring, true, false, true],
  ['POINT(1 5)', 'POINT(1 5)', true, true, true],
  ['POINT(1 5)', 'POINT(1 6)', false, false, false],
  [big, big, true, true, true],
  ['POLYGON((0 0, 0 5, 5 5, 5 0))', big, true, false, true],
  ['POLYGON((10 0, 10 5, 15 5, 15 0))', big, false, false, true],
  ['POLYGON((10 10, 10 15, 15 15, 15 10))', big, false, false, true],
  ['POLYGON((3 3, 3 7, 7 7, 7 3))', ring, false, false, false],
  // The hole itself.
  ['POLYGON((2 2, 2 8, 8 8, 8 2))', ring, false, false, true],
  ['POLYGON((1 1, 1 9, 9 9, 9 1))', ring, false, false, true],
  [ring, big, true, false, true],
  // Around the hole, and not over it.
  ['POLYGON((0 0, 0 10, 10 10, 10 0), (1 1, 1 9, 9 9, 9 1))', ring, true, false, true],
  ['POLYGON((-1 -1, -1 11, 11 11, 11 -1), (1 1, 1 9, 9 9, 9 1))', ring, false, false, true],
])('%s and %s', (a, b, within, contains, meets) => {
  const [first, second] = [shape(a), shape(b)];
  expect([isWithin(first, second), isWithin(second, first)]).toEqual([within, contains]);
  expect([intersects(first, second), intersects(second, first)]).toEqual([meets, meets]);
});

test.each([
  ['POLYGON((0 0, 0 1, 1 1))', true],
  [ring, true],
  ['POLYGON((0 0, 0 1))', false],
  ['POLYGON((0 0, 0 1, 0 1, 1 1))', false],
  ['POLYGON((0 0, 0 1, 0 2))', false],
  ['POLYGON((0 0, 0 2, 0 1, 1 1))', false],
  // A bow tie.
  ['POLYGON((0 0, 2 2, 2 0, 0 2))', false],
  ['POLYGON((0 0, 0 4, 4 4, 4 0), (5 5, 5 6, 6 6))', false],
  ['POLYGON((0 0, 0 4, 4 4, 4 0), (1 1, 1 6, 2 6))', false],
])('whether %s is valid: %s', (text, expected) => {
  expect(isValid(shape(text))).toBe(expected);
});

test('what is drawn on a grid lies as its squares do, on any plane', () => {
  const random = new Random(11);
  let found = 0;
  for (let round = 0; round < 4000; round++) {
    const [a, b] = [randomCells(random), randomCells(random)];
    const [turn, stretch, shift] = [random.integer(5) - 2, 1 + random.integer(3), random.integer(100) - 50];
    const lay = (x: number, y: number): [number, number] => [stretch * x + turn * y + shift, y * 3 - turn * x];
    const [first, second] = [shape(wktOf(a, lay)), shape(wktOf(b, lay))];
    expect([isValid(first), isValid(second)]).toEqual([true, true]);
    const expected = [cellsWithin(a, b), cellsWithin(b, a), cellsTouch(a, b)];
    found += expected[0] ? 1 : 0;
    if (stretch * 3 + turn * turn === 0) continue;
    expect([isWithin(first, second), isWithin(second, first), intersects(first, second)]).toEqual(expected);
  }
  expect(found).toBeGreaterThan(50);
});
