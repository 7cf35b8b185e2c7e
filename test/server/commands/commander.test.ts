import { CommandTable } from '#server/commands/command-table.js';
import { LocalCommander } from '#server/commands/commander.js';
import { connectionCommands } from '#server/commands/connection.js';
import { Executor } from '#server/commands/execute-command.js';
import { stringCommands } from '#server/commands/string.js';
import { commanderContract } from '../../contract/commander.js';
import { awaitCommand } from '../../support/await-command.js';
import { startInProcess } from '../../support/in-process.js';

commanderContract('the server in this process', async () => {
  const { server } = startInProcess();
  return { commander: server.commander, close: async () => undefined };
});

test('it shares its data with every client', async () => {
  const { server, connect } = startInProcess();
  await server.commander.call('SET', 'k', 'v');
  expect(connect().call('GET', 'k')).toBe('v');
});

test('it reads RESP2 shapes: doubles as text, maps flat', async () => {
  const { server } = startInProcess();
  await server.commander.call('HELLO', '3');
  expect(await server.commander.call('CONFIG', 'GET', 'hz')).toEqual(['hz', '10']);
});

test('it sees the time of each call', async () => {
  const { server, clock } = startInProcess();
  await server.commander.call('SET', 'k', 'v', 'PX', 100);
  clock.advance(101);
  expect(await server.commander.call('GET', 'k')).toBeNull();
});

test('a call that blocks is answered later, and others are answered meanwhile', async () => {
  const { server, clock } = startInProcess();
  const facilities = {
    ...server.facilities,
    commands: new CommandTable([connectionCommands, stringCommands, [awaitCommand]]),
  };
  const commander = new LocalCommander(new Executor(facilities, () => undefined), clock);
  const [first, second] = [commander.call('AWAIT', 'k', 0), commander.call('AWAIT', 'k', 0)];
  expect(server.facilities.blocked.count).toBe(2);
  expect(await commander.call('SET', 'k', 'v')).toBe('OK');
  expect(await first).toEqual(['k', 'v']);
  server.facilities.blocked.close();
  await expect(second).rejects.toThrow('UNBLOCKED');
  expect(await commander.call('PING')).toBe('PONG');
});

test('it needs no password: it is not a client from outside', async () => {
  const { server } = startInProcess({ requirepass: 'secret' });
  expect(await server.commander.call('PING')).toBe('PONG');
});
