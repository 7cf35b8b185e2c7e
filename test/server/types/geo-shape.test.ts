import { seededRandom } from '#server/base/random.js';
import { cellsOver, distanceInside, distanceMeters, type GeoShape } from '#server/types/geo-shape.js';
import { type Point, scoreOf, scoresIn } from '#server/types/geohash.js';

const rome = { longitude: 12.496365, latitude: 41.902782 };
const milan = { longitude: 9.189982, latitude: 45.464204 };

describe('distances', () => {
  test('are those of a sphere', () => {
    expect(distanceMeters(rome, milan)).toBeCloseTo(477_278, -3);
    expect(distanceMeters(rome, rome)).toBe(0);
    expect(distanceMeters({ longitude: 0, latitude: 0 }, { longitude: 0, latitude: 90 })).toBeCloseTo(10_010_367, -2);
  });

  test('are told of points inside a shape only', () => {
    const circle: GeoShape = { center: rome, metersPerUnit: 1000, radius: 480 };
    expect(distanceInside(circle, milan)).toBeCloseTo(477_278, -3);
    expect(distanceInside({ ...circle, radius: 470 }, milan)).toBeUndefined();
    const box: GeoShape = { center: rome, metersPerUnit: 1000, width: 600, height: 800 };
    expect(distanceInside(box, milan)).toBeCloseTo(477_278, -3);
    expect(distanceInside({ ...box, width: 500 }, milan)).toBeUndefined();
    expect(distanceInside({ ...box, height: 700 }, milan)).toBeUndefined();
  });
});

describe('the cells over a shape', () => {
  test('hold every point inside it, wherever it lies away from the poles and the edge of the map', () => {
    const random = seededRandom(3);
    const around = (at: number, by: number): number => at + ((random.below(20_001) - 10_000) / 10_000) * by;
    for (let i = 0; i < 400; i++) {
      const center: Point = { longitude: around(0, 100), latitude: around(0, 65) };
      const reach = 10 ** (random.below(600) / 100);
      const shape: GeoShape =
        random.below(2) === 0
          ? { center, metersPerUnit: 1, radius: reach }
          : { center, metersPerUnit: 1, width: reach, height: reach * 2 };
      const ranges = cellsOver(shape).map(scoresIn);
      for (let j = 0; j < 30; j++) {
        const spread = (reach / 111_000) * 1.2;
        const point = { longitude: around(center.longitude, spread * 2), latitude: around(center.latitude, spread) };
        if (Math.abs(point.latitude) > 85 || distanceInside(shape, point) === undefined) continue;
        const score = scoreOf(point);
        expect(ranges.some(({ min, max }) => min <= score && score < max)).toBe(true);
      }
    }
  });

  test('are at most nine, and name no cell twice in a row', () => {
    const cells = cellsOver({ center: { longitude: 0, latitude: 0 }, metersPerUnit: 1000, radius: 30_000 });
    expect(cells.length).toBeLessThanOrEqual(9);
    expect(cellsOver({ center: rome, metersPerUnit: 1, radius: 0 })[0]?.step).toBe(26);
  });
});
