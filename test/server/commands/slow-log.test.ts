import { startInProcess } from '../../support/in-process.js';

test('a command that took as long as slowlog-log-slower-than is logged with its duration and its client', () => {
  const server = startInProcess({ 'slowlog-log-slower-than': '500' });
  const client = server.connect();
  client.call('CLIENT', 'SETNAME', 'me');
  server.clock.usPerLook = 400;
  client.call('GET', 'fast');
  server.clock.usPerLook = 600;
  client.call('GET', 'slow');
  server.clock.usPerLook = 0;
  expect(client.call('SLOWLOG', 'GET')).toEqual([[0, 1_700_000_000, 600, ['GET', 'slow'], 'test', 'me']]);
});

test('passwords are not logged', () => {
  const server = startInProcess({ 'slowlog-log-slower-than': '0' });
  const client = server.connect();
  client.call('CONFIG', 'SET', 'timeout', '0', 'requirepass', 'secret');
  client.call('AUTH', 'secret');
  client.call('HELLO', '2', 'AUTH', 'default', 'secret');
  expect(JSON.stringify(client.call('SLOWLOG', 'GET', '-1'))).not.toContain('secret');
});

test('a monitor sees commands after they have run, and none of administration', () => {
  const server = startInProcess();
  const [monitor, client] = [server.connect(), server.connect()];
  monitor.call('MONITOR');
  client.call('SET', 'k', 'v');
  client.call('CONFIG', 'GET', 'port');
  client.call('AUTH', 'secret');
  expect(monitor.messages()).toEqual([
    '1700000000.000000 [0 test] "SET" "k" "v"',
    '1700000000.000000 [0 test] "AUTH" "(redacted)"',
  ]);
  expect(String(monitor.call('CLIENT', 'INFO'))).toContain(' flags=O ');
});
