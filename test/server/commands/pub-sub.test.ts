import { startInProcess } from '../../support/in-process.js';

test('a client that publishes to itself hears its message beside the reply', () => {
  const client = startInProcess().connect();
  client.call('HELLO', '3');
  client.call('SUBSCRIBE', 'c');
  expect(client.call('PUBLISH', 'c', 'm')).toBe(1);
  expect(client.messages()).toEqual([['message', 'c', 'm']]);
});

test('a subscriber is shown as one', () => {
  const client = startInProcess().connect();
  client.call('HELLO', '3');
  client.call('SUBSCRIBE', 'a');
  client.call('PSUBSCRIBE', 'b*');
  client.call('SSUBSCRIBE', 's');
  const info = String(client.call('CLIENT', 'INFO'));
  expect(info).toContain(' flags=P ');
  expect(info).toContain(' sub=1 psub=1 ssub=1 ');
});

test('INFO counts subscriptions and their clients', () => {
  const server = startInProcess();
  const subscriber = server.connect();
  subscriber.call('SUBSCRIBE', 'a');
  const info = String(server.connect().call('INFO', 'everything'));
  expect(info).toContain('pubsub_channels:1\r\npubsub_patterns:0\r\npubsubshard_channels:0\r\n');
  expect(info).toContain('pubsub_clients:1\r\n');
});
