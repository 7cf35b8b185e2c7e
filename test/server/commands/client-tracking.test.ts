import { startInProcess } from '../../support/in-process.js';

test('CLIENT CACHING is about the next command, whatever becomes of it', () => {
  const client = startInProcess().connect();
  client.call('HELLO', '3');
  client.call('CLIENT', 'TRACKING', 'ON', 'OPTIN');
  const isCaching = (): boolean => client.client.tracking?.caching ?? false;
  for (const next of [['GET', 'k'], ['GET'], ['BOGUS'], ['SET', 'k', 'v', 'BOGUS']]) {
    client.call('CLIENT', 'CACHING', 'YES');
    expect(isCaching()).toBe(true);
    client.call(...next);
    expect(isCaching()).toBe(false);
  }
});

test('prefixes add up, and RESET ends them', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'a');
  client.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'b', 'NOLOOP');
  expect(client.call('CLIENT', 'TRACKINGINFO')).toEqual([
    'flags',
    ['on', 'bcast', 'noloop'],
    'redirect',
    0,
    'prefixes',
    ['a', 'b'],
  ]);
  expect(String(client.call('CLIENT', 'INFO'))).toContain(' flags=tB ');
  client.call('RESET');
  expect(server.server.facilities.tracking.prefixCount).toBe(0);
});
