import { Subscriptions } from '#server/client/subscriptions.js';

test('channels and patterns are counted together, sharded channels apart', () => {
  const subscriptions = new Subscriptions();
  expect([subscriptions.count, subscriptions.isEmpty]).toEqual([0, true]);
  subscriptions.shardChannels.add('s');
  expect([subscriptions.count, subscriptions.isEmpty]).toEqual([0, false]);
  subscriptions.channels.add('c');
  subscriptions.patterns.add('c');
  expect([subscriptions.count, subscriptions.isEmpty]).toEqual([2, false]);
});
