import { boxesTouch, boxOf } from '#index/geometry/shape.js';

const polygon = { isPoint: false, rings: [Float64Array.of(1, 5, -2, 7, 3, 6), Float64Array.of(0, 6, 1, 6, 1, 6.5)] };

test('a box holds every corner', () => {
  expect(boxOf(polygon)).toEqual({ minX: -2, minY: 5, maxX: 3, maxY: 7 });
  expect(boxOf({ isPoint: true, rings: [Float64Array.of(4, 9)] })).toEqual({ minX: 4, minY: 9, maxX: 4, maxY: 9 });
});

test.each([
  [{ minX: 3, minY: 7, maxX: 9, maxY: 9 }, true],
  [{ minX: 3.1, minY: 5, maxX: 9, maxY: 9 }, false],
  [{ minX: 0, minY: 7.1, maxX: 1, maxY: 9 }, false],
  [{ minX: 0, minY: 6, maxX: 1, maxY: 6 }, true],
])('boxes touch where they share a point: %j', (box, expected) => {
  expect([boxesTouch(boxOf(polygon), box), boxesTouch(box, boxOf(polygon))]).toEqual([expected, expected]);
});
