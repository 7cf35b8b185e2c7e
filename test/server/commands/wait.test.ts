/** Blocking commands from the first run to the reply, by a command of tests that waits for strings. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { ArgumentParser } from '#server/commands/argument-parser.js';
import { command } from '#server/commands/command.js';
import { CommandTable } from '#server/commands/command-table.js';
import { Executor } from '#server/commands/execute-command.js';
import { timeoutMilliseconds, timeoutSeconds, Wait } from '#server/commands/wait.js';
import { commandGroups } from '#server/create-server.js';
import { awaitCommand } from '../../support/await-command.js';
import { ChangeRecorder } from '../../support/change-recorder.js';
import { ErrorReply, frame, type InProcess, type InProcessClient, startInProcess } from '../../support/in-process.js';

/** AFTER key: waits until the string is another one than it was when the client blocked. */
const afterCommand = command<{ key: ByteSlice; last: ByteSlice | undefined }>({
  name: 'AFTER',
  arity: -2,
  flags: ['readonly', 'blocking'],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Wait for another value',
  syntax: 'key [last]',
  parse: (args) => ({ key: args.bytes(), last: args.remaining > 0 ? args.bytes() : undefined }),
  run: ({ db, reply }, { key, last }) => {
    const value = db.getString(key) ?? ByteSlice.fromText('');
    if (last !== undefined && !value.equals(last)) {
      reply.bulk(value);
      return undefined;
    }
    const insteadOf = ['AFTER', key, last ?? value];
    return new Wait({ keys: [key], typeName: 'string', timeoutMs: 0, timedOut: (r) => r.nil(), insteadOf });
  },
});

interface Stage extends InProcess {
  connect(): InProcessClient;
}

/** A server with the commands of this test beside its own. */
function stage(): Stage {
  const inProcess = startInProcess();
  const { server } = inProcess;
  const commands = new CommandTable([...commandGroups, [awaitCommand, afterCommand]]);
  const facilities = { ...server.facilities, commands };
  const executor = new Executor(facilities, (_name, failure) => inProcess.failures.push(failure));
  return { ...inProcess, connect: () => inProcess.connect(executor) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a command that can be served is, and blocks nobody', () => {
  const client = stage().connect();
  client.call('SET', 'k', 'v');
  expect(client.call('AWAIT', 'none', 'k', '0')).toEqual(['k', 'v']);
  expect([client.client.blocked, client.call('EXISTS', 'k')]).toEqual([false, 0]);
});

test('a blocked client is served after the command that made its key ready, and its effect is told then', async () => {
  const server = stage();
  const recorder = new ChangeRecorder(server.server);
  const [waiting, writing] = [server.connect(), server.connect()];
  const call = waiting.blocking('AWAIT', 'k', '0');
  expect([waiting.client.blocked, writing.call('INFO', 'clients')]).toEqual([
    true,
    expect.stringMatching('blocked_clients:1\r'),
  ]);
  expect(writing.call('SET', 'k', 'v')).toBe('OK');
  expect([waiting.client.blocked, writing.call('EXISTS', 'k')]).toEqual([false, 0]);
  await settled();
  expect(call.reply).toEqual(['k', 'v']);
  expect(recorder.take()).toEqual({ changes: ['set k', 'del k'], effects: ['SET k v', 'DEL k'] });
});

test('inside a transaction nothing waits: the time is over at once', () => {
  const client = stage().connect();
  for (const words of ['MULTI', 'AWAIT k 0', 'SET k v', 'AWAIT k 0']) client.call(...words.split(' '));
  expect(client.call('EXEC')).toEqual([null, 'OK', ['k', 'v']]);
});

test('a transaction serves clients when it is over, by the key that was written first', async () => {
  const server = stage();
  const recorder = new ChangeRecorder(server.server);
  const writing = server.connect();
  const [a, b] = [server.connect(), server.connect()].map((client) => client.blocking('AWAIT', 'k1', 'k2', '0'));
  for (const words of ['MULTI', 'SET k2 x', 'SET k1 y', 'SET k2 z', 'EXEC']) writing.call(...words.split(' '));
  await settled();
  expect([a?.reply, b?.reply]).toEqual([
    ['k2', 'z'],
    ['k1', 'y'],
  ]);
  expect(recorder.take().effects).toEqual(['MULTI', 'SET k2 x', 'SET k1 y', 'SET k2 z', 'EXEC', 'DEL k2', 'DEL k1']);
});

test('a key may become ready by another name, from another database, or as another database', async () => {
  const server = stage();
  const writing = server.connect();
  const calls = ['renamed', 'copied', 'moved', 'swapped'].map((key) => server.connect().blocking('AWAIT', key, '0'));
  for (const words of ['SET k v', 'COPY k copied', 'RENAME k renamed', 'SELECT 1', 'SET moved v', 'MOVE moved 0']) {
    writing.call(...words.split(' '));
  }
  writing.call('SET', 'swapped', 'v');
  await settled();
  expect(calls.map(({ reply }) => reply)).toEqual([['renamed', 'v'], ['copied', 'v'], ['moved', 'v'], undefined]);
  writing.call('SWAPDB', '0', '1');
  await settled();
  expect(calls[3]?.reply).toEqual(['swapped', 'v']);
});

test('the reply is in the protocol of the client that waited', async () => {
  const server = stage();
  const waiting = server.connect();
  waiting.call('HELLO', '3');
  const call = waiting.blocking('AWAIT', 'k', '1');
  server.clock.advance(1000);
  server.scheduler.runTimers();
  await settled();
  expect(call.reply).toBeNull();
});

test('what was decided when the client blocked stays decided', async () => {
  const server = stage();
  const [waiting, writing] = [server.connect(), server.connect()];
  writing.call('SET', 'k', 'old');
  const call = waiting.blocking('AFTER', 'k');
  writing.call('SET', 'k', 'old');
  await settled();
  expect([call.reply, waiting.client.blocked]).toEqual([undefined, true]);
  writing.call('SET', 'k', 'new');
  await settled();
  expect(call.reply).toBe('new');
});

test('a command that breaks when it runs again answers with the error', async () => {
  const server = stage();
  const [waiting, writing] = [server.connect(), server.connect()];
  const call = waiting.blocking('AFTER', 'k');
  writing.call('MULTI');
  writing.call('SET', 'k', 'v');
  writing.call('DEL', 'k');
  writing.call('HSET', 'k', 'f', 'v');
  writing.call('EXEC');
  await settled();
  expect(call.reply).toBeUndefined();
  waiting.client.parked?.unblock('error');
  await settled();
  expect(call.reply).toEqual(new ErrorReply('UNBLOCKED client unblocked via CLIENT UNBLOCK'));
});

test.each<[string, number | string]>([
  ['0', 0],
  ['1.5', 1500],
  ['0.0001', 1],
  ['-0.0001', 0],
  ['0x10', 16_000],
  ['9223372036854775', 9_223_372_036_854_775_000],
  ['1e16', 'ERR timeout is negative'],
  ['1e400', 'ERR timeout is negative'],
  ['inf', 'ERR timeout is negative'],
  ['-inf', 'ERR timeout is negative'],
  ['-1', 'ERR timeout is negative'],
  ['nan', 'ERR timeout is not a float or out of range'],
  ['', 'ERR timeout is not a float or out of range'],
  [' 1', 'ERR timeout is not a float or out of range'],
])('a time-out of %j seconds', (text, meaning) => {
  expect(parsed(text, timeoutSeconds)).toBe(meaning);
});

test.each<[string, number | string]>([
  ['0', 0],
  ['5', 5],
  ['-1', 'ERR timeout is negative'],
  ['1.5', 'ERR timeout is not an integer or out of range'],
  ['99999999999999999999', 'ERR timeout is not an integer or out of range'],
])('a time-out of %j milliseconds', (text, meaning) => {
  expect(parsed(text, timeoutMilliseconds)).toBe(meaning);
});

function parsed(text: string, read: (args: ArgumentParser) => number): number | string {
  const args = new ArgumentParser();
  const { buffer, words } = frame([text]);
  args.reset(buffer, words, 0, 0, 'x');
  const value = read(args);
  return args.finish()?.message ?? value;
}
