import { seededRandom } from '#server/base/random.js';
import { smallWorld } from '#server/commands/lolwut.js';
import { startInProcess } from '../../support/in-process.js';

test('every seed is another world of the same size, with a walk from its start to its end', () => {
  const worlds = [1, 2, 3].map((seed) => smallWorld(seededRandom(seed)));
  expect(new Set(worlds).size).toBe(3);
  for (const world of worlds) {
    const lines = world.split('\n');
    expect(lines).toHaveLength(16);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64);
    expect(world).toContain('@');
    expect(world).toContain('*');
  }
  expect(smallWorld(seededRandom(1))).toBe(worlds[0]);
});

test('the caption names the version that clients look for', () => {
  expect(String(startInProcess().connect().call('LOLWUT', 'VERSION', '5', '1', '2'))).toContain('Redis ver. 7.0.15');
});
