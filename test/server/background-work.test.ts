/** What is done without being asked, and how long it takes: time passes by hand. */
import { BackgroundWork } from '#server/background-work.js';
import { type InProcess, startInProcess } from '../support/in-process.js';

interface Stage {
  readonly server: InProcess;
  readonly work: BackgroundWork;
  /** What was done for connections. */
  readonly done: string[];
  /** Lets time pass, and what is due run. */
  pass(ms: number): void;
}

function stage(settings: Readonly<Record<string, string>> = {}): Stage {
  const server = startInProcess(settings);
  const done: string[] = [];
  const connections = {
    runPostponed: () => done.push('postponed'),
    enforceTimeLimits: () => done.push('limits'),
  };
  const work = new BackgroundWork(server.server.facilities, connections, server.scheduler);
  const pass = (ms: number): void => {
    server.clock.advance(ms);
    server.scheduler.runTimers();
  };
  return { server, work, done, pass };
}

test('nothing runs before it starts and after it stops', () => {
  const { server, work, done, pass } = stage();
  pass(1000);
  expect([done, server.scheduler.timers]).toEqual([[], 0]);
  work.start();
  pass(100);
  expect(done).toContain('postponed');
  work.stop();
  done.length = 0;
  pass(1000);
  expect([done, server.scheduler.timers]).toEqual([[], 0]);
});

test('it comes as often as hz says', () => {
  const { work, done, pass } = stage({ hz: '20' });
  work.start();
  for (let i = 0; i < 20; i++) pass(50);
  expect(done.filter((what) => what === 'postponed')).toHaveLength(20);
});

test('keys whose time has come go, though nobody asks for them, but not while clients pause', () => {
  const { server, work, pass } = stage();
  const client = server.connect();
  for (let i = 0; i < 100; i++) client.call('SET', `k${i}`, 'v', 'PX', '10');
  work.start();
  client.call('CLIENT', 'PAUSE', '200');
  pass(100);
  const { stats } = server.server.facilities.keyspace.shared;
  expect(stats.expiredKeys).toBe(0);
  for (let i = 0; i < 5; i++) pass(100);
  expect([stats.expiredKeys, client.call('DBSIZE')]).toEqual([100, 0]);
});

test('what a slice leaves is gone on with at once, for a quarter of a tick', () => {
  const { server, work, pass } = stage();
  const client = server.connect();
  for (let i = 0; i < 100_000; i++) client.call('SET', `k${i}`, 'v', 'PX', '10');
  work.start();
  server.clock.usPerLook = 500;
  pass(100);
  const slices: number[] = [];
  const { stats } = server.server.facilities.keyspace.shared;
  for (let before = 0; stats.expiredKeys > before && slices.length < 100; pass(0)) {
    slices.push(stats.expiredKeys - before);
    before = stats.expiredKeys;
  }
  // 100 ms a tick, 2 ms a slice.
  expect(slices.length).toBeGreaterThan(6);
  expect(slices.length).toBeLessThanOrEqual(13);
  expect(stats.expiredKeys).toBeLessThan(100_000);
});

test('once a second commands are counted and connections looked at', () => {
  const { server, work, done, pass } = stage();
  const client = server.connect();
  work.start();
  pass(100);
  done.length = 0;
  for (let i = 0; i < 500; i++) client.call('PING');
  for (let i = 0; i < 10; i++) pass(100);
  expect(server.server.facilities.stats.commandsPerSecond).toBe(500);
  expect(done.filter((what) => what === 'limits')).toHaveLength(1);
});

test('indexes that lie idle are dropped', () => {
  const { server, work, pass } = stage();
  const client = server.connect();
  work.start();
  client.call('FT.CREATE', 'idx', 'TEMPORARY', 2, 'SCHEMA', 't', 'TAG');
  for (let i = 0; i < 20; i++) pass(100);
  expect(client.call('FT._LIST')).toEqual(['idx']);
  for (let i = 0; i < 30; i++) pass(100);
  expect(client.call('FT._LIST')).toEqual([]);
});
