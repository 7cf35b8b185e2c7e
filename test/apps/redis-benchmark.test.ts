/** redis-benchmark with its default list of tests, as its users run it first. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { describeWith, pathOf } from '../support/requires.js';

const run = promisify(execFile);
const runTimeoutMs = 120_000;

describeWith('redis-benchmark', 'redis-benchmark', () => {
  let nearkey: Nearkey;

  beforeAll(async () => {
    nearkey = await startNearkey({ args: ['--no-http'] });
  });

  afterAll(async () => {
    await nearkey?.stop();
  });

  test('redis-benchmark runs its default tests without an error', async () => {
    const args = ['-p', String(nearkey.port), '-n', '2000', '-c', '10', '-P', '4', '--csv'];
    const { stdout, stderr } = await run(pathOf('redis-benchmark'), args, { timeout: runTimeoutMs });
    expect(`${stdout}${stderr}`).not.toMatch(/error/i);
    const names = stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('"')[1]);
    expect(names).toEqual([
      ...['PING_INLINE', 'PING_MBULK', 'SET', 'GET', 'INCR', 'LPUSH', 'RPUSH', 'LPOP', 'RPOP', 'SADD', 'HSET', 'SPOP'],
      ...['ZADD', 'ZPOPMIN', 'LPUSH (needed to benchmark LRANGE)', 'LRANGE_100 (first 100 elements)'],
      ...['LRANGE_300 (first 300 elements)', 'LRANGE_500 (first 500 elements)', 'LRANGE_600 (first 600 elements)'],
      'MSET (10 keys)',
    ]);
  });
});
