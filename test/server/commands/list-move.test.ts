/** What compat cannot see of moves: what they say changed, and the effect by which they are repeated elsewhere. */
import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each<[string, string[], string[]]>([
  ['LMOVE l m LEFT RIGHT', ['rpush m', 'lpop l'], ['LMOVE l m LEFT RIGHT']],
  ['RPOPLPUSH l m', ['lpush m', 'rpop l'], ['RPOPLPUSH l m']],
  ['RPOPLPUSH one m', ['lpush m', 'rpop one', 'del one'], ['RPOPLPUSH one m']],
  ['RPOPLPUSH one one', ['lpush one', 'rpop one'], ['RPOPLPUSH one one']],
  ['LMOVE none m LEFT LEFT', [], []],
  ['BLMOVE l m LEFT RIGHT 0', ['rpush m', 'lpop l'], ['LMOVE l m LEFT RIGHT']],
  ['BRPOPLPUSH l m 0', ['lpush m', 'rpop l'], ['RPOPLPUSH l m']],
])('%s announces its changes and gives an effect that does not wait', (line, changes, effects) => {
  const server = startInProcess();
  const client = server.connect();
  client.call('RPUSH', 'l', 'a', 'b');
  client.call('RPUSH', 'one', 'x');
  const recorder = new ChangeRecorder(server.server);
  client.call(...line.split(' '));
  expect(recorder.take()).toEqual({ changes, effects });
});

test('a chain of moves is told in the order it happens, after the push that starts it', async () => {
  const server = startInProcess();
  const recorder = new ChangeRecorder(server.server);
  const second = server.connect().blocking('BLMOVE', 'b', 'c', 'LEFT', 'LEFT', '0');
  const first = server.connect().blocking('BRPOPLPUSH', 'a', 'b', '0');
  server.connect().call('RPUSH', 'a', 'x');
  await settled();
  expect([first.reply, second.reply]).toEqual(['x', 'x']);
  expect(recorder.take().effects).toEqual(['RPUSH a x', 'RPOPLPUSH a b', 'LMOVE b c LEFT LEFT']);
});
