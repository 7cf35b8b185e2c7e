import { idleTimer, systemTimer } from '#sdk/timer.js';

test.each([
  ['the timer', systemTimer],
  ['the idle timer', idleTimer],
])('%s does a task in its time, unless it is taken back', async (_name, timer) => {
  const done: string[] = [];
  const takeBack = timer.after(0, () => done.push('taken back'));
  takeBack();
  await new Promise<void>((resolve) => {
    timer.after(1, () => {
      done.push('done');
      resolve();
    });
  });
  expect(done).toEqual(['done']);
});
