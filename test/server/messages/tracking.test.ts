import { type InProcess, type InProcessClient, type Reply, startInProcess } from '../../support/in-process.js';

/** A client that the server knows by id and that speaks RESP3. */
function connect(server: InProcess): InProcessClient {
  const client = server.connect();
  server.server.facilities.clients.add(client.client);
  client.call('HELLO', '3');
  return client;
}

const invalidate = (...keys: string[]): Reply => ['invalidate', keys];

test('a change is told to every reader once, and the key forgotten', () => {
  const server = startInProcess();
  const [a, b, writer] = [connect(server), connect(server), connect(server)];
  for (const reader of [a, b]) {
    reader.call('CLIENT', 'TRACKING', 'ON');
    reader.call('GET', 'k');
  }
  const { tracking } = server.server.facilities;
  expect([tracking.clientCount, tracking.keyCount, tracking.itemCount]).toEqual([2, 1, 2]);
  writer.call('SET', 'k', '1');
  writer.call('SET', 'k', '2');
  expect([a.messages(), b.messages(), writer.messages()]).toEqual([[invalidate('k')], [invalidate('k')], []]);
  expect([tracking.keyCount, tracking.itemCount]).toEqual([0, 0]);
});

test('above tracking-table-max-keys the oldest key is given up, and its readers told', () => {
  const server = startInProcess({ 'tracking-table-max-keys': '2' });
  const reader = connect(server);
  reader.call('CLIENT', 'TRACKING', 'ON');
  reader.call('MGET', 'a', 'b', 'c');
  expect(reader.messages()).toEqual([invalidate('a')]);
  expect(server.server.facilities.tracking.keyCount).toBe(2);
});

test('the table holds one key however often it changes and is read again', () => {
  const server = startInProcess();
  const [reader, writer] = [connect(server), connect(server)];
  reader.call('CLIENT', 'TRACKING', 'ON');
  for (let i = 0; i < 100; i++) {
    reader.call('GET', 'k');
    reader.call('GET', 'k');
    writer.call('INCR', 'k');
  }
  expect(reader.messages()).toHaveLength(100);
  expect(server.server.facilities.tracking.itemCount).toBe(0);
});

test('broadcasts are collected until somebody tells them, keys in order, own ones left out with NOLOOP', () => {
  const server = startInProcess();
  const [all, own, writer] = [connect(server), connect(server), connect(server)];
  all.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'k');
  own.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'k', 'NOLOOP');
  writer.call('MSET', 'k2', '1', 'k1', '1', 'other', '1');
  own.call('SET', 'k3', '1');
  expect(all.messages()).toEqual([]);
  server.scheduler.runAll();
  expect([all.messages(), own.messages()]).toEqual([[invalidate('k1', 'k2', 'k3')], [invalidate('k1', 'k2')]]);
  writer.call('SET', 'k1', '2');
  server.server.facilities.tracking.broadcast();
  server.scheduler.runAll();
  expect(all.messages()).toEqual([invalidate('k1')]);
});

test('a flush is one message to each tracking client, whatever it read', () => {
  const server = startInProcess();
  const [reader, listener] = [connect(server), connect(server)];
  reader.call('CLIENT', 'TRACKING', 'ON');
  listener.call('CLIENT', 'TRACKING', 'ON', 'BCAST');
  reader.call('GET', 'k');
  connect(server).call('FLUSHALL');
  expect([reader.messages(), listener.messages()]).toEqual([[['invalidate', null]], [['invalidate', null]]]);
  expect(server.server.facilities.tracking.keyCount).toBe(0);
});

test('keys that expire and keys that are evicted are told', () => {
  const server = startInProcess();
  const reader = connect(server);
  reader.call('CLIENT', 'TRACKING', 'ON', 'NOLOOP');
  reader.call('SET', 'k', 'v', 'PX', '10');
  reader.call('GET', 'k');
  server.clock.advance(20);
  server.runExpireCycle();
  expect(reader.messages()).toEqual([invalidate('k')]);
  server.server.facilities.keyspace.events.commandDone();
});

test('a client that is gone is told nothing, and leaves its prefixes', () => {
  const server = startInProcess();
  const [gone, writer] = [connect(server), connect(server)];
  const { clients, tracking } = server.server.facilities;
  gone.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'a', 'PREFIX', 'b');
  expect(tracking.prefixCount).toBe(2);
  clients.remove(gone.client);
  writer.call('SET', 'a', '1');
  server.scheduler.runAll();
  expect([gone.messages(), tracking.prefixCount, tracking.clientCount]).toEqual([[], 0, 0]);
});
