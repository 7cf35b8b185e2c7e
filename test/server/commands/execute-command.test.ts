/** The checklist every command of a client passes. */
import { serverOf } from '../../support/commands-of-test.js';
import { frame, startInProcess } from '../../support/in-process.js';

test('a refused command is counted as such, and leaves nothing of it behind', () => {
  const server = startInProcess();
  const client = server.connect();
  expect(client.error('SET', 'k')).toBe("ERR wrong number of arguments for 'set' command");
  expect(server.server.facilities.commands.get('SET')).toMatchObject({ calls: 0, rejectedCalls: 1 });
  client.call('MULTI');
  client.error('SET', 'k');
  expect(client.error('EXEC')).toBe('EXECABORT Transaction discarded because of previous errors.');
  expect(client.call('EXISTS', 'k')).toBe(0);
});

test('a client hears no replies that it does not want to hear', () => {
  const client = startInProcess().connect();
  const bytes = (...argv: string[]): string => client.raw(...argv).toString('latin1');
  expect([bytes('CLIENT', 'REPLY', 'SKIP'), bytes('PING'), bytes('PING')]).toEqual(['', '', '+PONG\r\n']);
  expect([bytes('CLIENT', 'REPLY', 'OFF'), bytes('PING'), bytes('NOSUCH')]).toEqual(['', '', '']);
  expect(bytes('CLIENT', 'REPLY', 'ON')).toBe('+OK\r\n');
});

test('CLIENT PAUSE holds back what would run, and not what would be refused', () => {
  const server = startInProcess();
  const client = server.connect();
  const held = (...argv: string[]): boolean => {
    const { buffer, words } = frame(argv);
    return server.server.executor.postpones(client.client, buffer, words, 0);
  };
  expect(held('SET', 'k', 'v')).toBe(false);
  server.connect().call('CLIENT', 'PAUSE', '1000', 'WRITE');
  expect([held('SET', 'k', 'v'), held('PUBLISH', 'c', 'm'), held('GET', 'k'), held('SET', 'k')]).toEqual([
    ...[true, true, false, false],
  ]);
  for (const words of ['MULTI', 'GET k']) client.call(...words.split(' '));
  expect(held('EXEC')).toBe(false);
  client.call('SET', 'k', 'v');
  expect(held('EXEC')).toBe(true);
});

test('a bug around a command is an error reply and a report', () => {
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
