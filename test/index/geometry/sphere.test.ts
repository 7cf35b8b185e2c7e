import type { Shape } from '#index/geometry/shape.js';
import { between, capBox, capOf, type Direction, projected } from '#index/geometry/sphere.js';

const polygon = (...corners: number[]): Shape => ({ isPoint: false, rings: [Float64Array.from(corners)] });

test('a cap is around its corners, across the date line, too', () => {
  const cap = capOf(polygon(179, -1, -179, -1, -179, 1, 179, 1));
  expect(cap?.centre[0]).toBeCloseTo(-1, 3);
  expect(Math.acos(cap?.cosine ?? 0) * (180 / Math.PI)).toBeCloseTo(Math.SQRT2, 3);
});

test.each([
  ['half of the sphere', polygon(-90, 0, 0, 0, 90, 0, 180, 0)],
  ['nearly half of it', polygon(-90, 0.5, 0, 0.5, 90, 0.5, 180, 0.5)],
  ['no longitude', polygon(181, 0, 0, 10, 10, 10)],
  ['no latitude', polygon(0, 0, 0, 91, 10, 10)],
])('there is no cap of %s', (_name, shape) => {
  expect(capOf(shape)).toBeUndefined();
});

test('a great circle is a straight line on any plane that sees it', () => {
  const circle = polygon(0, 0, 30, 0, 60, 0);
  const flat = projected(circle, [Math.SQRT1_2, 0, Math.SQRT1_2]);
  const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0] = flat?.rings[0] ?? [];
  expect((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)).toBeCloseTo(0, 12);
  expect(projected(circle, [-1, 0, 0])).toBeUndefined();
});

test('boxes of caps touch where caps do', () => {
  const [first, second] = [capOf(polygon(0, 0, 2, 0, 2, 2, 0, 2)), capOf(polygon(2, 2, 4, 2, 4, 4, 2, 4))];
  if (first === undefined || second === undefined) throw new Error('no caps');
  const [a, b] = [capBox(first), capBox(second)];
  expect(a.maxY).toBeGreaterThan(b.minY);
  expect(a.minX).toBeLessThan(b.maxX);
});

test('half-way is as far from one as from the other', () => {
  const [a, b]: [Direction, Direction] = [
    [1, 0, 0],
    [0, 0.6, 0.8],
  ];
  const middle = between(a, b);
  expect(Math.hypot(...middle)).toBeCloseTo(1, 12);
  expect(middle[0]).toBeCloseTo(middle[1] * 0.6 + middle[2] * 0.8, 12);
});
