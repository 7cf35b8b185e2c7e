import { frame, startInProcess } from '../../support/in-process.js';

test('a pause of writes holds back what writes or may be replicated, and what would be refused goes on', () => {
  const server = startInProcess();
  const client = server.connect();
  const postpones = (...argv: string[]): boolean => {
    const { buffer, words } = frame(argv);
    return server.server.executor.postpones(client.client, buffer, words, 0);
  };
  const writes = (): boolean[] => [postpones('SET', 'k', 'v'), postpones('PUBLISH', 'c', 'm'), postpones('GET', 'k')];
  expect(writes()).toEqual([false, false, false]);
  client.call('CLIENT', 'PAUSE', '100', 'WRITE');
  expect(writes()).toEqual([true, true, false]);
  expect([postpones('SET'), postpones('BOGUS'), postpones('EXEC')]).toEqual([false, false, false]);
  client.call('CLIENT', 'PAUSE', '100', 'ALL');
  expect([...writes(), postpones('PING')]).toEqual([true, true, true, true]);
  client.call('CLIENT', 'UNPAUSE');
  expect(writes()).toEqual([false, false, false]);
});

test('a transaction is held back when a queued command writes', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('MULTI');
  client.call('GET', 'k');
  const { buffer, words } = frame(['EXEC']);
  server.connect().call('CLIENT', 'PAUSE', '100', 'WRITE');
  expect(server.server.executor.postpones(client.client, buffer, words, 0)).toBe(false);
  client.call('SET', 'k', 'v');
  expect(server.server.executor.postpones(client.client, buffer, words, 0)).toBe(true);
});
