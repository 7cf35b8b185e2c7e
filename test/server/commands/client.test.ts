import { type InProcess, type InProcessClient, startInProcess } from '../../support/in-process.js';

/** A client that the registry knows, as one that came over a connection. */
function registered(server: InProcess): InProcessClient {
  const client = server.connect();
  server.server.facilities.clients.add(client.client);
  return client;
}

test('CLIENT LIST tells of all, of some by id, and of none of a type that nobody is', () => {
  const server = startInProcess();
  const [a, b] = [registered(server), registered(server)];
  b.call('CLIENT', 'SETNAME', 'second');
  server.clock.advance(5000);
  const lines = String(a.call('CLIENT', 'LIST')).trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(
    /^id=2 addr=test laddr=test fd=-1 name=second age=5 idle=5 flags=N db=0 .* cmd=client\|setname /,
  );
  expect(String(a.call('CLIENT', 'LIST', 'ID', '2', '9')).match(/^id=/gm)).toHaveLength(1);
  expect(a.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).toBe('');
  expect(a.error('CLIENT', 'LIST', 'TYPE', 'no\xff')).toMatch(/^ERR Unknown client type 'no/);
});

test('CLIENT INFO tells of oneself, with the flags of what one is doing', () => {
  const server = startInProcess();
  const client = registered(server);
  client.call('CLIENT', 'NO-EVICT', 'on');
  client.call('HELLO', '3');
  const line = String(client.call('CLIENT', 'INFO'));
  expect(line).toContain('flags=e ');
  expect(line).toContain('resp=3 ');
});

test('CLIENT SETINFO keeps library and version, in any case of the word', () => {
  const client = registered(startInProcess());
  expect(client.call('CLIENT', 'SETINFO', 'lib-NAME', 'lib')).toBe('OK');
  expect(client.call('CLIENT', 'SETINFO', 'LIB-VER', '1.2')).toBe('OK');
  expect(client.client).toMatchObject({ libraryName: 'lib', libraryVersion: '1.2' });
  expect(client.error('CLIENT', 'SETINFO', 'LIB', 'x')).toBe("ERR Unrecognized option 'LIB'");
  expect(client.error('CLIENT', 'SETINFO', 'LIB-VER', 'a b')).toMatch(/^ERR LIB-VER cannot contain spaces/);
});

describe('CLIENT KILL', () => {
  test('kills by every part of the filter together, and spares the caller unless told otherwise', () => {
    const server = startInProcess();
    const [me, other, third] = [registered(server), registered(server), registered(server)];
    expect(me.call('CLIENT', 'KILL', 'ID', '2', 'TYPE', 'normal', 'ADDR', 'test')).toBe(1);
    expect([me, other, third].map(({ client }) => client.closing)).toEqual([false, true, false]);
    expect(me.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no', 'ID', '1')).toBe(1);
    expect(me.client.closing).toBe(true);
  });

  test('in its old form says OK, or that there is nobody', () => {
    const server = startInProcess();
    const me = registered(server);
    expect(me.error('CLIENT', 'KILL', '1.2.3.4:5')).toBe('ERR No such client');
    expect(me.call('CLIENT', 'KILL', 'test')).toBe('OK');
  });

  test('refuses what it cannot mean', () => {
    const me = registered(startInProcess());
    expect(me.error('CLIENT', 'KILL', 'ID', '0')).toBe('ERR client-id should be greater than 0');
    expect(me.error('CLIENT', 'KILL', 'USER', 'bob')).toBe("ERR No such user 'bob'");
    expect(me.error('CLIENT', 'KILL', 'SKIPME', 'maybe')).toBe('ERR syntax error');
    expect(me.error('CLIENT', 'KILL', 'ID')).toMatch(/^ERR/);
  });
});

describe('CLIENT REPLY', () => {
  test('SKIP drops the next reply and its own', () => {
    const client = registered(startInProcess());
    expect(client.raw('CLIENT', 'REPLY', 'SKIP').length).toBe(0);
    expect(client.raw('PING').length).toBe(0);
    expect(client.call('PING')).toBe('PONG');
  });

  test('OFF drops all until ON, which answers', () => {
    const client = registered(startInProcess());
    expect(client.raw('CLIENT', 'REPLY', 'OFF').length).toBe(0);
    expect(client.raw('CLIENT', 'REPLY', 'SKIP').length).toBe(0);
    expect(client.raw('NOTHING').length).toBe(0);
    expect(client.call('CLIENT', 'REPLY', 'ON')).toBe('OK');
    expect(client.call('PING')).toBe('PONG');
  });
});

test('CLIENT UNBLOCK finds nobody who waits', () => {
  const client = registered(startInProcess());
  expect(client.call('CLIENT', 'UNBLOCK', '1', 'ERROR')).toBe(0);
  expect(client.error('CLIENT', 'UNBLOCK', 'x')).toBe('ERR value is not an integer or out of range');
});

test('a client that leaves no trace touches keys by TOUCH only', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('SET', 'k', 'v');
  client.call('CLIENT', 'NO-TOUCH', 'ON');
  server.clock.advance(10_000);
  client.call('GET', 'k');
  expect(client.call('OBJECT', 'IDLETIME', 'k')).toBe(10);
  expect(String(client.call('CLIENT', 'INFO'))).toContain(' flags=T ');
  client.call('TOUCH', 'k');
  expect(client.call('OBJECT', 'IDLETIME', 'k')).toBe(0);
  client.call('CLIENT', 'NO-TOUCH', 'OFF');
  server.clock.advance(10_000);
  client.call('GET', 'k');
  expect(client.call('OBJECT', 'IDLETIME', 'k')).toBe(0);
});
