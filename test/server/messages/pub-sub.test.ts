import { ByteSlice } from '#server/base/byte-slice.js';
import { PubSub } from '#server/messages/pub-sub.js';
import { fakeClient } from '../../support/fake-client.js';

const bytes = ByteSlice.fromText;

test('a message reaches subscribers of the channel, then of patterns, once for each subscription', () => {
  const pubsub = new PubSub();
  const { client, pushed } = fakeClient(1);
  const other = fakeClient(2);
  pubsub.subscribe('channels', client, 'news');
  pubsub.subscribe('patterns', client, 'n*');
  pubsub.subscribe('patterns', other.client, 'x*');
  pubsub.subscribe('shardChannels', other.client, 'news');
  expect(pubsub.publish(bytes('news'), bytes('m'))).toBe(2);
  expect(pushed()).toBe(
    '*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nm\r\n*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$1\r\nm\r\n',
  );
  expect(other.pushed()).toBe('');
});

test('sharded channels are a name space of their own', () => {
  const pubsub = new PubSub();
  const { client, pushed } = fakeClient(1, 3);
  pubsub.subscribe('shardChannels', client, 's');
  expect([pubsub.publish(bytes('s'), bytes('m')), pubsub.publishToShard(bytes('s'), bytes('m'))]).toEqual([0, 1]);
  expect(pushed()).toBe('>3\r\n$8\r\nsmessage\r\n$1\r\ns\r\n$1\r\nm\r\n');
});

test('names and clients are forgotten with their last subscription', () => {
  const pubsub = new PubSub();
  const [a, b] = [fakeClient(1), fakeClient(2)];
  for (const { client } of [a, b]) {
    pubsub.subscribe('channels', client, 'c');
    pubsub.subscribe('channels', client, 'c');
    pubsub.subscribe('patterns', client, 'p*');
  }
  expect([pubsub.subscriberCount('channels', 'c'), pubsub.clientCount, pubsub.isSilent]).toEqual([2, 2, false]);
  pubsub.forget(a.client);
  pubsub.unsubscribe('channels', b.client, 'c');
  pubsub.unsubscribe('channels', b.client, 'never');
  expect([...pubsub.names('channels'), ...pubsub.names('patterns')]).toEqual(['p*']);
  pubsub.forget(b.client);
  expect([pubsub.clientCount, pubsub.isSilent, pubsub.nameCount('patterns')]).toEqual([0, true, 0]);
  expect([a.client.subscriptions, b.client.subscriptions]).toEqual([undefined, undefined]);
  expect(pubsub.publish(bytes('p1'), bytes('m'))).toBe(0);
});
