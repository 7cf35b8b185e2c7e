/** Whether a client may run a command now. */
import { startInProcess } from '../../../support/in-process.js';

test('the questions are asked in order: is there such a command, has it its arguments, who asks', () => {
  const client = startInProcess({ requirepass: 'secret' }).connect();
  client.client.authenticated = false;
  expect(client.error('NONSENSE')).toMatch(/^ERR unknown command 'NONSENSE'/);
  expect(client.error('GET')).toMatch(/^ERR wrong number of arguments for 'get'/);
  expect(client.error('GET', 'k')).toMatch(/^NOAUTH/);
  expect(client.call('AUTH', 'secret')).toBe('OK');
});

describe('with memory full', () => {
  const full = { maxmemory: '1' };

  test('commands that add data are refused, others run', () => {
    const client = startInProcess(full).connect();
    expect(client.error('SET', 'k', 'v')).toMatch(/^OOM command not allowed/);
    expect([client.call('GET', 'k'), client.call('DEL', 'k')]).toEqual([null, 0]);
  });

  test('a transaction that would add data is refused, command by command or as a whole', () => {
    const server = startInProcess();
    const client = server.connect();
    client.call('MULTI');
    client.call('SET', 'k', 'v');
    server.connect().call('CONFIG', 'SET', 'maxmemory', '1');
    expect(client.error('EXEC')).toMatch(/^EXECABORT Transaction discarded because of: OOM/);
    client.call('MULTI');
    expect(client.error('SET', 'k', 'v')).toMatch(/^OOM/);
    expect(client.error('EXEC')).toMatch(/^EXECABORT/);
    expect(client.call('EXISTS', 'k')).toBe(0);
  });
});
