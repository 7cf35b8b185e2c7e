/** Who is served when, by commands of this test over keys that are a Map of type names. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { DELAY_MS_MAX } from '#server/base/scheduler.js';
import { BlockedClients, type ParkedCommand } from '#server/client/blocked-clients.js';
import { Client } from '#server/client/client.js';
import { FakeClock, ManualScheduler } from '../../support/in-process.js';

const link = { close: () => undefined, outputBytes: () => 0, queryBytes: () => 0, push: () => undefined };

interface Stage {
  readonly blocked: BlockedClients;
  readonly clock: FakeClock;
  readonly scheduler: ManualScheduler;
  /** What happened, in order. */
  readonly told: string[];
  /** A client that takes one element of `type` from the first of its keys that is ready. */
  park(name: string, keys: string, options?: Partial<ParkedCommand> & { type?: string }): Client;
  /** Puts elements under a key and says so. */
  put(key: string, type: string, elements?: number): void;
  remove(key: string): void;
}

function stage(): Stage {
  const clock = new FakeClock();
  const scheduler = new ManualScheduler(clock);
  const values = new Map<string, { type: string; elements: number }>();
  const told: string[] = [];
  const blocked = new BlockedClients(clock, scheduler, (_db, key) => values.get(key.latin1())?.type);
  const put = (key: string, type: string, elements = 1): void => {
    values.set(key, { type, elements });
    blocked.keyChanged(0, ByteSlice.fromLatin1(key));
  };
  const remove = (key: string): void => {
    values.delete(key);
    blocked.keyChanged(0, ByteSlice.fromLatin1(key));
  };
  const take = (key: string): void => {
    const value = values.get(key);
    if (value !== undefined && --value.elements === 0) remove(key);
  };
  let lastId = 0;
  return {
    blocked,
    clock,
    scheduler,
    told,
    put,
    remove,
    park(name, keys, { type = 'list', ...options } = {}) {
      const client = new Client(++lastId, name, name, 0, link);
      blocked.park({
        client,
        db: 0,
        keys: keys.split(' '),
        typeName: type,
        wakesWhenLost: false,
        deadlineMs: undefined,
        retry: (key) => {
          told.push(`${name} from ${key.latin1()}`);
          take(key.latin1());
          return true;
        },
        giveUp: (reason) => told.push(`${name} gives up: ${reason}`),
        ...options,
      });
      blocked.validate();
      return client;
    },
  };
}

test('clients of a key are served in the order they blocked, while there is something left', () => {
  const { blocked, told, park, put } = stage();
  const clients = ['a', 'b', 'c'].map((name) => park(name, 'k'));
  put('k', 'list', 2);
  expect([told, blocked.hasReady, blocked.interest.exists]).toEqual([[], true, true]);
  blocked.serve();
  blocked.validate();
  expect(told).toEqual(['a from k', 'b from k']);
  expect(clients.map((client) => client.blocked)).toEqual([false, false, true]);
  expect([blocked.count, blocked.hasReady]).toEqual([1, false]);
});

test('keys are served in the order they became ready, whatever order a client names them in', () => {
  const { blocked, told, park, put } = stage();
  park('a', 'k1 k2 k1');
  put('k2', 'list');
  put('k1', 'list');
  put('k2', 'list');
  blocked.serve();
  blocked.validate();
  expect(told).toEqual(['a from k2']);
});

test('a value of another type than a client waits for wakes it not, and keeps no place for its key', () => {
  const { blocked, told, park, put, remove } = stage();
  park('a', 'k1 k2');
  put('k1', 'string');
  expect(blocked.hasReady).toBe(false);
  put('k2', 'list');
  remove('k1');
  put('k1', 'list');
  blocked.serve();
  expect(told).toEqual(['a from k2']);
});

test('clients that wait for different types at one key pass each other', () => {
  const { blocked, told, park, put } = stage();
  park('z', 'k', { type: 'zset' });
  park('a', 'k');
  put('k', 'list');
  blocked.serve();
  blocked.validate();
  expect(told).toEqual(['a from k']);
});

test('what is there no more when clients are served serves nobody', () => {
  const { blocked, told, park, put, remove } = stage();
  park('a', 'k');
  put('k', 'list');
  remove('k');
  blocked.serve();
  expect([told, blocked.count]).toEqual([[], 1]);
});

test('a command may be woken when its key is lost, too', () => {
  const { blocked, told, park, put, remove } = stage();
  put('k', 'stream', 1);
  park('x', 'k', { type: 'stream', wakesWhenLost: true });
  park('y', 'k', { type: 'stream' });
  remove('k');
  blocked.serve();
  blocked.validate();
  expect([told, blocked.count]).toEqual([['x from k'], 1]);
});

test('a command that is not done keeps its place', () => {
  const { blocked, told, park, put } = stage();
  const choosy = park('choosy', 'k', { retry: () => told.push('choosy looks') < 0 });
  park('b', 'k');
  put('k', 'list');
  blocked.serve();
  expect([told, choosy.blocked]).toEqual([['choosy looks', 'b from k'], true]);
});

test('what serving a client makes ready is served in the same call', () => {
  const { blocked, told, park, put, remove } = stage();
  const pass = (name: string, from: string, to: string): Client =>
    park(name, from, {
      retry: () => {
        told.push(name);
        remove(from);
        put(to, 'list');
        return true;
      },
    });
  pass('second', 'b', 'a');
  pass('first', 'a', 'b');
  park('last', 'a');
  put('a', 'list');
  blocked.serve();
  blocked.validate();
  expect([told, blocked.count]).toEqual([['first', 'second', 'last from a'], 0]);
});

test('a whole database may have changed', () => {
  const { blocked, told, park, put, remove } = stage();
  put('k', 'stream');
  park('a', 'k', { type: 'stream', wakesWhenLost: true });
  blocked.databaseChanged(1);
  expect(blocked.hasReady).toBe(false);
  remove('k');
  blocked.databaseChanged(0);
  blocked.serve();
  expect(told).toEqual(['a from k']);
});

describe('a client that stops waiting', () => {
  test('by leaving is served no more, even when its key is ready already', () => {
    const { blocked, told, scheduler, park, put } = stage();
    const client = park('a', 'k', { deadlineMs: 2e12 });
    put('k', 'list');
    client.close('now');
    blocked.serve();
    blocked.validate();
    expect([told, client.blocked, blocked.count, scheduler.timers]).toEqual([[], false, 0, 0]);
  });

  test('by another client is told how', () => {
    const { blocked, told, park } = stage();
    const [a, b] = [park('a', 'k1 k2'), park('b', 'k1')];
    a.parked?.unblock('error');
    const stale = b.parked;
    stale?.unblock('timeout');
    stale?.unblock('timeout');
    blocked.validate();
    expect([told, blocked.count]).toEqual([['a gives up: error', 'b gives up: timeout'], 0]);
  });

  test('by the end of the server gives up', () => {
    const { blocked, told, park } = stage();
    for (const name of ['a', 'b']) park(name, 'k j');
    blocked.close();
    blocked.validate();
    expect(told).toEqual(['a gives up: error', 'b gives up: error']);
  });
});

describe('a deadline', () => {
  test('ends the waiting when the clock has reached it, not before', () => {
    const { clock, scheduler, told, park } = stage();
    park('a', 'k', { deadlineMs: clock.nowMs() + 1000 });
    clock.advance(999);
    scheduler.runTimers();
    expect(told).toEqual([]);
    clock.advance(1);
    scheduler.runTimers();
    expect([told, scheduler.timers]).toEqual([['a gives up: timeout'], 0]);
  });

  test('may lie beyond what a timer holds', () => {
    const { clock, told } = stage();
    const delays: number[] = [];
    const early: (() => void)[] = [];
    const scheduler = {
      soon: () => undefined,
      after: (delayMs: number, task: () => void) => {
        delays.push(delayMs);
        early.push(task);
        return () => undefined;
      },
    };
    const patient = new BlockedClients(clock, scheduler, () => undefined);
    const client = new Client(1, 'a', 'a', 0, link);
    const deadlineMs = clock.nowMs() + 2 * DELAY_MS_MAX;
    const command = { client, db: 0, keys: ['k'], typeName: 'list', wakesWhenLost: false, deadlineMs };
    patient.park({ ...command, retry: () => true, giveUp: (reason) => told.push(reason) });
    clock.advance(DELAY_MS_MAX);
    early.shift()?.();
    clock.advance(DELAY_MS_MAX);
    early.shift()?.();
    expect([delays, told]).toEqual([[2 * DELAY_MS_MAX, DELAY_MS_MAX], ['timeout']]);
  });

  test('in the past ends the waiting at once', () => {
    const { clock, told, park } = stage();
    expect(park('a', 'k', { deadlineMs: clock.nowMs() }).blocked).toBe(false);
    expect(told).toEqual(['a gives up: timeout']);
  });

  test('of a client that was served means nothing', () => {
    const { blocked, clock, scheduler, told, park, put } = stage();
    park('a', 'k', { deadlineMs: clock.nowMs() + 10 });
    put('k', 'list');
    blocked.serve();
    clock.advance(10);
    scheduler.runTimers();
    expect(told).toEqual(['a from k']);
  });
});
