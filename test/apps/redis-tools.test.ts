/** redis-cli as a client: what its users type, and what they then see. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { describeWith } from '../support/requires.js';

const run = promisify(execFile);
const runTimeoutMs = 60_000;

describeWith('redis-benchmark', 'redis-cli', () => {
  let nearkey: Nearkey;
  let client: Redis;

  beforeAll(async () => {
    nearkey = await startNearkey();
    client = new Redis({ port: nearkey.port });
    for (let i = 0; i < 300; i++) await client.set(`string:${i}`, 'x'.repeat(i));
    await client.hset('hash:1', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, `${i}`])));
    await client.rpush('list:1', ...Array.from({ length: 5 }, (_, i) => `${i}`));
    await client.sadd('set:1', ...Array.from({ length: 6 }, (_, i) => `m${i}`));
    await client.zadd('zset:1', ...Array.from({ length: 8 }, (_, i) => [i, `m${i}`]).flat());
    for (let i = 1; i <= 7; i++) await client.xadd('stream:1', `${i}-0`, 'f', 'v');
  });

  afterAll(async () => {
    client?.disconnect();
    await nearkey?.stop();
  });

  const cli = async (...args: string[]): Promise<string> =>
    (await run('redis-cli', ['-p', String(nearkey.port), ...args], { timeout: runTimeoutMs })).stdout;

  test('redis-cli --scan lists every key once, by pattern', async () => {
    const keys = (await cli('--scan', '--pattern', 'string:*')).trim().split('\n');
    expect(new Set(keys)).toEqual(new Set(Array.from({ length: 300 }, (_, i) => `string:${i}`)));
    expect(keys.length).toBe(300);
  });

  test('redis-cli --bigkeys finds the largest key of each type', async () => {
    const report = await cli('--bigkeys');
    expect(report).toContain('Biggest string found \'"string:299"\' has 299 bytes');
    expect(report).toContain('Biggest   hash found \'"hash:1"\' has 40 fields');
    expect(report).toContain('Biggest   list found \'"list:1"\' has 5 items');
    expect(report).toContain('Biggest    set found \'"set:1"\' has 6 members');
    expect(report).toContain('Biggest   zset found \'"zset:1"\' has 8 members');
    expect(report).toContain('Biggest stream found \'"stream:1"\' has 7 entries');
  });

  test('redis-cli --memkeys sums up what keys cost', async () => {
    expect(await cli('--memkeys')).toMatch(/Biggest string found '"string:\d+"' has \d+ bytes/);
  });

  test('redis-cli --latency measures until it is told to stop', async () => {
    const child = spawn('redis-cli', ['-p', String(nearkey.port), '--raw', '--latency'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    child.kill();
    await once(child, 'exit');
    expect(String(line)).toMatch(/^\d+ \d+ [\d.]+ \d+/);
  });

  test('redis-cli --pipe loads commands in the protocol, and counts replies', async () => {
    const child = spawn('redis-cli', ['-p', String(nearkey.port), '--pipe'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    for (let i = 0; i < 20_000; i++)
      child.stdin.write(`*3\r\n$3\r\nSET\r\n$${`piped:${i}`.length}\r\npiped:${i}\r\n$1\r\nv\r\n`);
    child.stdin.end('*2\r\n$4\r\nINCR\r\n$8\r\nstring:1\r\n');
    await once(child, 'close');
    expect(output).toContain('errors: 1, replies: 20001');
    expect(await client.exists('piped:0', 'piped:19999')).toBe(2);
    await client.flushall();
  });

  test('redis-cli formats replies of RESP2 and RESP3, and errors', async () => {
    await cli('HSET', 'h', 'f', 'v', 'g', 'w');
    expect(await cli('--no-raw', '-3', 'HGETALL', 'h')).toBe('1# "f" => "v"\n2# "g" => "w"\n');
    expect(await cli('--json', 'HGETALL', 'h')).toBe('{"f":"v","g":"w"}\n');
    expect((await cli('INCR', 'h')).trim()).toMatch(/^WRONGTYPE/);
    expect(await cli('--csv', 'HMGET', 'h', 'f', 'none')).toBe('"v",NULL\n');
  });
});
