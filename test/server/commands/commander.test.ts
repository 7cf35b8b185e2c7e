import { commanderContract } from '../../contract/commander.js';
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

test('it needs no password: it is not a client from outside', async () => {
  const { server } = startInProcess({ requirepass: 'secret' });
  expect(await server.commander.call('PING')).toBe('PONG');
});
