import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function connect(): InProcessClient {
  return startInProcess().connect();
}

describe('INCR, DECR, INCRBY and DECRBY', () => {
  test('count from nothing', () => {
    const client = connect();
    expect(client.call('INCR', 'k')).toBe(1);
    expect(client.call('DECRBY', 'k', 5)).toBe(-4);
    expect(client.call('INCRBY', 'k', 10)).toBe(6);
    expect(client.call('DECR', 'k')).toBe(5);
    expect(client.call('GET', 'k')).toBe('5');
    expect(client.call('OBJECT', 'ENCODING', 'k')).toBe('int');
  });

  test('are exact up to the ends of 64 bits and refuse to pass them', () => {
    const client = connect();
    const overflow = 'ERR increment or decrement would overflow';
    client.call('SET', 'k', '9223372036854775806');
    expect(client.raw('INCR', 'k').toString()).toBe(':9223372036854775807\r\n');
    expect(client.error('INCR', 'k')).toBe(overflow);
    expect(client.call('GET', 'k')).toBe('9223372036854775807');
    expect(client.call('DECRBY', 'k', '9223372036854775807')).toBe(0);
    expect(client.raw('INCRBY', 'k', '-9223372036854775808').toString()).toBe(':-9223372036854775808\r\n');
    expect(client.error('DECR', 'k')).toBe(overflow);
    expect(client.error('DECRBY', 'k', '-9223372036854775808')).toBe('ERR decrement would overflow');
    client.call('SET', 'k', '9007199254740993');
    expect(client.raw('INCR', 'k').toString()).toBe(':9007199254740994\r\n');
  });

  test.each(['abc', '', ' 1', '1.0', '01', '-0', '-', '9223372036854775808'])('refuse the value %j', (value) => {
    const client = connect();
    client.call('SET', 'k', value);
    expect(client.error('INCR', 'k')).toBe('ERR value is not an integer or out of range');
    expect(client.call('GET', 'k')).toBe(value);
    expect(client.error('INCRBY', 'new', value)).toBe('ERR value is not an integer or out of range');
  });

  test('keep the expiry and tell their effect as it came', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    client.call('SET', 'k', '1', 'EX', 100);
    const recorder = new ChangeRecorder(server);
    client.call('DECRBY', 'k', 3);
    expect(recorder.take()).toEqual({ changes: ['incrby k'], effects: ['DECRBY k 3'] });
    expect(client.call('TTL', 'k')).toBe(100);
  });

  test('refuse a key of another type', () => {
    const client = connect();
    client.call('HSET', 'h', 'f', '1');
    expect(client.error('INCR', 'h')).toMatch(/^WRONGTYPE/);
    expect(client.error('INCRBY', 'h', 'x')).toContain('not an integer');
  });
});

describe('INCRBYFLOAT', () => {
  test('adds as one does on paper and stores text', () => {
    const client = connect();
    client.call('SET', 'k', '0.1');
    expect(client.call('INCRBYFLOAT', 'k', '0.2')).toBe('0.3');
    expect(client.call('INCRBYFLOAT', 'k', '2.7')).toBe('3');
    expect(client.call('OBJECT', 'ENCODING', 'k')).toBe('embstr');
    expect(client.call('INCRBYFLOAT', 'k', '1e60')).toHaveLength(60);
    expect(client.call('OBJECT', 'ENCODING', 'k')).toBe('raw');
  });

  test('tells its effect as the value it came to, which keeps the expiry', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    client.call('SET', 'k', '1', 'EX', 100);
    const recorder = new ChangeRecorder(server);
    client.call('INCRBYFLOAT', 'k', '0.5');
    expect(recorder.take()).toEqual({ changes: ['incrbyfloat k'], effects: ['SET k 1.5 KEEPTTL'] });
    expect(client.call('TTL', 'k')).toBe(100);
  });

  test('complains of the type first, then of what is no number, then of what is not finite', () => {
    const client = connect();
    client.call('HSET', 'h', 'f', '1');
    expect(client.error('INCRBYFLOAT', 'h', 'x')).toMatch(/^WRONGTYPE/);
    expect(client.error('INCRBYFLOAT', 'k', 'x')).toBe('ERR value is not a valid float');
    expect(client.error('INCRBYFLOAT', 'k', 'nan')).toBe('ERR value is not a valid float');
    expect(client.error('INCRBYFLOAT', 'k', 'inf')).toBe('ERR increment would produce NaN or Infinity');
    client.call('SET', 'k', 'text');
    expect(client.error('INCRBYFLOAT', 'k', '1')).toBe('ERR value is not a valid float');
  });
});
