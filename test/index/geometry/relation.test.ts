import { isRelated, type Placed, place, shapeRelations } from '#index/geometry/relation.js';
import { boxesTouch } from '#index/geometry/shape.js';
import { parseWkt } from '#index/geometry/wkt.js';
import { Random } from '../random.js';
import { cellsOverlap, cellsTouch, cellsWithin, randomCells, wktOf } from './cells.js';

function placed(text: string, system: 'FLAT' | 'SPHERICAL'): Placed {
  const parsed = parseWkt(text);
  const found = 'shape' in parsed ? place(parsed.shape, system) : undefined;
  if (found === undefined) throw new Error(`no shape: ${text}`);
  return found;
}

const related = (a: string, b: string, system: 'FLAT' | 'SPHERICAL'): string[] =>
  shapeRelations.filter((relation) => isRelated(relation, placed(a, system), placed(b, system)));

test('a relation is that of the document to the query', () => {
  const [small, large] = ['POLYGON((1 1, 1 2, 2 2, 2 1))', 'POLYGON((0 0, 0 9, 9 9, 9 0))'];
  for (const system of ['FLAT', 'SPHERICAL'] as const) {
    expect(related(small, large, system)).toEqual(['WITHIN', 'INTERSECTS']);
    expect(related(large, small, system)).toEqual(['CONTAINS', 'INTERSECTS']);
    expect(related(small, 'POINT(5 5)', system)).toEqual(['DISJOINT']);
  }
});

test('edges on a sphere are parts of great circles', () => {
  // The way from one corner to the other goes further north than their latitude.
  const wide = 'POLYGON((-60 50, 60 50, 60 40, -60 40))';
  expect(related('POINT(0 60)', wide, 'SPHERICAL')).toEqual(['WITHIN', 'INTERSECTS']);
  expect(related('POINT(0 60)', wide, 'FLAT')).toEqual(['DISJOINT']);
  const acrossTheDateLine = 'POLYGON((170 -10, -170 -10, -170 10, 170 10))';
  expect(related('POINT(180 0)', acrossTheDateLine, 'SPHERICAL')).toEqual(['WITHIN', 'INTERSECTS']);
  expect(related('POINT(0 0)', acrossTheDateLine, 'SPHERICAL')).toEqual(['DISJOINT']);
  const aroundThePole = 'POLYGON((0 80, 90 80, 180 80, -90 80))';
  expect(related('POINT(45 90)', aroundThePole, 'SPHERICAL')).toEqual(['WITHIN', 'INTERSECTS']);
});

test('what crosses itself, or is not on the sphere, has no place', () => {
  const parsed = parseWkt('POLYGON((0 0, 2 2, 2 0, 0 2))');
  if ('fault' in parsed) throw new Error(parsed.fault);
  expect([place(parsed.shape, 'FLAT'), place(parsed.shape, 'SPHERICAL')]).toEqual([undefined, undefined]);
  const far = parseWkt('POINT(500 2)');
  expect('shape' in far && [place(far.shape, 'FLAT') === undefined, place(far.shape, 'SPHERICAL')]).toEqual([
    false,
    undefined,
  ]);
});

test('what is drawn on a grid lies as its squares do, wherever the grid lies on a sphere', () => {
  const random = new Random(12);
  const found = new Map<string, number>();
  for (let round = 0; round < 1500; round++) {
    const [a, b] = [randomCells(random), randomCells(random)];
    const lay = gridOnSphere(random);
    const [first, second] = [placed(wktOf(a, lay), 'SPHERICAL'), placed(wktOf(b, lay), 'SPHERICAL')];
    const within = cellsWithin(a, b);
    expect(isRelated('WITHIN', first, second)).toBe(within);
    expect(isRelated('CONTAINS', second, first)).toBe(within);
    // Whether borders that only touch do is a matter of rounding here.
    if (cellsTouch(a, b) && !cellsOverlap(a, b)) continue;
    const overlap = cellsOverlap(a, b);
    expect(isRelated('INTERSECTS', first, second)).toBe(overlap);
    expect(isRelated('DISJOINT', first, second)).toBe(!overlap);
    if (overlap) expect(boxesTouch(first.box, second.box)).toBe(true);
    found.set(`${within} ${overlap}`, (found.get(`${within} ${overlap}`) ?? 0) + 1);
  }
  expect([...found.keys()].sort()).toEqual(['false false', 'false true', 'true true']);
});

/** Straight lines of a plane that touches a sphere, seen from its centre, are great circles. */
function gridOnSphere(random: Random): (x: number, y: number) => [number, number] {
  const [lon, lat] = [random.fraction() * 2 * Math.PI, Math.asin(random.fraction() * 2 - 1)];
  const step = 10 ** (-random.fraction() * 3) / 4;
  return (x, y) => {
    const [east, north] = [(x - 4) * step, (y - 4) * step];
    const [up, out] = [Math.sin(lat) + north * Math.cos(lat), Math.cos(lat) - north * Math.sin(lat)];
    const degrees = (radians: number): number => (radians * 180) / Math.PI;
    const turned = degrees(lon + Math.atan2(east, out));
    return [((turned + 540) % 360) - 180, degrees(Math.atan2(up, Math.hypot(out, east)))];
  };
}
