import { startInProcess } from '../../support/in-process.js';

test('CONFIG GET answers names as asked, patterns by the names of the table', () => {
  const client = startInProcess().connect();
  expect(client.call('CONFIG', 'GET', 'MaxMemory', 'hz')).toEqual(['MaxMemory', '0', 'hz', '10']);
  expect(client.call('CONFIG', 'GET', 'max*mory')).toEqual(['maxmemory', '0']);
  expect(client.call('CONFIG', 'GET', 'hash*ziplist-entries')).toEqual(['hash-max-ziplist-entries', '512']);
  expect(client.call('CONFIG', 'GET', 'nothing')).toEqual([]);
});

test('CONFIG SET sets all or nothing', () => {
  const client = startInProcess().connect();
  expect(client.call('CONFIG', 'SET', 'hz', '20', 'MAXMEMORY', '1gb')).toBe('OK');
  expect(client.call('CONFIG', 'GET', 'hz', 'maxmemory')).toEqual(['hz', '20', 'maxmemory', '1073741824']);
  expect(client.error('CONFIG', 'SET', 'hz', '30', 'timeout', 'x')).toBe(
    "ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer",
  );
  expect(client.call('CONFIG', 'GET', 'hz')).toEqual(['hz', '20']);
});

test.each([
  [['nonsense', '1'], "ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'"],
  [['port', '1'], "ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config"],
  [['hz', '1', 'HZ', '2'], "ERR CONFIG SET failed (possibly related to argument 'HZ') - duplicate parameter"],
  [['hz', '1', 'timeout'], 'ERR syntax error'],
])('CONFIG SET %j is refused', (pairs, message) => {
  expect(
    startInProcess()
      .connect()
      .error('CONFIG', 'SET', ...pairs),
  ).toBe(message);
});

test('a setting that takes effect: more fields in a compact hash', () => {
  const client = startInProcess({ 'hash-max-listpack-entries': '1' }).connect();
  client.call('CONFIG', 'SET', 'hash-max-listpack-entries', '2');
  client.call('HSET', 'h', 'a', '1', 'b', '2');
  expect(client.call('OBJECT', 'ENCODING', 'h')).toBe('listpack');
});

test('CONFIG RESETSTAT begins the counts anew', () => {
  const client = startInProcess().connect();
  client.error('NONSENSE');
  expect(client.call('CONFIG', 'RESETSTAT')).toBe('OK');
  expect(client.call('INFO', 'errorstats')).toBe('# Errorstats\r\n');
});

test('CONFIG REWRITE has no file to write', () => {
  expect(startInProcess().connect().error('CONFIG', 'REWRITE')).toBe('ERR The server is running without a config file');
});
