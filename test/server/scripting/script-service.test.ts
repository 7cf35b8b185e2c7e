import { startInProcess } from '../../support/in-process.js';

describe('the cache of scripts', () => {
  test('knows a script by its digest, in any case, after EVAL or SCRIPT LOAD', () => {
    const client = startInProcess().connect();
    const sha = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';
    expect(client.error('EVALSHA', sha, 0)).toMatch(/^NOSCRIPT/);
    client.call('EVAL', 'return 1', 0);
    expect(client.call('EVALSHA', sha.toUpperCase(), 0)).toBe(1);
    client.call('SCRIPT', 'FLUSH');
    expect(client.error('EVALSHA', sha, 0)).toMatch(/^NOSCRIPT/);
    expect(client.call('SCRIPT', 'LOAD', 'return 1')).toBe(sha);
    expect(client.call('EVALSHA', sha, 0)).toBe(1);
  });

  test('forgets what came by EVAL and is not used, and nothing that was loaded', () => {
    const { connect, server } = startInProcess();
    const client = connect();
    const loaded = client.call('SCRIPT', 'LOAD', 'return 1');
    for (let i = 0; i < 2000; i++) {
      expect(client.call('EVAL', `return ${i}`, 0)).toBe(i);
      expect(client.call('EVAL', 'return "often"', 0)).toBe('often');
    }
    expect(server.facilities.scripts.count).toBe(501);
    expect(client.call('SCRIPT', 'EXISTS', String(loaded))).toEqual([1]);
    expect(client.call('EVAL', 'return 1', 0)).toBe(1);
  });

  test('holds no script that does not compile', () => {
    const { connect, server } = startInProcess();
    const client = connect();
    expect(client.error('EVAL', 'return (', 0)).toBe(
      "ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
    );
    expect(server.facilities.scripts.count).toBe(0);
  });
});

describe('memory that is full', () => {
  test('is no matter to a script that may use more', () => {
    const client = startInProcess().connect();
    client.call('SET', 'a', 1);
    client.call('CONFIG', 'SET', 'maxmemory', 1);
    expect(client.error('EVAL', "redis.call('SET', 'b', 1)", 0)).toMatch(/^OOM command not allowed/);
    expect(client.error('EVAL', '#!lua\nreturn 1', 0)).toMatch(/^OOM command not allowed/);
    expect(client.call('EVAL', "#!lua flags=allow-oom\nreturn redis.call('SET', 'b', 1)", 0)).toBe('OK');
    expect(client.call('EVAL', "return redis.call('GET', 'b')", 0)).toBe('1');
  });
});
