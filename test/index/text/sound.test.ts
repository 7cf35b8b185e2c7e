import { soundOf } from '#index/text/sound.js';

test.each([
  ['morfix', 'morphix'],
  ['jon', 'john'],
  ['smith', 'smyth'],
  ['cat', 'kat'],
])('%s sounds as %s', (a, b) => {
  expect(soundOf(a)).toBe(soundOf(b));
});

test('what differs in sound, or has none, is told apart', () => {
  expect(soundOf('cat')).not.toBe(soundOf('dog'));
  expect([soundOf('2015'), soundOf(''), soundOf('a'.repeat(65))]).toEqual([undefined, undefined, undefined]);
});
