/** How long commands take, by themselves and with others like them. */
import { command } from '#server/commands/command.js';
import { RespWriter } from '#server/protocol/reply-writer.js';
import { metadata, serverOf } from '../../../support/commands-of-test.js';
import { frame, type InProcess, type InProcessClient, startInProcess } from '../../../support/in-process.js';

/** Runs commands as one batch brings them: the clock is not looked at in between. */
function runTogether({ server: { executor } }: InProcess, { client }: InProcessClient, ...lines: string[]): void {
  executor.lookAtClock();
  for (const line of lines) {
    const { buffer, words } = frame(line.split(' '));
    executor.execute(client, buffer, words, 0, new RespWriter());
  }
}

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
