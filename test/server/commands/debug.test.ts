import { startInProcess } from '../../support/in-process.js';

const allowed = { 'enable-debug-command': 'yes' };

test('DEBUG is refused unless the setting allows it', () => {
  const refused = startInProcess().connect();
  expect(refused.error('DEBUG', 'SLEEP', 0)).toMatch(/^ERR DEBUG command not allowed/);
  expect(startInProcess(allowed).connect().call('DEBUG', 'SLEEP', 0)).toBe('OK');
});

test('keys whose time has come stay in the database while active expiry is off', () => {
  const { server, connect } = startInProcess(allowed);
  const client = connect();
  const { shared } = server.facilities.keyspace;
  expect(client.call('DEBUG', 'SET-ACTIVE-EXPIRE', 0)).toBe('OK');
  expect(shared.expiresActively).toBe(false);
  expect(client.call('DEBUG', 'SET-ACTIVE-EXPIRE', 1)).toBe('OK');
  expect(shared.expiresActively).toBe(true);
});

test('DEBUG POPULATE makes keys, and leaves those that are there', () => {
  const client = startInProcess(allowed).connect();
  client.call('SET', 'key:1', 'mine');
  expect(client.call('DEBUG', 'POPULATE', 1000)).toBe('OK');
  expect([client.call('DBSIZE'), client.call('MGET', 'key:0', 'key:1', 'key:999')]).toEqual([
    1000,
    ['value:0', 'mine', 'value:999'],
  ]);
});

test('DEBUG OBJECT does not count as an access', () => {
  const { connect, clock } = startInProcess(allowed);
  const client = connect();
  client.call('SET', 'k', 'hello');
  clock.advance(5000);
  const told = 'Value at:0x0 refcount:1 encoding:embstr serializedlength:6';
  expect(client.call('DEBUG', 'OBJECT', 'k')).toMatch(new RegExp(`^${told} lru:\\d+ lru_seconds_idle:5$`));
  expect(client.call('DEBUG', 'OBJECT', 'k')).toContain('lru_seconds_idle:5');
});

test('DEBUG HELP names every subcommand', () => {
  const lines = startInProcess(allowed).connect().call('DEBUG', 'HELP');
  expect(Array.isArray(lines) && lines.at(-1)).toBe('    Prints this help.');
  expect(lines).toContain('SLEEP <seconds>');
});
