import { setTimeout as sleep } from 'node:timers/promises';
import { commandGroups } from '#server/create-server.js';
import { type InProcess, startInProcess } from '../support/in-process.js';
import { RawConnection } from '../support/raw-connection.js';

let started: InProcess;

beforeEach(() => {
  started = startInProcess({ port: '0', hz: '500' });
});

afterEach(async () => {
  await started.server.close(0);
});

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) {
    started.scheduler.runTimers();
    await sleep(5);
  }
}

test('a server that does not listen runs commands, and has no port', () => {
  expect(started.connect().call('SET', 'k', 'v')).toBe('OK');
  expect(started.server.facilities.port).toBe(0);
});

test('it listens on a port of its own, and serves who comes there', async () => {
  const port = await started.server.listen();
  expect(started.server.facilities.port).toBe(port);
  const connection = await RawConnection.open({ port });
  expect((await connection.call('PING')).toString()).toBe('+PONG\r\n');
  connection.close();
});

test('while it listens, keys expire that nobody asks for', async () => {
  await started.server.listen();
  const client = started.connect();
  for (let i = 0; i < 100; i++) client.call('SET', `k${i}`, 'v', 'PX', '10');
  started.clock.advance(1000);
  await until(() => client.call('DBSIZE') === 0);
  expect(started.server.facilities.keyspace.shared.stats.expiredKeys).toBe(100);
});

test('while it listens, commands are counted by the second', async () => {
  await started.server.listen();
  const client = started.connect();
  await until(() => {
    for (let i = 0; i < 500; i++) client.call('PING');
    started.clock.advance(1000);
    return started.server.facilities.stats.commandsPerSecond >= 500;
  });
});

test('limits of the wire follow CONFIG SET, for connections that are open too', async () => {
  const connection = await RawConnection.open({ port: await started.server.listen() });
  await connection.call('CONFIG', 'SET', 'proto-max-bulk-len', '1mb');
  connection.send('*2\r\n$4\r\nECHO\r\n$1048577\r\n');
  expect((await connection.reply()).toString()).toBe('-ERR Protocol error: invalid bulk length\r\n');
  await connection.closed();
});

test('it closes: replies leave, connections end, the port is free, and twice is once', async () => {
  const port = await started.server.listen();
  const connection = await RawConnection.open({ port });
  await connection.call('PING');
  await Promise.all([started.server.close(1000), connection.closed()]);
  await expect(RawConnection.open({ port })).rejects.toThrow('ECONNREFUSED');
  await started.server.close(1000);
});

test('every group of commands is there, each with its commands', () => {
  for (const group of commandGroups) expect(group.length).toBeGreaterThan(0);
});
