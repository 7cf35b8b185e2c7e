/** The checklist every command passes, and what is told of it. */
import { type CommandEntry, command, keysAt, noArguments } from '#server/commands/command.js';
import { CommandTable } from '#server/commands/command-table.js';
import { copyFrame, Executor, frameSlices } from '#server/commands/execute-command.js';
import { commandGroups } from '#server/create-server.js';
import { RespWriter } from '#server/protocol/reply-writer.js';
import { ChangeRecorder } from '../../support/change-recorder.js';
import {
  ErrorReply,
  type FakeClock,
  frame,
  type InProcess,
  type InProcessClient,
  startInProcess,
} from '../../support/in-process.js';

const metadata = {
  flags: [],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'A command of this test',
  syntax: '',
} as const;

/** An executor that knows commands of this test beside a server's own. */
function serverOf(
  { server, clock }: InProcess,
  ...extra: CommandEntry[]
): { executor: Executor; failures: [string, unknown][]; commands: CommandTable; clock: FakeClock } {
  const failures: [string, unknown][] = [];
  const commands = new CommandTable([...commandGroups, extra]);
  const executor = new Executor({ ...server.facilities, commands }, (name, failure) => failures.push([name, failure]));
  return { executor, failures, commands, clock };
}

/** What each run answers, as bytes. */
function serverWith(...extra: CommandEntry[]): {
  run(...argv: string[]): string;
  failures: [string, unknown][];
  commands: CommandTable;
} {
  const server = startInProcess();
  const { executor, failures, commands } = serverOf(server, ...extra);
  const client = server.connect(executor);
  return { failures, commands, run: (...argv) => client.raw(...argv).toString('latin1') };
}

/** Runs commands as one batch brings them: the clock is not looked at in between. */
function runTogether({ server: { executor } }: InProcess, { client }: InProcessClient, ...lines: string[]): void {
  executor.lookAtClock();
  for (const line of lines) {
    const { buffer, words } = frame(line.split(' '));
    executor.execute(client, buffer, words, 0, new RespWriter());
  }
}

test('the questions are asked in order: is there such a command, has it its arguments, who asks', () => {
  const client = startInProcess({ requirepass: 'secret' }).connect();
  client.client.authenticated = false;
  expect(client.error('NONSENSE')).toMatch(/^ERR unknown command 'NONSENSE'/);
  expect(client.error('GET')).toMatch(/^ERR wrong number of arguments for 'get'/);
  expect(client.error('GET', 'k')).toMatch(/^NOAUTH/);
  expect(client.call('AUTH', 'secret')).toBe('OK');
});

test('an unknown command is quoted with the beginning of its arguments, within bounds', () => {
  const client = startInProcess().connect();
  expect(client.error('FOO', 'a', 'b\r\nc')).toBe("ERR unknown command 'FOO', with args beginning with: 'a' 'b  c' ");
  expect(client.error('X'.repeat(10_000), 'y'.repeat(10_000), 'z').length).toBeLessThan(400);
  expect(client.error('CLIENT', 'NONSENSE')).toBe("ERR unknown subcommand 'NONSENSE'. Try CLIENT HELP.");
});

test('an unexpected failure takes back what was said, is reported by name, and stays inside', () => {
  const buggy = command({
    name: 'BUGGY',
    arity: 1,
    ...metadata,
    parse: noArguments,
    run: ({ reply }) => {
      reply.array(2);
      reply.bulkText('half');
      throw new Error('a bug');
    },
  });
  const { run, failures, commands } = serverWith(buggy);
  expect(run('BUGGY')).toBe('-ERR internal error\r\n');
  expect(failures).toEqual([['BUGGY', new Error('a bug')]]);
  expect(run('PING')).toBe('+PONG\r\n');
  expect(commands.get('BUGGY')).toMatchObject({ calls: 1, failedCalls: 1, rejectedCalls: 0 });
});

test('calls are counted as run, refused and failed', () => {
  const client = startInProcess().connect();
  client.call('CONFIG', 'RESETSTAT');
  client.call('SET', 'k', 'v');
  client.call('INCRBY', 'n', '1');
  client.error('INCRBY', 'k', '1');
  client.error('INCRBY', 'k');
  expect(client.call('INFO', 'commandstats')).toContain(
    'cmdstat_incrby:calls=2,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=1\r\n',
  );
});

test('a command that tells no effect of its own is repeated elsewhere as it came, when it changed something', () => {
  const server = startInProcess();
  const recorder = new ChangeRecorder(server.server);
  const client = server.connect();
  client.call('SET', 'k', '1');
  client.call('DEL', 'k', 'none');
  client.call('DEL', 'none');
  client.call('GET', 'k');
  expect(recorder.take().effects).toEqual(['SET k 1', 'DEL k none']);
});

test('a transaction is one effect, told only when something changed', () => {
  const server = startInProcess();
  const recorder = new ChangeRecorder(server.server);
  const client = server.connect();
  for (const words of ['MULTI', 'SET k 1', 'GET k', 'INCR n', 'EXEC']) client.call(...words.split(' '));
  expect(recorder.take().effects).toEqual(['MULTI', 'SET k 1', 'INCR n', 'EXEC']);
  for (const words of ['MULTI', 'GET k', 'EXEC']) client.call(...words.split(' '));
  expect(recorder.take().effects).toEqual([]);
});

describe('with memory full', () => {
  const full = { maxmemory: '1' };

  test('commands that add data are refused, others run', () => {
    const client = startInProcess(full).connect();
    expect(client.error('SET', 'k', 'v')).toMatch(/^OOM command not allowed/);
    expect([client.call('GET', 'k'), client.call('DEL', 'k')]).toEqual([null, 0]);
  });

  test('a transaction that would add data is refused, command by command or as a whole', () => {
    const server = startInProcess();
    const client = server.connect();
    client.call('MULTI');
    client.call('SET', 'k', 'v');
    server.connect().call('CONFIG', 'SET', 'maxmemory', '1');
    expect(client.error('EXEC')).toMatch(/^EXECABORT Transaction discarded because of: OOM/);
    client.call('MULTI');
    expect(client.error('SET', 'k', 'v')).toMatch(/^OOM/);
    expect(client.error('EXEC')).toMatch(/^EXECABORT/);
    expect(client.call('EXISTS', 'k')).toBe(0);
  });
});

test('a command that would answer later may not do so inside a transaction', () => {
  const seen: boolean[] = [];
  const curious = command({
    name: 'CURIOUS',
    arity: 1,
    ...metadata,
    keys: keysAt(0, 0, 1),
    parse: noArguments,
    run: (context) => {
      seen.push(context.mayFinishLater);
      context.reply.simple('OK');
    },
  });
  const { run } = serverWith(curious);
  for (const name of ['CURIOUS', 'MULTI', 'CURIOUS', 'EXEC', 'CURIOUS']) run(name);
  expect(seen).toEqual([true, false, true]);
});

describe('how long a command took', () => {
  const slowAfter1ms = { 'slowlog-log-slower-than': '1000' };
  const slowNames = (client: InProcessClient): unknown => {
    const entries = client.call('SLOWLOG', 'GET');
    return Array.isArray(entries) ? entries.map((entry) => (Array.isArray(entry) ? entry[3] : entry)) : entries;
  };

  test('counts what was done because of it before its reply: indexing, serving who waited', () => {
    const server = startInProcess(slowAfter1ms);
    const { clock } = server;
    let changes = 0;
    server.server.facilities.keyspace.events.subscribe({
      keyChanged: () => changes++,
      commandDone: () => {
        clock.advance(changes * 2);
        changes = 0;
      },
    });
    const client = server.connect();
    runTogether(server, client, 'SET k v', 'PING', 'MULTI', 'SET k w', 'EXEC', 'PING');
    expect(slowNames(client)).toEqual([['SET', 'k', 'v']]);
    const stats = client.call('INFO', 'commandstats');
    expect(stats).toContain('cmdstat_ping:calls=2,usec=0,');
    expect(stats).toContain('cmdstat_exec:calls=1,usec=2000,');
  });

  test('of one that goes on beside others is noted when its reply is written', async () => {
    let answer: ((text: string) => void) | undefined;
    const beside = command({
      name: 'BESIDE',
      arity: -1,
      ...metadata,
      parse: (args) => args.rest(),
      run: () =>
        new Promise((resolve) => {
          answer = (text) => resolve((reply) => reply.simple(text));
        }),
    });
    const server = startInProcess(slowAfter1ms);
    const { executor, clock } = serverOf(server, beside);
    const client = server.connect(executor);
    const call = client.blocking('BESIDE', 'x');
    expect(client.call('INFO', 'commandstats')).toContain('cmdstat_beside:calls=1,usec=0,');
    clock.advance(5);
    answer?.('OK');
    await new Promise((resolve) => setImmediate(resolve));
    expect(call.reply).toBe('OK');
    expect(client.call('INFO', 'commandstats')).toContain('cmdstat_beside:calls=1,usec=5000,');
    expect(slowNames(client)).toEqual([['BESIDE', 'x']]);
  });
});

describe('a bug', () => {
  test('in a transaction leaves none open', () => {
    const late = command({
      name: 'LATE',
      arity: 1,
      ...metadata,
      parse: noArguments,
      run: () => Promise.resolve((reply) => reply.simple('OK')),
    });
    const server = startInProcess();
    const recorder = new ChangeRecorder(server.server);
    const { executor, failures } = serverOf(server, late);
    const client = server.connect(executor);
    for (const words of ['MULTI', 'SET k 1', 'LATE']) client.call(...words.split(' '));
    expect(client.error('EXEC')).toBe('ERR internal error');
    expect(failures).toEqual([['EXEC', new Error('LATE cannot finish later inside a transaction')]]);
    client.call('SET', 'k', '2');
    expect(recorder.take().effects).toEqual(['MULTI', 'SET k 1', 'EXEC', 'SET k 2']);
    expect([client.call('MULTI'), client.call('EXEC')]).toEqual(['OK', []]);
    expect(client.blocking('LATE').reply).toBeUndefined();
  });

  test('around a command is an error reply and a report', () => {
    const server = startInProcess();
    const { executor, failures } = serverOf(server);
    let breaks = true;
    server.server.facilities.keyspace.events.subscribe({
      commandDone: () => {
        if (breaks) throw new Error('a bug');
      },
    });
    const client = server.connect(executor);
    expect(client.error('SET', 'k', 'v')).toBe('ERR internal error');
    expect(failures).toEqual([['SET', new Error('a bug')]]);
    breaks = false;
    expect(client.call('GET', 'k')).toBe('v');
  });

  test('in a reply that comes later takes back what was said of it', async () => {
    const half = command({
      name: 'HALF',
      arity: 1,
      ...metadata,
      parse: noArguments,
      run: () =>
        Promise.resolve((reply) => {
          reply.array(2);
          reply.simple('half');
          throw new Error('a bug');
        }),
    });
    const server = startInProcess();
    const { executor, failures } = serverOf(server, half);
    const call = server.connect(executor).blocking('HALF');
    await new Promise((resolve) => setImmediate(resolve));
    expect(call.reply).toEqual(new ErrorReply('ERR internal error'));
    expect(failures).toEqual([['HALF', new Error('a bug')]]);
  });
});

test('a copied frame is the same arguments over bytes of its own', () => {
  const { buffer, words } = frame(['SET', 'key', Buffer.from([0, 255]), '']);
  const copy = copyFrame(buffer, words, 0);
  buffer.fill(1);
  expect(frameSlices(copy.buffer, copy.words, 0).map((slice) => slice.latin1())).toEqual(['SET', 'key', '\0\xff', '']);
});

describe('time', () => {
  /** Commands of one batch on a clock that moves by 100 us at every look: calls and microseconds by name. */
  function timesOf(settings: Readonly<Record<string, string>>, ...batch: readonly (readonly string[])[]): string[] {
    const { server, clock, connect } = startInProcess(settings);
    const { client } = connect();
    const writer = new RespWriter();
    clock.usPerLook = 100;
    server.executor.beginBatch(Buffer.alloc(0), new Int32Array(0), 0);
    for (const argv of batch) {
      const { buffer, words } = frame(argv);
      server.executor.execute(client, buffer, words, 0, writer);
    }
    server.executor.endBatch();
    clock.usPerLook = 0;
    return [...new Set(batch.map(([name = '']) => name))].map((name) => {
      const entry = server.facilities.commands.get(name);
      return `${name} ${entry?.calls} ${entry?.totalUs} ${entry?.latencies?.total}`;
    });
  }

  test('is shared by quick commands of one kind that come together', () => {
    expect(timesOf({}, ['GET', 'a'], ['GET', 'b'], ['GET', 'c'], ['SET', 'a', '1'], ['SET', 'b', '2'])).toEqual([
      'GET 3 100 3',
      'SET 2 100 2',
    ]);
  });

  test('is looked at often enough', () => {
    expect(timesOf({}, ...Array.from({ length: 40 }, () => ['GET', 'a']))).toEqual(['GET 40 300 40']);
  });

  test('is told of each command that takes its time, or has many arguments', () => {
    expect(timesOf({}, ['KEYS', '*'], ['KEYS', '*'])).toEqual(['KEYS 2 200 2']);
    const members = Array.from({ length: 20 }, (_, i) => String(i));
    expect(timesOf({}, ['SADD', 'a', ...members], ['SADD', 'b', ...members])).toEqual(['SADD 2 200 2']);
  });

  test('is shared by pops of single elements, and not by those of many', () => {
    expect(timesOf({}, ['RPOP', 'a'], ['RPOP', 'a'], ['SPOP', 'b'], ['SPOP', 'b'])).toEqual([
      'RPOP 2 100 2',
      'SPOP 2 100 2',
    ]);
    expect(timesOf({}, ['RPOP', 'a', '9'], ['RPOP', 'a', '9'])).toEqual(['RPOP 2 200 2']);
  });

  test('is told of each command when short times are to be logged', () => {
    expect(timesOf({ 'slowlog-log-slower-than': '100' }, ['GET', 'a'], ['GET', 'a'])).toEqual(['GET 2 200 2']);
  });

  test('of a command that is refused, or that there is none of, is told of no other', () => {
    expect(timesOf({}, ['GET', 'a'], ['NOSUCH'], ['GET'], ['GET', 'b'])).toEqual([
      'GET 2 200 2',
      'NOSUCH undefined undefined undefined',
    ]);
    expect(timesOf({}, ['NOSUCH'], ['KEYS', '*'])).toEqual(['NOSUCH undefined undefined undefined', 'KEYS 1 100 1']);
  });

  test('of a transaction holds that of its commands', () => {
    expect(timesOf({}, ['MULTI'], ['GET', 'a'], ['GET', 'b'], ['EXEC'])).toEqual([
      'MULTI 1 100 1',
      'GET 2 100 2',
      'EXEC 1 200 1',
    ]);
  });

  test('a stall is logged once, with the last of the commands that shared it', () => {
    const { server, clock, connect } = startInProcess();
    const { client } = connect();
    const writer = new RespWriter();
    server.executor.beginBatch(Buffer.alloc(0), new Int32Array(0), 0);
    for (const key of ['a', 'b']) {
      const { buffer, words } = frame(['GET', key]);
      server.executor.execute(client, buffer, words, 0, writer);
    }
    clock.advance(20);
    server.executor.endBatch();
    expect(server.facilities.slowLog.newest(9)).toMatchObject([{ argv: ['GET', 'b'], durationUs: 20_000 }]);
  });
});
