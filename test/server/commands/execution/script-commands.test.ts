/** The checks of a command inside a script. */
import { startInProcess } from '../../../support/in-process.js';

test('a script hears errors of its own for commands that do not run', () => {
  const client = startInProcess().connect();
  const run = (call: string): string => client.error('EVAL', `return redis.call(${call})`, '0');
  expect(run("'NONSENSE'")).toMatch(/^ERR Unknown Redis command called from script/);
  expect(run("'GET'")).toMatch(/^ERR Wrong number of args calling Redis command from script/);
  expect(run("'MULTI'")).toMatch(/^ERR This Redis command is not allowed from script/);
  expect(client.error('EVAL_RO', "return redis.call('SET', 'k', 'v')", '0')).toMatch(
    /^ERR Write commands are not allowed from read-only scripts/,
  );
});

test('what a user may not run is refused and noted as of a script', () => {
  const server = startInProcess();
  const [admin, client] = [server.connect(), server.connect()];
  admin.call('ACL', 'SETUSER', 'reader', 'on', 'nopass', '~*', '+@all', '-set');
  client.call('AUTH', 'reader', 'any');
  expect(client.error('EVAL', "return redis.call('SET', 'k', 'v')", '0')).toContain("can't run this command");
  expect(JSON.stringify(admin.call('ACL', 'LOG'))).toContain('"lua"');
  expect(
    client.call('EVAL', "return {redis.acl_check_cmd('SET', 'k', 'v'), redis.acl_check_cmd('GET', 'k')}", '0'),
  ).toEqual([null, 1]);
});

test('a script that has written may go on writing when memory is full', () => {
  const client = startInProcess().connect();
  client.call('SET', 'k', 'v');
  client.call('CONFIG', 'SET', 'maxmemory', '1');
  expect(client.error('EVAL', "return redis.call('SET', 'k', 'v')", '0')).toMatch(/OOM/);
  expect(client.call('EVAL', "redis.call('DEL', 'k') return redis.call('SET', 'k', 'w')", '0')).toBe('OK');
});
