import { Pause } from '#server/client/pause.js';

test('a pause ends by itself, or by being ended', () => {
  const pause = new Pause();
  let ended = 0;
  pause.onEnd(() => ended++);
  expect([pause.wasBegun, pause.modeAt(0)]).toEqual([false, undefined]);
  pause.begin('write', 1000, 100);
  expect([pause.modeAt(1000), pause.modeAt(1099), pause.modeAt(1100)]).toEqual(['write', 'write', undefined]);
  pause.end();
  expect([pause.modeAt(1000), pause.wasBegun, ended]).toEqual([undefined, false, 1]);
});

test('of two pauses at once the longer and the stricter counts; one that is over does not', () => {
  const pause = new Pause();
  pause.begin('all', 0, 100);
  pause.begin('write', 50, 20);
  expect([pause.modeAt(99), pause.modeAt(100)]).toEqual(['all', undefined]);
  pause.begin('write', 200, 10);
  expect(pause.modeAt(205)).toBe('write');
});
