import { inTime, OutOfTime } from '#server/gateway/llm/in-time.js';
import { FakeClock, ManualScheduler } from '../../../support/in-process.js';

test('answers what was done in time, and lets the timer go', async () => {
  const timer = new ManualScheduler();
  expect(await inTime(timer, 10, Promise.resolve(7))).toBe(7);
  await expect(inTime(timer, 10, Promise.reject(new Error('own')))).rejects.toThrow('own');
  expect(timer.timers).toBe(0);
});

test('does not wait longer', async () => {
  const clock = new FakeClock();
  const timer = new ManualScheduler(clock);
  const waiting = inTime(timer, 10, new Promise(() => undefined));
  clock.advance(10);
  timer.runTimers();
  await expect(waiting).rejects.toThrow(OutOfTime);
});
