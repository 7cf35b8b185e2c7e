/** What compat cannot see of pops: what they say changed, and the effect by which they are repeated elsewhere. */
import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function withList(): { server: InProcess; recorder: ChangeRecorder } {
  const server = startInProcess();
  server.connect().call('RPUSH', 'l', 'a', 'b', 'c');
  return { server, recorder: new ChangeRecorder(server.server) };
}

test.each<[string, string[], string[]]>([
  ['LPOP l', ['lpop l'], ['LPOP l']],
  ['RPOP l 2', ['rpop l'], ['RPOP l 2']],
  ['LPOP l 3', ['lpop l', 'del l'], ['LPOP l 3']],
  ['LPOP l 0', [], []],
  ['RPOP none', [], []],
  ['LMPOP 2 none l LEFT COUNT 2', ['lpop l'], ['LPOP l 2']],
  ['LMPOP 1 l RIGHT COUNT 9', ['rpop l', 'del l'], ['RPOP l 3']],
  ['BLPOP none l 0', ['lpop l'], ['LPOP l']],
  ['BRPOP l 0', ['rpop l'], ['RPOP l']],
  ['BLMPOP 0 2 none l LEFT', ['lpop l'], ['LPOP l 1']],
])('%s announces its change and gives an effect that does not wait', (line, changes, effects) => {
  const { server, recorder } = withList();
  server.connect().call(...line.split(' '));
  expect(recorder.take()).toEqual({ changes, effects });
});

test('whoever waited is served behind the push, and his effect is told behind it', async () => {
  const { server, recorder } = withList();
  const [first, second, third] = [
    server.connect().blocking('BLPOP', 'none', 'queue', '0'),
    server.connect().blocking('BLMPOP', '0', '1', 'queue', 'RIGHT', 'COUNT', '2'),
    server.connect().blocking('BRPOP', 'queue', '0'),
  ];
  server.connect().call('RPUSH', 'queue', '1', '2', '3');
  await settled();
  expect([first.reply, second.reply, third.reply]).toEqual([['queue', '1'], ['queue', ['3', '2']], undefined]);
  expect(recorder.take()).toEqual({
    changes: ['rpush queue', 'lpop queue', 'rpop queue', 'del queue'],
    effects: ['RPUSH queue 1 2 3', 'LPOP queue', 'RPOP queue 2'],
  });
});

test('thousands who wait for one key are served one by one, as they came', async () => {
  const server = startInProcess();
  const calls = Array.from({ length: 2000 }, () => server.connect().blocking('BLPOP', 'queue', '0'));
  const client = server.connect();
  for (let i = 0; i < 2000; i++) client.call('RPUSH', 'queue', String(i));
  await settled();
  expect(calls.map(({ reply }) => reply)).toEqual(Array.from({ length: 2000 }, (_, i) => ['queue', String(i)]));
  expect(server.server.facilities.blocked.count).toBe(0);
  server.server.facilities.blocked.validate();
});
