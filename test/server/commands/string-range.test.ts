import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('APPEND', () => {
  test('makes a string as SET does, and extends one that is there into a raw one', () => {
    const client = startInProcess().connect();
    expect(client.call('APPEND', 'k', '12')).toBe(2);
    expect(client.call('OBJECT', 'ENCODING', 'k')).toBe('int');
    expect(client.call('APPEND', 'k', '')).toBe(2);
    expect(client.call('OBJECT', 'ENCODING', 'k')).toBe('raw');
    expect(client.call('APPEND', 'k', '3')).toBe(3);
    expect(client.call('GET', 'k')).toBe('123');
  });

  test('grows a string piece by piece past every size of block', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    let whole = '';
    for (let i = 0; i < 400; i++) {
      const piece = String.fromCharCode(97 + (i % 26)).repeat(1 + ((i * 37) % 300));
      whole += piece;
      expect(client.call('APPEND', 'k', piece)).toBe(whole.length);
    }
    expect(client.call('GET', 'k')).toBe(whole);
    server.facilities.keyspace.database(0).validate();
  });

  test('keeps the expiry, and tells its effect as it came', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('SET', 'k', 'v', 'EX', 100);
    const recorder = new ChangeRecorder(server);
    client.call('APPEND', 'k', 'w');
    expect(recorder.take()).toEqual({ changes: ['append k'], effects: ['APPEND k w'] });
    expect(client.call('TTL', 'k')).toBe(100);
  });
});

describe('SETRANGE', () => {
  test('overwrites, extends and pads with zero bytes', () => {
    const client = startInProcess().connect();
    client.call('SET', 'k', 'hello');
    expect(client.call('SETRANGE', 'k', 1, 'EL')).toBe(5);
    expect(client.call('SETRANGE', 'k', 4, 'O!')).toBe(6);
    expect(client.call('SETRANGE', 'k', 8, 'x')).toBe(9);
    expect(client.call('GET', 'k')).toBe('hELlO!\0\0x');
    expect(client.call('SETRANGE', 'pad', 3, 'x')).toBe(4);
    expect(client.call('GET', 'pad')).toBe('\0\0\0x');
    expect(client.call('OBJECT', 'ENCODING', 'pad')).toBe('raw');
  });

  test('with nothing to write changes nothing, makes no key and turns no encoding', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('SET', 'n', '123');
    const recorder = new ChangeRecorder(server);
    expect(client.call('SETRANGE', 'none', 5, '')).toBe(0);
    expect(client.call('SETRANGE', 'n', 536_870_912, '')).toBe(3);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('EXISTS', 'none')).toBe(0);
    expect(client.call('OBJECT', 'ENCODING', 'n')).toBe('int');
  });

  test('clears what it skips, though the memory was used before', () => {
    const client = startInProcess().connect();
    client.call('SET', 'k', 'x'.repeat(100));
    client.call('SET', 'k', 'ab');
    client.call('SETRANGE', 'k', 90, 'z');
    expect(client.call('GET', 'k')).toBe(`ab${'\0'.repeat(88)}z`);
  });
});

describe('the greatest length', () => {
  test('is proto-max-bulk-len, for APPEND and SETRANGE', () => {
    const client = startInProcess({ 'proto-max-bulk-len': '1mb' }).connect();
    const tooLong = 'ERR string exceeds maximum allowed size (proto-max-bulk-len)';
    expect(client.call('SETRANGE', 'k', 1_048_575, 'x')).toBe(1_048_576);
    expect(client.error('APPEND', 'k', 'y')).toBe(tooLong);
    expect(client.error('SETRANGE', 'k', 1_048_576, 'x')).toBe(tooLong);
    expect(client.error('SETRANGE', 'new', '9223372036854775807', 'x')).toBe(tooLong);
    expect(client.error('SETRANGE', 'new', '9223372036854775808', 'x')).toContain('not an integer');
    expect(client.error('SETRANGE', 'new', '-1', 'x')).toBe('ERR offset is out of range');
    expect(client.call('EXISTS', 'new')).toBe(0);
  });
});

describe('GETRANGE and SUBSTR', () => {
  test.each([
    [0, 2, 'val'],
    [-3, -1, 'lue'],
    [0, -1, 'value'],
    [1, 100, 'alue'],
    [-100, 1, 'va'],
    [-100, -100, 'v'],
    [3, 1, ''],
    [-1, -3, ''],
    [5, 5, ''],
    ['9223372036854775807', '-9223372036854775808', ''],
    ['-9223372036854775808', '9223372036854775807', 'value'],
  ])('cut from %s to %s', (first, last, expected) => {
    const client = startInProcess().connect();
    client.call('SET', 'k', 'value');
    expect(client.call('GETRANGE', 'k', first, last)).toBe(expected);
    expect(client.call('SUBSTR', 'k', first, last)).toBe(expected);
    expect(client.call('GETRANGE', 'none', first, last)).toBe('');
  });
});

describe('STRLEN', () => {
  test('counts bytes', () => {
    const client = startInProcess().connect();
    client.call('SET', 'k', '€');
    client.call('HSET', 'h', 'f', 'v');
    expect([client.call('STRLEN', 'k'), client.call('STRLEN', 'none')]).toEqual([3, 0]);
    expect(client.error('STRLEN', 'h')).toMatch(/^WRONGTYPE/);
  });
});
