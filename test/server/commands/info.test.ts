import { startInProcess } from '../../support/in-process.js';

/** The fields of INFO as a record. */
function fieldsOf(text: unknown): Record<string, string> {
  return Object.fromEntries(
    String(text)
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

test('INFO has its sections by default, and one of them by name in any case', () => {
  const client = startInProcess().connect();
  const titles = (text: unknown): string[] => [...String(text).matchAll(/^# (\w+)/gm)].map(([, title = '']) => title);
  const byDefault = titles(client.call('INFO'));
  expect(byDefault).toEqual(expect.arrayContaining(['Server', 'Clients', 'Memory', 'Stats', 'Keyspace']));
  expect(byDefault).not.toContain('Commandstats');
  expect(titles(client.call('INFO', 'everything'))).toContain('Commandstats');
  expect(titles(client.call('INFO', 'KEYSPACE', 'cpu'))).toEqual(['CPU', 'Keyspace']);
  expect(client.call('INFO', 'nonsense')).toBe('');
});

test('INFO is verbatim text in RESP3', () => {
  const client = startInProcess().connect();
  client.call('HELLO', '3');
  expect(client.raw('INFO', 'cluster').toString()).toBe('=34\r\ntxt:# Cluster\r\ncluster_enabled:0\r\n\r\n');
});

test('it counts keys, hits, misses, expiries and errors', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('SET', 'a', '1');
  client.call('SET', 'b', '1', 'PX', '50');
  client.call('GET', 'a');
  client.call('GET', 'none');
  client.error('NONSENSE');
  client.error('HGET', 'a', 'f');
  expect(fieldsOf(client.call('INFO', 'keyspace'))).toEqual({ db0: 'keys=2,expires=1,avg_ttl=0' });
  server.clock.advance(100);
  server.runExpireCycle();
  const stats = fieldsOf(client.call('INFO', 'stats'));
  expect(stats).toMatchObject({ keyspace_misses: '1', expired_keys: '1', total_error_replies: '2' });
  expect(fieldsOf(client.call('INFO', 'errorstats'))).toEqual({
    errorstat_ERR: 'count=1',
    errorstat_WRONGTYPE: 'count=1',
  });
});

test('it tells how long the server is up', () => {
  const server = startInProcess();
  const client = server.connect();
  server.clock.advance(86_400_000 * 2 + 1500);
  expect(fieldsOf(client.call('INFO', 'server'))).toMatchObject({
    redis_version: '7.0.15',
    uptime_in_seconds: '172801',
    uptime_in_days: '2',
  });
});

test('TIME is seconds and microseconds', () => {
  const server = startInProcess();
  server.clock.advance(123);
  expect(server.connect().call('TIME')).toEqual(['1700000000', '123000']);
});
