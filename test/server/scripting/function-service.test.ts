import { startInProcess } from '../../support/in-process.js';

const counting = "#!lua name=counting\nlocal n = 0 redis.register_function('count', function() n = n + 1 return n end)";
const other = "#!lua name=other\nredis.register_function('count', function() return 'other' end)";

describe('libraries of functions', () => {
  test('keep what their variables hold between calls', () => {
    const client = startInProcess().connect();
    client.call('FUNCTION', 'LOAD', counting);
    expect([client.call('FCALL', 'count', 0), client.call('FCALL', 'count', 0)]).toEqual([1, 2]);
  });

  test('are loaded wholly or not at all', () => {
    const client = startInProcess().connect();
    client.call('FUNCTION', 'LOAD', counting);
    client.call('FCALL', 'count', 0);
    expect(client.error('FUNCTION', 'LOAD', other)).toBe('ERR Function count already exists');
    expect(client.error('FUNCTION', 'LOAD', 'REPLACE', '#!lua name=counting\nreturn 1')).toBe(
      'ERR No functions registered',
    );
    expect(client.call('FCALL', 'count', 0)).toBe(2);
  });

  test('are loaded again when a call has cost the machine', () => {
    const client = startInProcess().connect();
    const greedy = `#!lua name=greedy
      redis.register_function('greedy', function() return #string.rep('x', 50000000) end)`;
    client.call('FUNCTION', 'LOAD', counting);
    client.call('FUNCTION', 'LOAD', greedy);
    client.call('FCALL', 'count', 0);
    expect(client.call('FCALL', 'greedy', 0)).toBe(50_000_000);
    expect(client.call('FCALL', 'count', 0)).toBe(1);
    expect(client.call('FCALL', 'greedy', 0)).toBe(50_000_000);
  });

  test('see little while they are loaded, and may not take long', () => {
    const { connect, clock } = startInProcess();
    const client = connect();
    const load = (body: string): string => client.error('FUNCTION', 'LOAD', `#!lua name=l\n${body}`);
    expect(load("redis.call('SET', 'a', 1)")).toMatch(/nonexistent global variable 'call'/);
    expect(load('x = 1')).toMatch(/Attempt to modify a readonly table/);
    clock.usPerLook = 300_000;
    expect(load('while true do end')).toBe('ERR Error registering functions: ERR FUNCTION LOAD timeout');
    clock.usPerLook = 0;
    expect(client.call('FUNCTION', 'LOAD', counting)).toBe('counting');
  });

  test('are restored wholly or not at all', () => {
    const [from, to] = [startInProcess().connect(), startInProcess().connect()];
    from.call('FUNCTION', 'LOAD', other);
    const raw = from.raw('FUNCTION', 'DUMP');
    const payload = raw.subarray(raw.indexOf('\r\n') + 2, raw.length - 2);
    to.call('FUNCTION', 'LOAD', counting);
    expect(to.error('FUNCTION', 'RESTORE', payload, 'APPEND')).toBe('ERR Function count already exists');
    expect(to.call('FCALL', 'count', 0)).toBe(1);
    expect(to.call('FUNCTION', 'RESTORE', payload, 'FLUSH')).toBe('OK');
    expect(to.call('FCALL', 'count', 0)).toBe('other');
    expect(to.call('FUNCTION', 'LIST')).toHaveLength(1);
  });
});
