import { DELAY_MS_MAX, systemScheduler } from '#server/base/scheduler.js';

test('a task runs after the code that scheduled it', async () => {
  const order: string[] = [];
  const ran = new Promise<void>((resolve) => {
    systemScheduler.soon(() => {
      order.push('task');
      resolve();
    });
  });
  order.push('scheduled');
  await ran;
  expect(order).toEqual(['scheduled', 'task']);
});

test('a task runs after its delay, the shorter one first, unless it was taken back', async () => {
  const order: string[] = [];
  const cancel = systemScheduler.after(1, () => order.push('taken back'));
  cancel();
  await new Promise<void>((resolve) => {
    systemScheduler.after(20, resolve);
    systemScheduler.after(1, () => order.push('task'));
  });
  expect(order).toEqual(['task']);
});

test('a delay longer than a timer holds is not cut to nothing', async () => {
  const order: string[] = [];
  const cancel = systemScheduler.after(DELAY_MS_MAX * 2, () => order.push('at once'));
  await new Promise<void>((resolve) => systemScheduler.after(5, resolve));
  cancel();
  expect(order).toEqual([]);
});
