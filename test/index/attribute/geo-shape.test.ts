import { GeoShapeIndex, placeWkt } from '#index/attribute/geo-shape.js';
import { isRelated, type Placed, shapeRelations } from '#index/geometry/relation.js';
import { Random } from '../random.js';

function placed(text: string): Placed {
  const found = placeWkt(text, 'FLAT');
  if ('fault' in found) throw new Error(found.fault);
  return found;
}

function randomShape(random: Random): Placed {
  const [x, y, side] = [random.integer(60), random.integer(60), 1 + random.integer(20)];
  if (random.chance(0.3)) return placed(`POINT(${x} ${y})`);
  return placed(`POLYGON((${x} ${y}, ${x} ${y + side}, ${x + side} ${y + side}))`);
}

test('shapes are found as comparing every one finds them', () => {
  const random = new Random(5);
  const index = new GeoShapeIndex();
  const plain = new Map<number, Placed>();
  for (let step = 0; step < 2000; step++) {
    const id = random.integer(300);
    if (random.chance(0.3)) {
      index.delete(id);
      plain.delete(id);
    } else {
      const shape = randomShape(random);
      index.put(id, shape);
      plain.set(id, shape);
    }
    if (step % 20 !== 0) continue;
    const query = randomShape(random);
    for (const relation of shapeRelations) {
      const expected = [...plain].filter(([, shape]) => isRelated(relation, shape, query)).map(([at]) => at);
      const candidates = index.candidates(relation, query);
      const found = candidates.filter((at) => index.isRelated(at, relation, query));
      expect(found.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
      for (let at = 0; at < 300; at++) expect(index.isRelated(at, relation, query)).toBe(expected.includes(at));
    }
  }
  expect([index.size, index.validate()]).toEqual([plain.size, []]);
  expect(index.memoryBytes).toBeGreaterThan(plain.size * 400);
  for (let id = 0; id < 300; id++) index.delete(id);
  expect([index.size, index.memoryBytes, index.has(1)]).toEqual([0, 0, false]);
});

test.each([
  ['POLIGON((0 0, 0 1, 1 1))', "Should start with 'POLYGON' or 'POINT' in 'POLIGON((0 0, 0 1, 1 1))'"],
  ['POLYGON((0 0, 0 1, 0 0))', "invalid geometry in 'POLYGON((0 0, 0 1, 0 0))'"],
])('%s is refused', (text, fault) => {
  expect(placeWkt(text, 'SPHERICAL')).toEqual({ fault });
});
