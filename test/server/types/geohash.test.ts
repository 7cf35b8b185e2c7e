import { seededRandom } from '#server/base/random.js';
import {
  areaOf,
  cellOf,
  geohashText,
  isIndexable,
  isSameCell,
  LATITUDE_MAX,
  neighbour,
  pointOf,
  STEP_MAX,
  scoreOf,
  scoresIn,
} from '#server/types/geohash.js';

const palermo = { longitude: 13.361389, latitude: 38.115556 };

describe('a point as a score', () => {
  test('is what Redis makes of it', () => {
    expect(scoreOf(palermo)).toBe(3479099956230698);
    expect(pointOf(3479099956230698)).toEqual({ longitude: 13.361389338970184, latitude: 38.1155563954963 });
    expect(geohashText(pointOf(scoreOf(palermo)))).toBe('sqc8b49rny0');
  });

  test('comes back within the size of a cell', () => {
    const random = seededRandom(1);
    for (let i = 0; i < 5000; i++) {
      const point = { longitude: random.below(360_000) / 1000 - 180, latitude: random.below(170_000) / 1000 - 85 };
      const back = pointOf(scoreOf(point));
      expect(Math.abs(back.longitude - point.longitude)).toBeLessThanOrEqual(180 / 2 ** STEP_MAX);
      expect(Math.abs(back.latitude - point.latitude)).toBeLessThanOrEqual(LATITUDE_MAX / 2 ** STEP_MAX);
      expect(scoreOf(back)).toBe(scoreOf(point));
    }
  });

  test.each([-1, 0.5, 2 ** 53, 1e300, Number.POSITIVE_INFINITY])('is made of any score (%d)', (score) => {
    expect(isIndexable(pointOf(score))).toBe(true);
  });

  test('needs a place on the map', () => {
    expect(isIndexable({ longitude: 180, latitude: -LATITUDE_MAX })).toBe(true);
    expect(isIndexable({ longitude: 180.1, latitude: 0 })).toBe(false);
    expect(isIndexable({ longitude: 0, latitude: 86 })).toBe(false);
  });
});

describe('a cell', () => {
  test('holds its points: their coordinates in its area, their scores in its range', () => {
    const random = seededRandom(2);
    for (let i = 0; i < 3000; i++) {
      const point = { longitude: random.below(360_000) / 1000 - 180, latitude: random.below(170_000) / 1000 - 85 };
      const cell = cellOf(point, 1 + random.below(STEP_MAX));
      const { west, east, south, north } = areaOf(cell);
      expect(west <= point.longitude && point.longitude <= east).toBe(true);
      expect(south <= point.latitude && point.latitude <= north).toBe(true);
      const { min, max } = scoresIn(cell);
      expect(min <= scoreOf(point) && scoreOf(point) < max).toBe(true);
    }
  });

  test('has neighbours all around the earth', () => {
    const cell = cellOf({ longitude: 179.9, latitude: 10 }, 8);
    const east = neighbour(cell, 1, 0);
    expect(areaOf(east).west).toBe(-180);
    expect(isSameCell(neighbour(neighbour(east, -1, 1), 0, -1), cell)).toBe(true);
    expect(isSameCell(east, cell)).toBe(false);
  });
});
