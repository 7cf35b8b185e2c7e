import { cornersMax } from '#index/geometry/shape.js';
import { parseWkt } from '#index/geometry/wkt.js';

test.each<[text: string, isPoint: boolean, rings: number[][]]>([
  ['POINT (1 -2.5)', true, [[1, -2.5]]],
  [' point(1e2 .5) ', true, [[100, 0.5]]],
  ['POLYGON((0 0,0 9,9 9))', false, [[0, 0, 0, 9, 9, 9]]],
  ['POLYGON ((0 0, 0 9, 9 9, 0 0))', false, [[0, 0, 0, 9, 9, 9]]],
  [
    'polygon (( 0 0 , 0 9,  9 9 ) , (1 2, 1 3, 2 3, 1 2))',
    false,
    [
      [0, 0, 0, 9, 9, 9],
      [1, 2, 1, 3, 2, 3],
    ],
  ],
])('%s is read', (text, isPoint, rings) => {
  const parsed = parseWkt(text);
  expect('shape' in parsed && [parsed.shape.isPoint, parsed.shape.rings.map((ring) => [...ring])]).toEqual([
    isPoint,
    rings,
  ]);
});

test.each([
  ['', "Should start with 'POLYGON' or 'POINT' in ''"],
  ['POLIKON((1 1, 1 2, 2 2))', "Should start with 'POLYGON' or 'POINT' in 'POLIKON((1 1, 1 2, 2 2))'"],
  ['POLYGON', "Expected '(' at '' in 'POLYGON'"],
  ['POLYGON(1 1, 1 2, 2 2)', "Expected '(' at '1 1, 1 2, 2 2)' in 'POLYGON(1 1, 1 2, 2 2)'"],
  ['POLYGON(()())', "attempting to create empty geometry in 'POLYGON(()())'"],
  ['POINT EMPTY', "attempting to create empty geometry in 'POINT EMPTY'"],
  ['POINT(255, 255)', "Expected two coordinates at ', 255)' in 'POINT(255, 255)'"],
  ['POINT(1 2, 3 4)', "A point has two coordinates in 'POINT(1 2, 3 4)'"],
  ['POINT(1 1e999)', "Expected two coordinates at ')' in 'POINT(1 1e999)'"],
  ['POLYGON((1 1, 1 2, 2 2 3))', "Expected ')' at ' 3))' in 'POLYGON((1 1, 1 2, 2 2 3'"],
  ['POLYGON((1 1, 1 2, 2 2)', "Expected ')' at '' in 'POLYGON((1 1, 1 2, 2 2)'"],
  ['POINT(1 2) x', "Too many tokens in 'POINT(1 2) x'"],
])('%s is refused', (text, fault) => {
  expect(parseWkt(text)).toEqual({ fault });
});

test('so many corners are taken, and no more', () => {
  const polygon = (corners: number): string =>
    `POLYGON((${Array.from({ length: corners }, (_, at) => `${at} 0`).join(',')}))`;
  expect(parseWkt(polygon(cornersMax))).toHaveProperty('shape');
  expect(parseWkt(polygon(cornersMax + 1))).toHaveProperty('fault');
});
