/** What a running command can reach, and the effect it leaves. */
import { command, noArguments } from '#server/commands/command.js';
import { RunningContext } from '#server/commands/execution/running-context.js';
import { ChangeRecorder } from '../../../support/change-recorder.js';
import { metadata, serverOf } from '../../../support/commands-of-test.js';
import { startInProcess } from '../../../support/in-process.js';

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

test('a command that tells effects of its own is repeated elsewhere as these say', () => {
  const server = startInProcess();
  const recorder = new ChangeRecorder(server.server);
  const random = command({
    name: 'RANDOM',
    arity: 1,
    ...metadata,
    flags: ['write'],
    parse: noArguments,
    run: (context) => {
      context.changedDatabase();
      context.effects([
        ['SET', 'a', '7'],
        ['SET', 'b', '8'],
      ]);
      context.reply.simple('OK');
    },
  });
  server.connect(serverOf(server, random).executor).call('RANDOM');
  expect(recorder.take().effects).toEqual(['SET a 7', 'SET b 8']);
});

test('before the first command there is no client and no reply', () => {
  const { facilities } = startInProcess().server;
  const nobody = { runForScript: () => undefined, mayRun: () => undefined };
  const context = new RunningContext(facilities, nobody, () => undefined);
  expect(() => context.client).toThrow('no command is running');
  expect(() => context.reply).toThrow('no command is running');
  expect(context.lastDb).toBe(0);
});
