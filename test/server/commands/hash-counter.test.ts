import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('HINCRBY', () => {
  test('counts from nothing, within 64 bits', () => {
    const client = startInProcess().connect();
    expect(client.call('HINCRBY', 'h', 'f', 5)).toBe(5);
    expect(client.call('HINCRBY', 'h', 'f', -7)).toBe(-2);
    client.call('HSET', 'h', 'f', '9223372036854775806');
    expect(client.raw('HINCRBY', 'h', 'f', 1).toString()).toBe(':9223372036854775807\r\n');
    expect(client.error('HINCRBY', 'h', 'f', 1)).toBe('ERR increment or decrement would overflow');
    expect(client.call('HGET', 'h', 'f')).toBe('9223372036854775807');
  });

  test('complains of the increment first, then of the type, then of the value', () => {
    const client = startInProcess().connect();
    client.call('SET', 's', 'v');
    client.call('HSET', 'h', 'f', 'text');
    expect(client.error('HINCRBY', 's', 'f', 'x')).toBe('ERR value is not an integer or out of range');
    expect(client.error('HINCRBY', 's', 'f', 1)).toMatch(/^WRONGTYPE/);
    expect(client.error('HINCRBY', 'h', 'f', 1)).toBe('ERR hash value is not an integer');
  });

  test('tells its effect as it came', () => {
    const { server, connect } = startInProcess();
    const recorder = new ChangeRecorder(server);
    connect().call('HINCRBY', 'h', 'f', 5);
    expect(recorder.take()).toEqual({ changes: ['hincrby h'], effects: ['HINCRBY h f 5'] });
  });
});

describe('HINCRBYFLOAT', () => {
  test('adds as one does on paper, and tells its effect as the value it came to', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    const recorder = new ChangeRecorder(server);
    client.call('HINCRBYFLOAT', 'h', 'f', '0.1');
    recorder.take();
    expect(client.call('HINCRBYFLOAT', 'h', 'f', '0.2')).toBe('0.3');
    expect(recorder.take()).toEqual({ changes: ['hincrbyfloat h'], effects: ['HSET h f 0.3'] });
  });

  test('refuses what is no number or not finite, and leaves no empty key behind', () => {
    const client = startInProcess().connect();
    expect(client.error('HINCRBYFLOAT', 'h', 'f', 'x')).toBe('ERR value is not a valid float');
    expect(client.error('HINCRBYFLOAT', 'h', 'f', 'inf')).toBe('ERR value is NaN or Infinity');
    expect(client.call('EXISTS', 'h')).toBe(0);
    client.call('HSET', 'h', 'f', 'text', 'g', '1.1e4932');
    expect(client.error('HINCRBYFLOAT', 'h', 'f', '1')).toBe('ERR hash value is not a float');
    expect(client.error('HINCRBYFLOAT', 'h', 'g', '1.1e4932')).toBe('ERR increment would produce NaN or Infinity');
  });
});
