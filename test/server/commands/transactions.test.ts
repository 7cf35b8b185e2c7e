import { startInProcess } from '../../support/in-process.js';

test('EXEC runs what was queued, each with its reply, errors among them', () => {
  const client = startInProcess().connect();
  expect(client.call('MULTI')).toBe('OK');
  for (const command of [
    ['SET', 'k', 'v'],
    ['INCR', 'k'],
    ['GET', 'k'],
  ])
    expect(client.call(...command)).toBe('QUEUED');
  expect(client.raw('EXEC').toString()).toBe(
    '*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n$1\r\nv\r\n',
  );
  expect(client.call('GET', 'k')).toBe('v');
});

test('queued arguments are copies', () => {
  const client = startInProcess().connect();
  const value = Buffer.from('before');
  client.call('MULTI');
  client.call('SET', 'k', value);
  value.fill('x');
  client.call('EXEC');
  expect(client.call('GET', 'k')).toBe('before');
});

test('a command that is refused aborts the transaction', () => {
  const client = startInProcess().connect();
  client.call('MULTI');
  expect(client.error('SET', 'k')).toMatch(/wrong number of arguments/);
  client.call('SET', 'k', 'v');
  expect(client.error('EXEC')).toBe('EXECABORT Transaction discarded because of previous errors.');
  expect(client.call('GET', 'k')).toBeNull();
});

test('EXEC that is refused itself ends the transaction', () => {
  const client = startInProcess().connect();
  client.call('MULTI');
  expect(client.error('EXEC', 'now')).toMatch(/^EXECABORT Transaction discarded because of: wrong number/);
  expect(client.error('EXEC')).toBe('ERR EXEC without MULTI');
});

test('DISCARD forgets, and watches no more', () => {
  const { connect } = startInProcess();
  const [a, b] = [connect(), connect()];
  a.call('WATCH', 'k');
  a.call('MULTI');
  a.call('SET', 'k', 'a');
  expect(a.call('DISCARD')).toBe('OK');
  b.call('SET', 'k', 'b');
  a.call('MULTI');
  a.call('GET', 'k');
  expect(a.call('EXEC')).toEqual(['b']);
  expect(a.error('DISCARD')).toBe('ERR DISCARD without MULTI');
});

test('MULTI does not nest, WATCH comes before it', () => {
  const client = startInProcess().connect();
  client.call('MULTI');
  expect(client.error('MULTI')).toBe('ERR MULTI calls can not be nested');
  expect(client.error('WATCH', 'k')).toBe('ERR WATCH inside MULTI is not allowed');
});

describe('a watched key', () => {
  test.each([
    ['another client writes it', ['SET', 'k', '2'], null],
    ['another client writes another key', ['SET', 'j', '2'], ['1']],
    ['another client deletes it', ['DEL', 'k'], null],
    ['another client gives it an expiry', ['EXPIRE', 'k', '100'], null],
    ['another client reads it', ['GET', 'k'], ['1']],
    ['all databases are emptied', ['FLUSHALL'], null],
    ['its database changes place with an empty one', ['SWAPDB', '0', '1'], null],
    ['two other databases change places', ['SWAPDB', '2', '1'], ['1']],
  ])('%s', (_what, command, outcome) => {
    const { connect } = startInProcess();
    const [a, b] = [connect(), connect()];
    a.call('SET', 'k', '1');
    a.call('WATCH', 'k');
    b.call(...command);
    a.call('MULTI');
    a.call('GET', 'k');
    expect(a.call('EXEC')).toEqual(outcome);
  });

  test('may be let go again', () => {
    const { connect } = startInProcess();
    const [a, b] = [connect(), connect()];
    a.call('WATCH', 'k');
    a.call('UNWATCH');
    b.call('SET', 'k', '1');
    a.call('MULTI');
    expect(a.call('EXEC')).toEqual([]);
  });

  test('fails the transaction when it expires meanwhile, though nobody has met it', () => {
    const server = startInProcess();
    const client = server.connect();
    client.call('SET', 'k', '1', 'PX', '100');
    client.call('WATCH', 'k');
    server.clock.advance(200);
    client.call('MULTI');
    expect(client.call('EXEC')).toBeNull();
  });
});

test('time stands still inside EXEC', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('MULTI');
  client.call('TIME');
  client.call('TIME');
  const [first, second] = [client.call('EXEC')].flat();
  expect(first).toEqual(second);
});
