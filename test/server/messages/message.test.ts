import { Message } from '#server/messages/message.js';
import { fakeClient } from '../../support/fake-client.js';

test('a message is said once for each protocol, however many get it', () => {
  let said = 0;
  const message = new Message((writer) => {
    said++;
    writer.push(1);
    writer.bulkText('x');
  });
  const clients = [fakeClient(1), fakeClient(2), fakeClient(3, 3), fakeClient(4, 3)];
  for (const { client } of clients) message.sendTo(client);
  const bulk = '$1\r\nx\r\n';
  expect(clients.map(({ pushed }) => pushed())).toEqual(['*1', '*1', '>1', '>1'].map((head) => `${head}\r\n${bulk}`));
  expect(said).toBe(2);
});

test('messages do not share their bytes with the next one', () => {
  const { client, pushed } = fakeClient(1);
  for (const text of ['a', 'b']) new Message((writer) => writer.simple(text)).sendTo(client);
  expect(pushed()).toBe('+a\r\n+b\r\n');
});
