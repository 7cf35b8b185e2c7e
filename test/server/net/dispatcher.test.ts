/** Whose turn it is: order, waiting, backpressure and limits, with connections that are objects of this test. */
import { Subscriptions } from '#server/client/subscriptions.js';
import { type CommandEntry, command } from '#server/commands/command.js';
import { CommandTable } from '#server/commands/command-table.js';
import { Executor } from '#server/commands/execute-command.js';
import { commandGroups } from '#server/create-server.js';
import { Dispatcher, isLocal } from '#server/net/dispatcher.js';
import type { TransportConnection } from '#server/net/transport.js';
import { awaitCommand } from '../../support/await-command.js';
import { type Argument, frame, type InProcess, startInProcess } from '../../support/in-process.js';

const megabyte = 1024 * 1024;

/** A peer that reads, or does not. */
class FakeConnection implements TransportConnection {
  readonly address: string;
  readonly localAddress = 'here';
  readonly heldBytes = 0;
  /** One entry a write. */
  readonly sent: string[] = [];
  /** Where those that were not taken lie. */
  readonly kept: Buffer[] = [];
  unsentBytes = 0;
  reads = true;
  paused = false;
  held = false;
  closed: 'now' | 'replies' | undefined;
  authenticated: boolean | undefined;

  constructor(
    readonly id: number,
    host: string,
  ) {
    this.address = `${host}:${id}`;
  }

  send(buffer: Buffer, start: number, end: number): boolean {
    this.sent.push(buffer.toString('latin1', start, end));
    if (this.reads) return true;
    this.unsentBytes += end - start;
    this.kept.push(buffer);
    return false;
  }

  pause(): void {
    this.paused = true;
  }

  hold(): void {
    this.held = true;
  }

  resume(): void {
    this.paused = false;
    this.held = false;
  }

  setAuthenticated(authenticated: boolean): void {
    this.authenticated = authenticated;
  }

  close(after: 'now' | 'replies'): void {
    this.closed ??= after;
  }
}

/** LATER text: answers when the test says so. ERR as text fails, BUG breaks. */
function laterCommand(pending: (() => void)[]): CommandEntry {
  return command<{ text: string }>({
    name: 'LATER',
    arity: 2,
    flags: [],
    acl: [],
    group: 'server',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Answer later',
    syntax: 'text',
    parse: (args) => ({ text: args.text() }),
    run: (_context, { text }) =>
      new Promise((resolve, reject) => {
        pending.push(() => {
          if (text === 'BUG') reject(new Error('a bug'));
          else resolve((reply) => reply.bulkText(text));
        });
      }),
  });
}

/** TELL id text: pushes the text to a client, then answers. */
function tellCommand(server: InProcess): CommandEntry {
  return command<{ id: number; text: string }>({
    name: 'TELL',
    arity: 3,
    flags: [],
    acl: [],
    group: 'server',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'Tell a client',
    syntax: 'id text',
    parse: (args) => ({ id: args.integer(), text: args.text() }),
    run: ({ reply }, { id, text }) => {
      server.server.facilities.clients.get(id)?.push(Buffer.from(text));
      reply.simple('OK');
    },
  });
}

interface Stage {
  readonly server: InProcess;
  readonly dispatcher: Dispatcher;
  readonly failures: unknown[];
  /** @param host where the peer is; by default on this machine */
  connect(host?: string): FakeConnection;
  /** Commands as one read of a connection brings them. */
  read(connection: FakeConnection, ...commands: readonly (readonly Argument[])[]): void;
  /** Lets the oldest LATER answer. */
  finishOne(): Promise<void>;
}

function stage(settings: Readonly<Record<string, string>> = {}): Stage {
  const server = startInProcess(settings);
  const pending: (() => void)[] = [];
  const failures: unknown[] = [];
  const commands = new CommandTable([...commandGroups, [laterCommand(pending), tellCommand(server), awaitCommand]]);
  const facilities = { ...server.server.facilities, commands };
  const executor = new Executor(facilities, (_name, failure) => failures.push(failure));
  const dispatcher = new Dispatcher(facilities, executor, server.scheduler);
  let lastId = 0;
  return {
    server,
    dispatcher,
    failures,
    connect(host = '127.0.0.1') {
      const connection = new FakeConnection(++lastId, host);
      if (!dispatcher.opened(connection)) connection.close('replies');
      return connection;
    },
    read(connection, ...commandList) {
      dispatcher.batch(batchOf(commandList.map((argv) => [connection.id, argv])));
    },
    async finishOne() {
      pending.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

type Sent = readonly [connection: number, argv: readonly Argument[]];

function batchOf(sent: readonly Sent[]): { buffer: Buffer; words: Int32Array; length: number } {
  const frames = sent.map(([id, argv]) => ({ id, ...frame(argv) }));
  const words: number[] = [];
  let offset = 0;
  for (const {
    id,
    buffer,
    words: [count = 0, ...places],
  } of frames) {
    words.push(id, count, ...places.map((place, i) => (i % 2 === 0 ? place + offset : place)));
    offset += buffer.length;
  }
  return {
    buffer: Buffer.concat(frames.map(({ buffer }) => buffer)),
    words: Int32Array.from(words),
    length: words.length,
  };
}

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

test('the replies of a batch leave in one write for each client, in order', () => {
  const { dispatcher, connect } = stage();
  const [a, b] = [connect(), connect()];
  dispatcher.batch(
    batchOf([
      [a.id, ['SET', 'k', '1']],
      [a.id, ['INCR', 'k']],
      [b.id, ['GET', 'k']],
      [a.id, ['GET', 'k']],
    ]),
  );
  expect([a.sent, b.sent]).toEqual([['+OK\r\n:2\r\n', bulk('2')], [bulk('2')]]);
});

describe('a command that answers later', () => {
  test('holds back what follows it, on its own connection only', async () => {
    const { connect, read, finishOne } = stage();
    const [slow, other] = [connect(), connect()];
    read(slow, ['ECHO', 'a'], ['LATER', 'b'], ['ECHO', 'c']);
    read(slow, ['ECHO', 'd']);
    read(other, ['ECHO', 'x']);
    expect([slow.sent, slow.held, other.sent]).toEqual([[bulk('a')], true, [bulk('x')]]);
    await finishOne();
    expect(slow.sent.join('')).toBe(['a', 'b', 'c', 'd'].map(bulk).join(''));
    expect(slow.held).toBe(false);
  });

  test('lets its connection be read from, until much has come', async () => {
    const { connect, read, finishOne } = stage();
    const slow = connect();
    read(slow, ['LATER', 'a'], ['ECHO', 'b']);
    expect(slow.paused).toBe(false);
    read(slow, ['ECHO', 'x'.repeat(megabyte)]);
    expect(slow.paused).toBe(true);
    await finishOne();
    expect([slow.paused, slow.sent.join('').length]).toEqual([false, megabyte + 26]);
  });

  test('may follow another', async () => {
    const { connect, read, finishOne } = stage();
    const slow = connect();
    read(slow, ['LATER', 'a'], ['LATER', 'b'], ['ECHO', 'c']);
    await finishOne();
    expect([slow.sent.join(''), slow.held]).toEqual([bulk('a'), true]);
    await finishOne();
    expect([slow.sent.join(''), slow.held]).toEqual([['a', 'b', 'c'].map(bulk).join(''), false]);
  });

  test('keeps copies of what waits: the batch is gone by then', async () => {
    const { dispatcher, connect, finishOne } = stage();
    const slow = connect();
    const batch = batchOf([
      [slow.id, ['LATER', 'a']],
      [slow.id, ['ECHO', 'kept']],
    ]);
    dispatcher.batch(batch);
    batch.buffer.fill(0);
    batch.words.fill(0);
    await finishOne();
    expect(slow.sent.join('')).toBe(bulk('a') + bulk('kept'));
  });

  test('that breaks is an error reply and a report, and the next command runs', async () => {
    const { connect, read, finishOne, failures } = stage();
    const slow = connect();
    read(slow, ['LATER', 'BUG'], ['ECHO', 'b']);
    await finishOne();
    expect(slow.sent.join('')).toBe(`-ERR internal error\r\n${bulk('b')}`);
    expect(failures).toEqual([new Error('a bug')]);
  });

  test('whose client is gone says nothing to anyone', async () => {
    const { dispatcher, server, connect, read, finishOne } = stage();
    const slow = connect();
    read(slow, ['LATER', 'a'], ['SET', 'k', 'v']);
    dispatcher.closed(slow);
    await finishOne();
    expect(slow.sent).toEqual([]);
    expect(server.connect().call('EXISTS', 'k')).toBe(0);
  });

  test('obeys CLIENT REPLY', async () => {
    const { connect, read, finishOne } = stage();
    const slow = connect();
    read(slow, ['CLIENT', 'REPLY', 'SKIP'], ['LATER', 'a'], ['ECHO', 'b']);
    await finishOne();
    expect(slow.sent.join('')).toBe(bulk('b'));
  });
});

test('replies are written where others were that have left, and nowhere else', () => {
  const { dispatcher, connect, read } = stage();
  const [lazy, other] = [connect(), connect()];
  lazy.reads = other.reads = false;
  read(lazy, ['ECHO', 'a']);
  read(other, ['ECHO', 'b']);
  const [first] = lazy.kept;
  if (first === undefined) throw new Error('nothing was kept');
  expect(other.kept).not.toContain(first);
  dispatcher.sent(first);
  dispatcher.sent(Buffer.alloc(first.length));
  for (let i = 0; i < 3; i++) read(other, ['ECHO', 'c']);
  expect(other.kept.filter((buffer) => buffer === first)).toHaveLength(1);
  expect(new Set(other.kept).size).toBe(4);
});

test('who asks for much at once does not hold up others: its turn ends when it has got some', () => {
  const { server, dispatcher, connect } = stage();
  server.connect().call('SET', 'large', 'v'.repeat(50_000));
  const [greedy, second, modest] = [connect(), connect(), connect()];
  const order: number[] = [];
  for (const connection of [greedy, second]) {
    const send = connection.send.bind(connection);
    connection.send = (...reply) => {
      order.push(connection.id);
      return send(...reply);
    };
  }
  const many = ({ id }: FakeConnection): Sent[] => Array.from({ length: 6 }, () => [id, ['GET', 'large']]);
  dispatcher.batch(
    batchOf([...many(greedy), [greedy.id, ['ECHO', 'last']], ...many(second), [modest.id, ['ECHO', 'mine']]]),
  );
  const got = ({ sent }: FakeConnection): number => sent.join('').split('$50000').length - 1;
  expect([got(greedy), got(second), modest.sent]).toEqual([2, 2, [bulk('mine')]]);
  server.scheduler.runAll();
  expect([got(greedy), got(second), greedy.sent.at(-1)]).toEqual([6, 6, bulk('last')]);
  expect(order).toEqual([greedy, second, greedy, second, greedy, second, greedy].map(({ id }) => id));
});

describe('a client that waits for a key', () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('is served between the commands of another, and goes on after them', async () => {
    const { connect, read } = stage();
    const [waiting, writing] = [connect(), connect()];
    read(waiting, ['ECHO', 'a'], ['AWAIT', 'k', '0'], ['SET', 'next', '1']);
    expect(waiting.sent).toEqual([bulk('a')]);
    read(writing, ['SET', 'k', 'v'], ['EXISTS', 'k'], ['EXISTS', 'next']);
    expect(writing.sent).toEqual(['+OK\r\n:0\r\n:0\r\n']);
    await settled();
    expect(waiting.sent.slice(1).join('')).toBe(`*2\r\n${bulk('k')}${bulk('v')}+OK\r\n`);
  });

  test('is read from, so that it stops waiting when its peer goes, until much has come', () => {
    const { dispatcher, server, connect, read } = stage();
    const [gone, talker] = [connect(), connect()];
    read(gone, ['AWAIT', 'k', '0']);
    read(talker, ['AWAIT', 'other', '0'], ['ECHO', 'x'.repeat(megabyte)]);
    expect([gone.paused, talker.paused]).toEqual([false, true]);
    dispatcher.closed(gone);
    const client = server.connect();
    client.call('SET', 'k', 'v');
    expect([client.call('EXISTS', 'k'), server.server.facilities.blocked.count]).toEqual([1, 1]);
  });

  test('is read from again when what was sent to it before has left', () => {
    const { dispatcher, server, connect, read } = stage();
    server.connect().call('SET', 'large', 'v'.repeat(2 * megabyte));
    const lazy = connect();
    lazy.reads = false;
    read(lazy, ['GET', 'large'], ['AWAIT', 'k', '0']);
    expect(lazy.paused).toBe(true);
    lazy.reads = true;
    lazy.unsentBytes = 0;
    dispatcher.drained(lazy);
    expect([lazy.paused, server.server.facilities.blocked.count]).toEqual([false, 1]);
  });

  test('may not fill memory with the smallest commands there are', () => {
    const { server, connect, read } = stage();
    const talker = connect();
    read(talker, ['AWAIT', 'k', '0']);
    const chunk = Array.from({ length: 6400 }, () => ['']);
    let chunks = 0;
    for (; chunks < 100 && !talker.paused; chunks++) read(talker, ...chunk);
    expect(chunks).toBeLessThan(20);
    expect(server.server.facilities.clients.get(1)?.link.queryBytes()).toBe(chunks * 6400 * 12);
  });

  test('and has sent much meanwhile does not hold up others when it is served', async () => {
    const { server, connect, read } = stage();
    const [talker, second, other] = [connect(), connect(), connect()];
    const many = Array.from({ length: 1000 }, () => ['PING']);
    read(talker, ['AWAIT', 'k', '0'], ...many);
    read(second, ['AWAIT', 'k2', '0'], ...many);
    server.clock.usPerLook = 50;
    read(other, ['SET', 'k', 'v'], ['SET', 'k2', 'v']);
    await settled();
    const pongs = ({ sent }: FakeConnection): number => sent.join('').split('+PONG').length - 1;
    expect(pongs(talker)).toBeGreaterThan(0);
    expect([pongs(talker) < 100, pongs(second)]).toEqual([true, 0]);
    read(other, ['ECHO', 'x']);
    expect(other.sent).toEqual(['+OK\r\n+OK\r\n', bulk('x')]);
    // What comes while others have their turn stands behind what has waited.
    read(talker, ['ECHO', 'last']);
    for (let turns = 0; turns < 2; turns++) server.scheduler.runOne();
    expect([pongs(second) > 0, pongs(talker) < 1000]).toEqual([true, true]);
    server.scheduler.runAll();
    expect([pongs(talker), pongs(second), talker.sent.join('').endsWith(bulk('last'))]).toEqual([1000, 1000, true]);
    expect([talker.paused, second.paused]).toEqual([false, false]);
  });

  test('and goes while its commands have turns runs no more of them', async () => {
    const { dispatcher, server, connect, read } = stage();
    const [talker, other] = [connect(), connect()];
    read(talker, ['AWAIT', 'k', '0'], ...Array.from({ length: 1000 }, () => ['INCR', 'n']));
    server.clock.usPerLook = 50;
    read(other, ['SET', 'k', 'v']);
    await settled();
    dispatcher.closed(talker);
    server.scheduler.runAll();
    expect(Number(server.connect().call('GET', 'n'))).toBeLessThan(100);
  });

  test('is killed and unblocked by others, and its time may be over', async () => {
    const { server, connect, read } = stage();
    const [killed, unblocked, late, other] = [connect(), connect(), connect(), connect()];
    for (const waiting of [killed, unblocked]) read(waiting, ['AWAIT', 'k', '0'], ['PING']);
    read(late, ['AWAIT', 'k', '0.5'], ['PING']);
    read(other, ['CLIENT', 'KILL', 'ID', '1'], ['CLIENT', 'UNBLOCK', '2', 'ERROR'], ['CLIENT', 'UNBLOCK', '2']);
    expect([other.sent, killed.closed]).toEqual([[':1\r\n:1\r\n:0\r\n'], 'now']);
    server.clock.advance(500);
    server.scheduler.runTimers();
    await settled();
    expect(unblocked.sent.join('')).toBe('-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n+PONG\r\n');
    expect([late.sent.join(''), killed.sent]).toEqual(['*-1\r\n+PONG\r\n', []]);
  });
});

describe('a client that does not read', () => {
  test('is not read from, and its commands wait, until it has read', () => {
    const { dispatcher, server, connect, read } = stage();
    server.connect().call('SET', 'large', 'v'.repeat(2 * megabyte));
    const [lazy, other] = [connect(), connect()];
    lazy.reads = false;
    read(lazy, ['GET', 'large'], ['SET', 'ran', '1']);
    expect(lazy.paused).toBe(true);
    read(other, ['EXISTS', 'ran']);
    expect(other.sent).toEqual([':0\r\n']);
    lazy.reads = true;
    lazy.unsentBytes = 0;
    dispatcher.drained(lazy);
    read(other, ['EXISTS', 'ran']);
    expect([lazy.paused, lazy.sent.at(-1), other.sent.at(-1)]).toEqual([false, '+OK\r\n', ':1\r\n']);
  });

  test('piles up no more than one reply above the pause, however much it asks', () => {
    const { server, connect, read } = stage();
    server.connect().call('SET', 'k', 'v'.repeat(megabyte));
    const lazy = connect();
    lazy.reads = false;
    read(lazy, ...Array.from({ length: 100 }, () => ['GET', 'k']));
    expect(lazy.unsentBytes).toBeLessThan(2.1 * megabyte);
  });

  test('is let go at the hard limit', () => {
    const { server, connect, read } = stage({ 'client-output-buffer-limit': 'normal 2mb 0 0' });
    server.connect().call('SET', 'k', 'v'.repeat(3 * megabyte));
    const lazy = connect();
    lazy.reads = false;
    read(lazy, ['GET', 'k']);
    expect(lazy.closed).toBe('now');
  });

  test('is let go when it stays above the soft limit, and not when it comes below in time', () => {
    const { dispatcher, server, connect, read } = stage({ 'client-output-buffer-limit': 'normal 0 1mb 10' });
    server.connect().call('SET', 'k', 'v'.repeat(2 * megabyte));
    const [lazy, late] = [connect(), connect()];
    for (const connection of [lazy, late]) {
      connection.reads = false;
      read(connection, ['GET', 'k']);
    }
    server.clock.advance(9_000);
    dispatcher.enforceTimeLimits();
    late.unsentBytes = 0;
    dispatcher.drained(late);
    server.clock.advance(2_000);
    dispatcher.enforceTimeLimits();
    expect([lazy.closed, late.closed]).toEqual(['now', undefined]);
  });

  test.each([0, megabyte / 2])('is above the soft limit anew when it was down to %i bytes between', (leftBytes) => {
    const { dispatcher, server, connect, read } = stage({ 'client-output-buffer-limit': 'normal 0 1mb 10' });
    server.connect().call('SET', 'k', 'v'.repeat(2 * megabyte));
    const lazy = connect();
    lazy.reads = false;
    read(lazy, ['GET', 'k']);
    server.clock.advance(9_000);
    lazy.unsentBytes = leftBytes;
    dispatcher.enforceTimeLimits();
    server.clock.advance(9_000);
    read(lazy, ['GET', 'k']);
    server.clock.advance(9_000);
    dispatcher.enforceTimeLimits();
    expect(lazy.closed).toBeUndefined();
    server.clock.advance(2_000);
    dispatcher.enforceTimeLimits();
    expect(lazy.closed).toBe('now');
  });

  test('and the limit may be set while it is connected', () => {
    const { server, connect, read } = stage();
    const client = server.connect();
    client.call('SET', 'k', 'v'.repeat(2 * megabyte));
    const lazy = connect();
    lazy.reads = false;
    client.call('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 1mb 0 0');
    read(lazy, ['GET', 'k']);
    expect(lazy.closed).toBe('now');
  });
});

describe('a pause', () => {
  test('holds back writes, in order, until it is ended', () => {
    const { server, connect, read } = stage();
    const [a, b] = [connect(), connect()];
    read(a, ['CLIENT', 'PAUSE', '1000', 'WRITE']);
    read(b, ['ECHO', 'a'], ['SET', 'k', 'v'], ['ECHO', 'b']);
    expect(b.sent).toEqual([bulk('a')]);
    read(a, ['CLIENT', 'UNPAUSE']);
    server.scheduler.runAll();
    expect(b.sent.join('')).toBe(`${bulk('a')}+OK\r\n${bulk('b')}`);
  });

  test('is over when its time is', () => {
    const { dispatcher, server, connect, read } = stage();
    const [a, b] = [connect(), connect()];
    read(a, ['CLIENT', 'PAUSE', '1000', 'ALL']);
    read(b, ['ECHO', 'a']);
    dispatcher.runPostponed();
    expect(b.sent).toEqual([]);
    server.clock.advance(1000);
    dispatcher.runPostponed();
    expect(b.sent).toEqual([bulk('a')]);
  });

  test('of a client that is gone runs nothing', () => {
    const { dispatcher, server, connect, read } = stage();
    const [a, b] = [connect(), connect()];
    read(a, ['CLIENT', 'PAUSE', '1000', 'ALL']);
    read(b, ['SET', 'k', 'v']);
    dispatcher.closed(b);
    server.clock.advance(1000);
    dispatcher.runPostponed();
    expect(server.connect().call('EXISTS', 'k')).toBe(0);
  });
});

describe('messages', () => {
  const ok = '+OK\r\n';

  test('to others leave in one write when the wake-up ends', () => {
    const { connect, read } = stage();
    const [a, b] = [connect(), connect()];
    read(a, ['TELL', 2, '>x'], ['TELL', 2, '>y'], ['TELL', 2, '>z']);
    expect([a.sent, b.sent]).toEqual([[ok.repeat(3)], ['>x>y>z']]);
  });

  test('to oneself follow the reply of the command that brought them', () => {
    const { connect, read } = stage();
    const a = connect();
    read(a, ['TELL', 1, '>x'], ['ECHO', 'a'], ['TELL', 1, '>y']);
    expect(a.sent).toEqual([`${ok}>x${bulk('a')}${ok}>y`]);
  });

  test('stand before the replies to commands that run after them', () => {
    const { dispatcher, connect } = stage();
    const [a, b] = [connect(), connect()];
    dispatcher.batch(
      batchOf([
        [b.id, ['ECHO', 'a']],
        [a.id, ['TELL', 2, '>x']],
        [b.id, ['ECHO', 'b']],
        [a.id, ['TELL', 2, '>y']],
      ]),
    );
    expect(b.sent.join('')).toBe(`${bulk('a')}>x${bulk('b')}>y`);
  });

  test('reach a client whose command answers later before that answer', async () => {
    const { connect, read, finishOne } = stage();
    const [slow, other] = [connect(), connect()];
    read(slow, ['LATER', 'a'], ['ECHO', 'b']);
    read(other, ['TELL', 1, '>x']);
    expect(slow.sent).toEqual(['>x']);
    await finishOne();
    expect(slow.sent.join('')).toBe(`>x${bulk('a')}${bulk('b')}`);
  });

  test('from outside a wake-up leave soon, in one write', () => {
    const { server, connect } = stage();
    const a = connect();
    const client = server.server.facilities.clients.get(1);
    client?.push(Buffer.from('>x'));
    client?.push(Buffer.from('>y'));
    expect([a.sent, client?.link.outputBytes()]).toEqual([[], 4]);
    server.scheduler.runAll();
    expect([a.sent, client?.link.outputBytes()]).toEqual([['>x>y'], 0]);
  });

  test('do not reach a client that is closing or gone', () => {
    const { dispatcher, connect, read } = stage();
    const [a, b, c] = [connect(), connect(), connect()];
    read(a, ['TELL', 1, '>x'], ['QUIT'], ['TELL', 1, '>y']);
    dispatcher.batch(
      batchOf([
        [c.id, ['TELL', 2, '>x']],
        [b.id, ['QUIT']],
        [c.id, ['TELL', 2, '>y']],
      ]),
    );
    expect([a.sent.join(''), b.sent.join('')]).toEqual([`${ok}>x${ok}`, `>x${ok}`]);
    dispatcher.closed(b);
    read(c, ['TELL', 2, '>z']);
    expect(b.sent.join('')).toBe(`>x${ok}`);
  });

  test('pile up to the limit of subscribers, no further', () => {
    const { server, connect, read } = stage({ 'client-output-buffer-limit': 'normal 0 0 0 pubsub 3mb 0 0' });
    const [teller, subscriber, plain] = [connect(), connect(), connect()];
    const client = server.server.facilities.clients.get(2);
    if (client !== undefined) client.subscriptions = new Subscriptions();
    for (const lazy of [subscriber, plain]) {
      lazy.reads = false;
      for (let i = 0; i < 5; i++) read(teller, ['TELL', lazy.id, 'x'.repeat(megabyte)]);
    }
    expect([subscriber.closed, plain.closed, plain.unsentBytes]).toEqual(['now', undefined, 5 * megabyte]);
    expect(subscriber.unsentBytes).toBe(4 * megabyte);
  });

  test('that come in masses leave before the wake-up ends', () => {
    const { connect, read } = stage();
    const [a, b] = [connect(), connect()];
    read(a, ...Array.from({ length: 10 }, () => ['TELL', 2, 'x'.repeat(megabyte / 2)]));
    expect(b.sent.length).toBeGreaterThan(2);
    expect(b.sent.join('').length).toBe(5 * megabyte);
  });
});

describe('connections', () => {
  test('of other machines are refused in protected mode, as long as there is no password', () => {
    const { server, connect } = stage();
    const { clients, config } = server.server.facilities;
    const refused = connect('10.0.0.1');
    expect(refused.sent[0]).toMatch(/^-DENIED Redis is running in protected mode/);
    expect([refused.closed, clients.count, clients.rejectedConnections]).toEqual(['replies', 0, 1]);
    config.setText('protected-mode', 'no');
    expect(connect('10.0.0.1').closed).toBeUndefined();
    config.setText('protected-mode', 'yes');
    config.setText('requirepass', 'x');
    expect(connect('10.0.0.1').closed).toBeUndefined();
  });

  test.each([
    ['127.0.0.1:5', true],
    ['127.1.2.3:5', true],
    ['::1:5', true],
    ['[::1]:5', true],
    ['::ffff:127.0.0.1:5', true],
    ['/tmp/nearkey.sock:0', true],
    ['10.0.0.1:5', false],
    ['::ffff:10.0.0.1:5', false],
    ['::11:5', false],
    ['fe80::1:5', false],
    ['?:0', false],
  ])('at %s are on this machine: %s', (address, expected) => {
    expect(isLocal(address)).toBe(expected);
  });

  test('above maxclients hear why and are refused', () => {
    const { server, connect } = stage({ maxclients: '1' });
    connect();
    const second = connect();
    expect([second.sent, second.closed]).toEqual([['-ERR max number of clients reached\r\n'], 'replies']);
    expect(server.server.facilities.clients).toMatchObject({ count: 1, rejectedConnections: 1 });
  });

  test('are told whether their client has authenticated', () => {
    const { connect, read } = stage({ requirepass: 'secret' });
    const connection = connect();
    expect(connection.authenticated).toBe(false);
    read(connection, ['AUTH', 'secret']);
    expect(connection.authenticated).toBe(true);
  });

  test('that break the protocol hear it after their other replies, and are closed', () => {
    const { dispatcher, connect, read } = stage();
    const connection = connect();
    read(connection, ['ECHO', 'a']);
    dispatcher.protocolError(connection, 'invalid bulk length');
    expect(connection.sent.join('')).toBe(`${bulk('a')}-ERR Protocol error: invalid bulk length\r\n`);
    expect(connection.closed).toBe('replies');
  });

  test('that break it while a command answers later hear that answer first', async () => {
    const { dispatcher, connect, read, finishOne } = stage();
    const connection = connect();
    read(connection, ['LATER', 'a'], ['ECHO', 'b']);
    dispatcher.protocolError(connection, 'invalid bulk length');
    expect([connection.sent, connection.closed]).toEqual([[], undefined]);
    await finishOne();
    expect(connection.sent.join('')).toBe(`${bulk('a')}${bulk('b')}-ERR Protocol error: invalid bulk length\r\n`);
    expect(connection.closed).toBe('replies');
  });

  test('that close themselves hear their last reply, and run nothing more', () => {
    const { server, connect, read } = stage();
    const connection = connect();
    read(connection, ['QUIT'], ['SET', 'k', 'v']);
    expect([connection.sent, connection.closed]).toEqual([['+OK\r\n'], 'replies']);
    expect(server.connect().call('EXISTS', 'k')).toBe(0);
  });

  test('that another one kills are cut at once', () => {
    const { connect, read } = stage();
    const [killer, victim] = [connect(), connect()];
    read(killer, ['CLIENT', 'KILL', 'ID', '2']);
    expect([killer.sent, victim.closed]).toEqual([[':1\r\n'], 'now']);
  });

  test.each([
    ['another one kills', ['CLIENT', 'KILL', 'ID', '2']],
    ['close themselves', ['QUIT']],
  ])('that %s are gone for others at once, before their transport has closed them', (_how, argv) => {
    const { connect, read } = stage();
    const [other, leaving] = [connect(), connect()];
    read(leaving, ['SUBSCRIBE', 'a']);
    read(argv[0] === 'QUIT' ? leaving : other, argv);
    other.sent.length = 0;
    read(other, ['PUBLISH', 'a', 'x'], ['PUBSUB', 'NUMSUB', 'a'], ['CLIENT', 'LIST', 'ID', '2']);
    expect(other.sent.join('')).toBe(`:0\r\n*2\r\n${bulk('a')}:0\r\n${bulk('')}`);
  });

  test('that are idle for longer than timeout are closed, others not', () => {
    const { dispatcher, server, connect, read } = stage({ timeout: '10' });
    const [idle, busy, slow] = [connect(), connect(), connect()];
    read(slow, ['LATER', 'a']);
    server.clock.advance(8_000);
    read(busy, ['PING']);
    server.clock.advance(3_000);
    dispatcher.enforceTimeLimits();
    expect([idle.closed, busy.closed, slow.closed]).toEqual(['now', undefined, undefined]);
  });

  test('that wait for messages or monitor may be idle, as long as they do', () => {
    const { dispatcher, server, connect, read } = stage({ timeout: '10' });
    const idle = [
      [['SUBSCRIBE', 'c']],
      [['PSUBSCRIBE', 'c*']],
      [['SSUBSCRIBE', 'c']],
      [
        ['HELLO', '3'],
        ['SUBSCRIBE', 'c'],
      ],
      [['MONITOR']],
      [['SUBSCRIBE', 'c'], ['UNSUBSCRIBE']],
    ].map((commands) => {
      const connection = connect();
      read(connection, ...commands);
      return connection;
    });
    server.clock.advance(11_000);
    dispatcher.enforceTimeLimits();
    expect(idle.map(({ closed }) => closed === 'now')).toEqual([false, false, false, false, false, true]);
  });

  test('that queue more in a transaction than a command may have are closed, and nothing of it runs', () => {
    const { server, connect, read } = stage({ 'client-query-buffer-limit': '1mb' });
    const [hoarder, other] = [connect(), connect()];
    const half = 'x'.repeat(megabyte / 2 - 100);
    read(hoarder, ['MULTI'], ['SET', 'a', half], ['SET', 'b', half], ['EXEC']);
    expect([hoarder.sent, hoarder.closed]).toEqual([['+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n+OK\r\n'], undefined]);
    hoarder.sent.length = 0;
    const client = server.server.facilities.clients.get(hoarder.id);
    read(hoarder, ['MULTI'], ['SET', 'c', half], ['SET', 'c', half], ['SET', 'c', half], ['EXEC']);
    expect([hoarder.sent, hoarder.closed]).toEqual([['+OK\r\n+QUEUED\r\n+QUEUED\r\n'], 'replies']);
    read(other, ['EXISTS', 'a', 'c']);
    expect(other.sent).toEqual([':1\r\n']);
    expect(client?.transaction?.queued).toEqual([]);
  });

  test('all end when the server closes', () => {
    const { dispatcher, connect } = stage();
    const connections = [connect(), connect()];
    dispatcher.closeAll();
    expect(connections.map(({ closed }) => closed)).toEqual(['replies', 'replies']);
  });
});
