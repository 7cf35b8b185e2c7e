import { evaluated } from '../evaluated.js';

/** Berlin and Paris, 878 km apart. */
const [berlin, paris] = ['13.405,52.52', '2.3522,48.8566'];

test.each([
  'geodistance(@a, @b)',
  'geodistance(@a, 2.3522, 48.8566)',
  'geodistance(13.405, 52.52, @b)',
  'geodistance(13.405, 52.52, 2.3522, 48.8566)',
])('%s is a distance in metres', (text) => {
  const distance = Number(evaluated(text, { a: berlin, b: paris }));
  expect(distance).toBeGreaterThan(877_000);
  expect(distance).toBeLessThan(879_000);
  expect(Math.round(distance * 100) / 100).toBe(distance);
});

test('what is no place has no distance', () => {
  expect(evaluated('geodistance("here", "0,0")')).toBeNaN();
  expect(evaluated('geodistance("1,2", 0, "x")')).toBeNaN();
});
