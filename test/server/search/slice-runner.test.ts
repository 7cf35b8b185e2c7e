import type { Sliced } from '@nearkey/index';
import { SliceRunner } from '#server/search/slice-runner.js';
import { FakeClock, ManualScheduler } from '../../support/in-process.js';
import { keyspace } from './definitions.js';

function setUp(usPerLook: number) {
  const clock = new FakeClock();
  clock.usPerLook = usPerLook;
  const scheduler = new ManualScheduler();
  return { scheduler, runner: new SliceRunner(keyspace(), clock, scheduler) };
}

function* counting(log: string[], name: string, steps: number): Sliced<string> {
  for (let step = 1; step <= steps; step++) {
    log.push(`${name}${step}`);
    yield;
  }
  return name;
}

test('short work is done at once', () => {
  const { runner, scheduler } = setUp(0);
  expect(runner.begin(counting([], 'a', 1000))).toEqual({ value: 'a' });
  expect(scheduler.waiting).toBe(0);
});

test('long work is done in turns, one slice of one job each', async () => {
  const { runner, scheduler } = setUp(800);
  const log: string[] = [];
  const outcomes = ['a', 'b'].map((name) => runner.begin(counting(log, name, 5)));
  expect(log).toEqual(['a1', 'a2', 'b1', 'b2']);
  scheduler.runOne();
  expect(log.slice(4)).toEqual(['a3', 'a4']);
  expect(scheduler.waiting).toBe(1);
  scheduler.runAll();
  const values = await Promise.all(outcomes.map((outcome) => ('later' in outcome ? outcome.later : outcome.value)));
  expect(values).toEqual(['a', 'b']);
});

test('who may not wait has all of it at once', () => {
  const { runner } = setUp(10_000);
  expect(runner.begin(counting([], 'a', 5), false)).toEqual({ value: 'a' });
});

test('what the work throws rejects, and others go on', async () => {
  const { runner, scheduler } = setUp(10_000);
  function* failing(): Sliced<string> {
    yield;
    throw new Error('broken');
  }
  const failed = runner.begin(failing());
  const fine = runner.begin(counting([], 'a', 3));
  const caught = 'later' in failed ? failed.later.catch((failure: Error) => failure.message) : 'at once';
  scheduler.runAll();
  expect(await caught).toBe('broken');
  expect('later' in fine ? await fine.later : 'at once').toBe('a');
});

test('work is given up when the server stops', () => {
  const { runner, scheduler } = setUp(10_000);
  const log: string[] = [];
  runner.begin(counting(log, 'a', 5));
  runner.stop();
  scheduler.runAll();
  expect(log).toEqual(['a1']);
});
