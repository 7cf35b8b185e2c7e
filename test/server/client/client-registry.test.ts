import { Client } from '#server/client/client.js';
import { ClientRegistry } from '#server/client/client-registry.js';
import { Transaction, WatchList } from '#server/client/transaction.js';
import { fakeClient } from '../../support/fake-client.js';

function clientIn(registry: ClientRegistry): Client {
  const link = { close: () => undefined, outputBytes: () => 0, queryBytes: () => 0, push: () => undefined };
  const client = new Client(registry.takeId(), 'a', 'b', 0, link);
  registry.add(client);
  return client;
}

test('clients are found by id and listed as they came; ids are not used again', () => {
  const registry = new ClientRegistry();
  const [first, second] = [clientIn(registry), clientIn(registry)];
  expect([registry.get(1), registry.get(2), registry.get(3)]).toEqual([first, second, undefined]);
  registry.remove(first);
  expect([...registry.all()]).toEqual([second]);
  expect(clientIn(registry).id).toBe(3);
  expect([registry.count, registry.totalConnections]).toEqual([2, 3]);
});

test('a client that leaves watches nothing any more', () => {
  const registry = new ClientRegistry();
  const watchList = new WatchList();
  const client = clientIn(registry);
  client.transaction = new Transaction(watchList);
  client.transaction.watch('0:k');
  registry.remove(client);
  expect(watchList.interest.exists).toBe(false);
});

test('a client that leaves waits for nothing any more', () => {
  const registry = new ClientRegistry();
  const client = clientIn(registry);
  const told: string[] = [];
  client.parked = { leave: () => told.push('left'), unblock: () => undefined };
  registry.remove(client);
  expect(told).toEqual(['left']);
});

test('what is kept elsewhere for a client is let go when it leaves, or begins anew', () => {
  const registry = new ClientRegistry();
  const { client } = fakeClient(1);
  const forgotten: number[] = [];
  registry.onForget(({ id }) => forgotten.push(id));
  registry.add(client);
  registry.forget(client);
  registry.remove(client);
  expect(forgotten).toEqual([1, 1]);
});
