import { distanceM, GeoIndex, parsePoint } from '#index/attribute/geo.js';
import { Random } from '../random.js';

const around = (index: GeoIndex, lon: number, lat: number, radiusM: number): number[] => {
  const found: number[] = [];
  index.forEachAround({ lon, lat }, radiusM, (id) => found.push(id));
  return found.sort((a, b) => a - b);
};

describe('GeoIndex', () => {
  it('measures as GEO commands do', () => {
    // GEODIST Sicily Palermo Catania of the documentation.
    const distance = distanceM({ lon: 13.361389, lat: 38.115556 }, { lon: 15.087269, lat: 37.502669 });
    expect(Math.abs(distance - 166_274.1516)).toBeLessThan(1);
  });

  it('finds points across the date line and around the poles', () => {
    const index = new GeoIndex();
    const points = [
      [179.9, 0],
      [-179.9, 0],
      [0, 89.9],
      [180, 89.9],
      [-90, -89.95],
      [180, -89.95],
    ] as const;
    points.forEach(([lon, lat], id) => {
      index.put(id, { lon, lat });
    });
    expect(around(index, 180, 0, 20_000)).toEqual([0, 1]);
    expect(around(index, -180, 0, 20_000)).toEqual([0, 1]);
    expect(around(index, 90, 90, 20_000)).toEqual([2, 3]);
    expect(around(index, 0, -90, 20_000)).toEqual([4, 5]);
    expect(around(index, 0, 0, 30_000_000)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('finds what measuring every point finds, once each', () => {
    const random = new Random(9);
    const index = new GeoIndex();
    const points = new Map<number, { lon: number; lat: number }>();
    for (let step = 0; step < 3000; step++) {
      const id = random.integer(1000);
      if (random.chance(0.2)) {
        index.delete(id);
        points.delete(id);
      } else {
        const point = { lon: random.fraction() * 360 - 180, lat: random.fraction() * 180 - 90 };
        index.put(id, point);
        points.set(id, point);
      }
    }
    expect([index.size, index.validate()]).toEqual([points.size, []]);
    for (let round = 0; round < 300; round++) {
      const centre = { lon: random.fraction() * 360 - 180, lat: random.fraction() * 180 - 90 };
      const radiusM = 10 ** (2 + random.fraction() * 5.4);
      const expected = [...points].filter(([, point]) => distanceM(point, centre) <= radiusM).map(([id]) => id);
      expect(around(index, centre.lon, centre.lat, radiusM)).toEqual(expected.sort((a, b) => a - b));
      expect(index.countAround(centre, radiusM)).toBeGreaterThanOrEqual(expected.length);
    }
  });
});

it.each([
  ['13.36,38.11', { lon: 13.36, lat: 38.11 }],
  [' -1 , 2 ', { lon: -1, lat: 2 }],
  ['1 2', { lon: 1, lat: 2 }],
  ['181,0', undefined],
  ['0,91', undefined],
  ['1', undefined],
  ['1,2,3', undefined],
  ['x,y', undefined],
  ['', undefined],
])('reads the point %j', (text, point) => {
  expect(parsePoint(text)).toEqual(point);
});
