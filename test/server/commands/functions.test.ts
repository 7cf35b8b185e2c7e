import { EffectLog } from '../../support/effect-log.js';
import { startInProcess } from '../../support/in-process.js';

const library =
  "#!lua name=lib\nredis.register_function('f', function(keys, args) return redis.call('SET', keys[1], args[1]) end)";

describe('FUNCTION and FCALL', () => {
  test('load, call and remove a library', () => {
    const client = startInProcess().connect();
    expect(client.call('FUNCTION', 'LOAD', library)).toBe('lib');
    expect(client.call('FCALL', 'F', 1, 'k', 'v')).toBe('OK');
    expect(client.call('GET', 'k')).toBe('v');
    expect(client.error('FCALL_RO', 'f', 1, 'k', 'v')).toMatch(/write flag/);
    expect(client.call('FUNCTION', 'DELETE', 'lib')).toBe('OK');
    expect(client.error('FCALL', 'f', 0)).toBe('ERR Function not found');
  });

  test('look for the function before they look at the number of keys', () => {
    const client = startInProcess().connect();
    expect(client.error('FCALL', 'none', 'x')).toBe('ERR Function not found');
    client.call('FUNCTION', 'LOAD', library);
    expect(client.error('FCALL', 'f', 'x')).toBe('ERR Bad number of keys provided');
    expect(client.error('FCALL', 'f', '-1')).toMatch(/negative/);
    expect(client.error('FCALL', 'f', '2', 'a')).toMatch(/greater than number of args/);
  });

  test('tell their effects: libraries as they came, calls by the commands they ran', () => {
    const running = startInProcess();
    const log = new EffectLog(running);
    const client = running.connect();
    client.call('FUNCTION', 'LOAD', library);
    client.call('FCALL', 'f', 1, 'k', 'v');
    expect(client.error('FUNCTION', 'LOAD', library)).toMatch(/already exists/);
    client.call('FUNCTION', 'FLUSH');
    expect(log.take().effects).toEqual([
      `0: FUNCTION LOAD ${library}`,
      '0: MULTI',
      '0: SET k v',
      '0: EXEC',
      '0: FUNCTION FLUSH',
    ]);
  });

  test('take what another server has dumped', () => {
    const [from, to] = [startInProcess().connect(), startInProcess().connect()];
    from.call('FUNCTION', 'LOAD', library);
    const raw = from.raw('FUNCTION', 'DUMP');
    const payload = raw.subarray(raw.indexOf('\r\n') + 2, raw.length - 2);
    expect(to.call('FUNCTION', 'RESTORE', payload)).toBe('OK');
    expect(to.call('FCALL', 'f', 1, 'k', 'v')).toBe('OK');
    expect(to.error('FUNCTION', 'RESTORE', payload)).toBe('ERR Library lib already exists');
    expect(to.call('FUNCTION', 'RESTORE', payload, 'REPLACE')).toBe('OK');
  });
});
