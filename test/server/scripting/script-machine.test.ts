import { startInProcess } from '../../support/in-process.js';

describe('a script that does not end', () => {
  test('is stopped when it has written nothing, whatever it catches', () => {
    const { connect, clock } = startInProcess({ 'busy-reply-threshold': '1000' });
    clock.usPerLook = 300_000;
    const client = connect();
    const stopped = /Script was stopped: it ran longer than busy-reply-threshold and had written nothing/;
    expect(client.error('EVAL', 'while true do end', 0)).toMatch(stopped);
    expect(client.error('EVAL', 'while true do pcall(function() while true do end end) end', 0)).toMatch(stopped);
    expect(client.error('EVAL', 'while true do coroutine.wrap(function() while true do end end)() end', 0)).toMatch(
      stopped,
    );
    clock.usPerLook = 0;
    expect(client.call('EVAL', 'for i = 1, 1000000 do end return 1', 0)).toBe(1);
  });

  test('costs the machine when it evades being stopped, and the scripts stay', () => {
    const { connect, clock, failures } = startInProcess({ 'busy-reply-threshold': '1000' });
    const client = connect();
    const sha = String(client.call('SCRIPT', 'LOAD', 'return "still here"'));
    clock.usPerLook = 300_000;
    const evading = 'while true do pcall(coroutine.wrap(function() pcall(function() while true do end end) end)) end';
    expect(client.error('EVAL', evading, 0)).toMatch(/stopped/);
    clock.usPerLook = 0;
    expect(client.call('EVALSHA', sha, 0)).toBe('still here');
    expect(failures.length).toBeLessThanOrEqual(1);
  });

  test('goes on when it has written', () => {
    const { connect, clock } = startInProcess({ 'busy-reply-threshold': '1000' });
    clock.usPerLook = 300_000;
    const client = connect();
    const source = "redis.call('SET', 'a', 1) for i = 1, 3000000 do end redis.call('SET', 'a', 2) return 'done'";
    expect(client.call('EVAL', source, 0)).toBe('done');
  });

  test('is let go on for ever with a threshold of 0', () => {
    const { connect, clock } = startInProcess({ 'lua-time-limit': '0' });
    clock.usPerLook = 10_000_000;
    expect(connect().call('EVAL', 'for i = 1, 1000000 do end return 1', 0)).toBe(1);
  });
});

describe('the memory of scripts', () => {
  test('is bounded, and given back', () => {
    const { connect, server } = startInProcess();
    const client = connect();
    const greedy = 'local t = {} for i = 1, 1e9 do t[i] = {i, i, i, i, i, i, i, i} end';
    expect(client.error('EVAL', greedy, 0)).toMatch(/^ERR not enough memory/);
    expect(server.facilities.scripts.memoryBytes).toBe(0);
    expect(client.call('EVAL', 'return 1', 0)).toBe(1);
    client.call('EVAL', "local s = string.rep('x', 70000000) return #s", 0);
    expect(server.facilities.scripts.memoryBytes).toBe(0);
  });

  test('takes arguments and results of some size', () => {
    const client = startInProcess().connect();
    const large = Buffer.alloc(5_000_000, 'ab');
    expect(client.call('EVAL', 'return #ARGV[1] + #ARGV[2]', 0, large, 'xyz')).toBe(5_000_003);
    expect(client.raw('EVAL', 'return ARGV[1]', 0, large).length).toBe(5_000_000 + '$5000000\r\n\r\n'.length);
    client.call('SET', 'large', large);
    expect(client.call('EVAL', "return #redis.call('GET', 'large')", 0)).toBe(5_000_000);
  });
});

test('a script leaves the database of its caller alone', () => {
  const client = startInProcess().connect();
  client.call('SELECT', 2);
  client.call('EVAL', "redis.call('SET', 'k', 1) redis.call('SELECT', 5) redis.call('SET', 'k', 2)", 0);
  expect(client.call('GET', 'k')).toBe('1');
  expect(client.call('EVAL', "return redis.call('GET', 'k')", 0)).toBe('1');
  client.call('SELECT', 5);
  expect(client.call('GET', 'k')).toBe('2');
});
