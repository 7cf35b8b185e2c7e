import { EffectLog } from '../../support/effect-log.js';
import { startInProcess } from '../../support/in-process.js';

describe('redis.call', () => {
  test('passes arguments as they are, and numbers in full precision', () => {
    const client = startInProcess().connect();
    client.call('EVAL', "redis.call('SET', 'bin', 'a\\0\\255\\r\\n')", 0);
    expect(client.call('GET', 'bin')).toBe('a\0\xff\r\n');
    client.call('EVAL', "redis.call('MSET', 'a', 1/3, 'b', 1e20, 'c', 3, 4, -0.0)", 0);
    expect(client.call('MGET', 'a', 'b', 'c', '4')).toEqual(['0.33333333333333331', '1e+20', '3', '-0']);
  });

  test('takes more arguments than it first has room for', () => {
    const client = startInProcess().connect();
    const source = 'local a = {} for i = 1, 1000 do a[#a + 1] = i a[#a + 1] = i * 2 end';
    expect(client.call('EVAL', `${source} redis.call('MSET', unpack(a)) return redis.call('GET', 1000)`, 0)).toBe(
      '2000',
    );
  });

  test('tells each effect on its own, together as one transaction', () => {
    const { server, ...rest } = startInProcess();
    const running = { server, ...rest };
    const log = new EffectLog(running);
    const client = running.connect();
    client.call('EVAL', "redis.call('SET', 'a', 1) redis.call('INCRBYFLOAT', 'a', '0.5') redis.call('GET', 'a')", 0);
    expect(log.take().effects).toEqual(['0: MULTI', '0: SET a 1', '0: SET a 1.5 KEEPTTL', '0: EXEC']);
    client.call('EVAL', "return redis.call('GET', 'a')", 0);
    expect(log.take().effects).toEqual([]);
    client.call('EVAL', "redis.call('SELECT', 1) redis.call('SET', 'b', 1) error('late')", 0);
    expect(log.take().effects).toEqual(['1: MULTI', '1: SET b 1', '0: EXEC']);
    expect(client.call('EXISTS', 'b')).toBe(0);
  });

  test('tells its effects as a part of the transaction it stands in', () => {
    const running = startInProcess();
    const log = new EffectLog(running);
    const client = running.connect();
    client.call('MULTI');
    client.call('SET', 'a', 1);
    client.call('EVAL', "return redis.call('INCR', 'a')", 0);
    client.call('EVAL', "return redis.call('INCR', 'a')", 0);
    client.call('EXEC');
    expect(log.take().effects).toEqual(['0: MULTI', '0: SET a 1', '0: INCR a', '0: INCR a', '0: EXEC']);
  });

  test('is refused outside of a script', () => {
    const client = startInProcess().connect();
    client.call(
      'EVAL',
      "local co = coroutine.wrap(function() coroutine.yield() redis.call('SET', 'a', 1) end) co()",
      0,
    );
    expect(client.call('EXISTS', 'a')).toBe(0);
  });

  test('uses server as another name of redis', () => {
    const client = startInProcess().connect();
    expect(client.call('EVAL', "return server.call('PING').ok .. server.REDIS_VERSION", 0)).toBe('PONG7.0.15');
  });
});
