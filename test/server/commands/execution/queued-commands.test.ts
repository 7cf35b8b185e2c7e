/** Commands between MULTI and EXEC. */
import { command, keysAt, noArguments } from '#server/commands/command.js';
import { ChangeRecorder } from '../../../support/change-recorder.js';
import { metadata, serverOf, serverWith } from '../../../support/commands-of-test.js';
import { startInProcess } from '../../../support/in-process.js';

test('a transaction is one effect, told only when something changed', () => {
  const server = startInProcess();
  const recorder = new ChangeRecorder(server.server);
  const client = server.connect();
  for (const words of ['MULTI', 'SET k 1', 'GET k', 'INCR n', 'EXEC']) client.call(...words.split(' '));
  expect(recorder.take().effects).toEqual(['MULTI', 'SET k 1', 'INCR n', 'EXEC']);
  for (const words of ['MULTI', 'GET k', 'EXEC']) client.call(...words.split(' '));
  expect(recorder.take().effects).toEqual([]);
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

test('a bug in a transaction leaves none open', () => {
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

test('a client that queues more than it may is closed without a word', () => {
  const client = startInProcess({ 'client-query-buffer-limit': '1mb' }).connect();
  client.call('MULTI');
  expect(client.call('SET', 'k', 'x'.repeat(500_000))).toBe('QUEUED');
  expect(client.raw('SET', 'k', 'x'.repeat(600_000))).toHaveLength(0);
  expect(client.client.transaction).toMatchObject({ open: false, queuedBytes: 0 });
});

test('a queued command that the user may not run any more is refused when its turn comes', () => {
  const server = startInProcess();
  const [admin, client] = [server.connect(), server.connect()];
  admin.call('ACL', 'SETUSER', 'worker', 'on', 'nopass', '~*', '+@all');
  client.call('AUTH', 'worker', 'any');
  for (const words of ['MULTI', 'SET k 1', 'GET k']) client.call(...words.split(' '));
  admin.call('ACL', 'SETUSER', 'worker', '-set');
  expect(client.call('EXEC')).toEqual([expect.objectContaining({ message: expect.stringMatching(/^NOPERM/) }), null]);
  expect(JSON.stringify(admin.call('ACL', 'LOG'))).toContain('"multi"');
});
