import { startInProcess } from '../../support/in-process.js';

describe('EVAL', () => {
  test('hands over keys and arguments', () => {
    const client = startInProcess().connect();
    expect(client.call('EVAL', 'return {KEYS, ARGV}', 2, 'a', 'b', 'c')).toEqual([['a', 'b'], ['c']]);
    expect(client.call('EVAL', 'return {KEYS, ARGV}', 0)).toEqual([[], []]);
  });

  test.each([
    [['a'], 'ERR value is not an integer or out of range'],
    [['-1'], "ERR Number of keys can't be negative"],
    [['2', 'a'], "ERR Number of keys can't be greater than number of args"],
  ])('refuses the number of keys in %j', (args, message) => {
    expect(
      startInProcess()
        .connect()
        .error('EVAL', 'return 1', ...args),
    ).toBe(message);
  });

  test('tells errors with the digest of the script and the line', () => {
    const client = startInProcess().connect();
    expect(client.error('EVAL', "\nredis.call('GET')", 0)).toBe(
      'ERR Wrong number of args calling Redis command from script script: 0bdf7c1d32e79973af1297be8d1e9993340d6544, on @user_script:2.',
    );
  });

  test('fails a transaction that watches what the script writes', () => {
    const server = startInProcess();
    const [client, other] = [server.connect(), server.connect()];
    client.call('WATCH', 'a');
    other.call('EVAL', "redis.call('SET', 'a', 1)", 0);
    client.call('MULTI');
    client.call('GET', 'a');
    expect(client.call('EXEC')).toBeNull();
  });
});

describe('the forms that only read', () => {
  test('refuse commands that write', () => {
    const client = startInProcess().connect();
    const sha = String(client.call('SCRIPT', 'LOAD', "return redis.call('SET', 'a', 1)"));
    for (const [name, what] of [
      ['EVAL_RO', "return redis.call('SET', 'a', 1)"],
      ['EVALSHA_RO', sha],
    ] as const) {
      expect(client.error(name, what, 0)).toMatch(/^ERR Write commands are not allowed from read-only scripts\./);
    }
    expect(client.call('EXISTS', 'a')).toBe(0);
  });
});

describe('SCRIPT', () => {
  test('FLUSH takes a mode, DEBUG has no debugger to offer, KILL finds nothing to kill', () => {
    const client = startInProcess().connect();
    expect(client.call('SCRIPT', 'FLUSH', 'ASYNC')).toBe('OK');
    expect(client.error('SCRIPT', 'FLUSH', 'LATER')).toMatch(/only support SYNC\|ASYNC/);
    expect(client.call('SCRIPT', 'DEBUG', 'NO')).toBe('OK');
    expect(client.error('SCRIPT', 'DEBUG', 'YES')).toBe('ERR The Lua debugger is not supported');
    expect(client.error('SCRIPT', 'KILL')).toMatch(/^NOTBUSY/);
  });
});
