import { systemScheduler } from '#server/base/scheduler.js';

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
