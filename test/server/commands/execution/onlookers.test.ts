/** Who is told of commands that run. */
import { startInProcess } from '../../../support/in-process.js';

test('a monitor sees commands as they came, but for secrets and what administers', () => {
  const server = startInProcess();
  const [monitor, client] = [server.connect(), server.connect()];
  monitor.call('MONITOR');
  client.call('SET', 'k', 'v');
  client.call('CONFIG', 'GET', 'maxmemory');
  client.error('AUTH', 'user', 'secret');
  client.call('EVAL', "return redis.call('GET', 'k')", '0');
  const seen = monitor.messages().map((line) => String(line).replace(/^[^\]]*\] /, ''));
  expect(seen).toEqual([
    '"SET" "k" "v"',
    '"AUTH" "(redacted)" "(redacted)"',
    '"EVAL" "return redis.call(\'GET\', \'k\')" "0"',
    '"GET" "k"',
  ]);
});

test('a script reads on behalf of the client that tracks', () => {
  const server = startInProcess();
  const [reader, writer] = [server.connect(), server.connect()];
  server.server.facilities.clients.add(reader.client);
  reader.call('HELLO', '3');
  reader.call('CLIENT', 'TRACKING', 'ON');
  reader.call('EVAL', "return redis.call('GET', KEYS[1])", '1', 'k');
  writer.call('SET', 'other', 'v');
  expect(reader.messages()).toEqual([]);
  writer.call('SET', 'k', 'v');
  expect(reader.messages()).toEqual([['invalidate', ['k']]]);
});
