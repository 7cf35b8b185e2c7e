import { Client } from '#server/client/client.js';
import { Transaction, WatchList } from '#server/client/transaction.js';

function connected(): { client: Client; closed: string[]; pushed: string[] } {
  const closed: string[] = [];
  const pushed: string[] = [];
  const link = {
    close: (after: string) => closed.push(after),
    outputBytes: () => 0,
    queryBytes: () => 0,
    push: (message: Buffer) => pushed.push(message.toString()),
  };
  return { client: new Client(7, '1.2.3.4:5', '6.7.8.9:10', 1000, link), closed, pushed };
}

test('a new client speaks RESP2 in database 0, hears every reply and has just come', () => {
  const { client } = connected();
  expect(client).toMatchObject({ id: 7, db: 0, protocol: 2, name: '', replyMode: 'on', lastInteractionMs: 1000 });
});

test('reset makes it new again, watched keys included, and keeps id, address and library', () => {
  const { client } = connected();
  const watchList = new WatchList();
  Object.assign(client, { name: 'n', db: 3, protocol: 3, replyMode: 'off', noEvict: true, libraryName: 'lib' });
  client.transaction = new Transaction(watchList);
  client.transaction.watch('0:k');
  client.reset();
  expect(client).toMatchObject({ id: 7, name: '', db: 0, protocol: 2, replyMode: 'on', noEvict: false });
  expect(client.libraryName).toBe('lib');
  expect([client.transaction, watchList.interest.exists]).toEqual([undefined, false]);
});

test('close marks it and tells its connection how', () => {
  const { client, closed } = connected();
  client.close('replies');
  expect([client.closing, closed]).toEqual([true, ['replies']]);
});

test('messages reach its connection until it is closing', () => {
  const { client, pushed } = connected();
  client.push(Buffer.from('a'));
  client.close('replies');
  client.push(Buffer.from('b'));
  expect(pushed).toEqual(['a']);
});

test('it is blocked while a command is parked, and closing it takes the command away at once', () => {
  const { client } = connected();
  expect(client.blocked).toBe(false);
  const told: string[] = [];
  client.parked = { leave: () => told.push('left'), unblock: () => undefined };
  expect(client.blocked).toBe(true);
  client.close('now');
  expect(told).toEqual(['left']);
});
