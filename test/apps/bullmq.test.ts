/**
 * BullMQ as it comes from npm: queues, workers and flows on Nearkey. BullMQ keeps jobs in lists, sorted sets, hashes and
 * streams, changes them by Lua scripts, and waits for them by blocking commands.
 */
import { jest } from '@jest/globals';
import { type ConnectionOptions, FlowProducer, type Job, Queue, QueueEvents, Worker, type WorkerOptions } from 'bullmq';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

const suiteTimeoutMs = 120_000;
const manyJobs = 10_000;

jest.setTimeout(suiteTimeoutMs);

describe('BullMQ', () => {
  let nearkey: Nearkey;
  let connection: ConnectionOptions;
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    nearkey = await startNearkey();
    connection = { host: '127.0.0.1', port: nearkey.port };
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  afterAll(async () => {
    await nearkey?.stop();
  });

  const kept = <Closable extends { close(): Promise<unknown> }>(each: Closable): Closable => {
    open.push(each);
    return each;
  };
  const queueOf = (name: string): Queue => kept(new Queue(name, { connection }));
  // From the stream's beginning: by default only events are seen that come after the first read has reached the server, and a
  // job that is done between BullMQ's look at its state and that read is waited for in vain.
  const eventsOf = (name: string): QueueEvents => kept(new QueueEvents(name, { connection, lastEventId: '0' }));
  const workerOf = (name: string, work: (job: Job) => Promise<unknown>, options: Partial<WorkerOptions> = {}): Worker =>
    kept(new Worker(name, work, { connection, ...options }));

  test('jobs are done, and who waits for one gets its result', async () => {
    const [queue, events] = [queueOf('results'), eventsOf('results')];
    workerOf('results', async ({ data }) => data.a + data.b);
    const jobs = await queue.addBulk([1, 2, 3].map((a) => ({ name: 'add', data: { a, b: 10 } })));
    expect(await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))).toEqual([11, 12, 13]);
    expect(await queue.getJobCounts('completed', 'waiting', 'active')).toEqual({ completed: 3, waiting: 0, active: 0 });
  });

  test('jobs are done by priority, those without one first', async () => {
    const [queue, events] = [queueOf('priorities'), eventsOf('priorities')];
    const priorities = [5, 1, 3, 0, 2];
    const jobs = await queue.addBulk(
      priorities.map((priority) => ({ name: `${priority}`, data: {}, opts: { priority } })),
    );
    const order: string[] = [];
    workerOf('priorities', async ({ name }) => order.push(name));
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)));
    expect(order).toEqual(['0', '1', '2', '3', '5']);
  });

  test('a delayed job waits for its time', async () => {
    const [queue, events] = [queueOf('delays'), eventsOf('delays')];
    const job = await queue.add('later', {}, { delay: 300 });
    expect(await queue.getDelayedCount()).toBe(1);
    workerOf('delays', async ({ timestamp, processedOn = 0 }) => processedOn - timestamp);
    expect(await job.waitUntilFinished(events)).toBeGreaterThanOrEqual(300);
  });

  test('a job that fails is tried again, as often as it may', async () => {
    const [queue, events] = [queueOf('retries'), eventsOf('retries')];
    workerOf('retries', async ({ attemptsMade, data }) => {
      if (attemptsMade < data.failures) throw new Error(`attempt ${attemptsMade + 1}`);
      return attemptsMade;
    });
    const options = { attempts: 3, backoff: { type: 'fixed', delay: 20 } };
    const passes = await queue.add('passes', { failures: 2 }, options);
    const fails = await queue.add('fails', { failures: 9 }, options);
    expect(await passes.waitUntilFinished(events)).toBe(2);
    await expect(fails.waitUntilFinished(events)).rejects.toThrow('attempt 3');
    expect(await queue.getFailedCount()).toBe(1);
  });

  test('a parent of a flow runs after its children, with their results', async () => {
    const events = eventsOf('parents');
    workerOf('children', async ({ data }) => data.value * 2);
    workerOf('parents', async (job) => {
      const values: Record<string, unknown> = await job.getChildrenValues();
      return Object.values(values).reduce<number>((sum, value) => sum + Number(value), 0);
    });
    const flow = kept(new FlowProducer({ connection }));
    const children = [1, 2, 3].map((value) => ({ name: 'double', queueName: 'children', data: { value } }));
    const { job } = await flow.add({ name: 'sum', queueName: 'parents', children });
    expect(await job.waitUntilFinished(events)).toBe(12);
  });

  test('a rate limit lets no more jobs through than it says', async () => {
    const [queue, events] = [queueOf('limits'), eventsOf('limits')];
    const started: number[] = [];
    workerOf('limits', async ({ processedOn = 0 }) => started.push(processedOn), {
      limiter: { max: 3, duration: 300 },
      concurrency: 10,
    });
    const jobs = await queue.addBulk(Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, data: {} })));
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)));
    started.sort((a, b) => a - b);
    const [first = 0, last = 0] = [started[0], started.at(-1)];
    expect(last - first).toBeGreaterThanOrEqual(2 * 300 - 50);
  });

  test('of 10,000 jobs none is lost and none is done twice', async () => {
    const queue = queueOf('many');
    const done = new Map<number, number>();
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const work = async ({ data }: Job): Promise<number> => {
      done.set(data.number, (done.get(data.number) ?? 0) + 1);
      return data.number;
    };
    for (const _ of [1, 2, 3]) {
      const worker = workerOf('many', work, { concurrency: 50 });
      worker.on('completed', () => {
        if (done.size === manyJobs) finish();
      });
    }
    for (let from = 0; from < manyJobs; from += 500) {
      await queue.addBulk(Array.from({ length: 500 }, (_, i) => ({ name: 'job', data: { number: from + i } })));
    }
    await finished;
    await Promise.all(open.splice(1).map((each) => each.close()));
    expect([done.size, Math.max(...done.values())]).toEqual([manyJobs, 1]);
    expect(await queue.getJobCounts('completed', 'failed', 'waiting', 'active')).toEqual({
      completed: manyJobs,
      failed: 0,
      waiting: 0,
      active: 0,
    });
  });
});
