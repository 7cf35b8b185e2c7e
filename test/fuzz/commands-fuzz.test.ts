/** A short run of the command fuzzer, and proof that it would notice. `npm run fuzz` draws new seeds. */

import { type Subject, startSubject } from '../compat/subject.js';
import { startAlteringProxy } from '../support/altering-proxy.js';
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { describeWith } from '../support/requires.js';
import { fuzz } from './fuzz-run.js';

const commands = 20_000;

describeWith('redis-server', 'random commands', () => {
  let redis: RedisOracle;
  let subject: Subject;

  beforeAll(async () => {
    redis = await startRedis();
    subject = await startSubject();
  });

  afterAll(async () => {
    await subject?.stop();
    await redis?.stop();
  });

  test('are answered by Nearkey as by redis-server', async () => {
    const seed = Number(process.env.NEARKEY_FUZZ_SEED ?? 1);
    process.stderr.write(`fuzz: seed ${seed}, ${commands} commands\n`);
    const report = await fuzz({ seed, commands, ports: { ours: subject.port, theirs: redis.port } });
    if (report.difference !== null) throw new Error(report.difference);
    expect(report.commandsRun).toBeGreaterThanOrEqual(commands);
  }, 180_000);

  test('are found answered wrongly when one reply in thousands is altered', async () => {
    const proxy = await startAlteringProxy(redis.port, (chunk) =>
      Buffer.from(chunk.toString('latin1').replace('$8\r\nlistpack', '$8\r\nlistpuck'), 'latin1'),
    );
    const second = await startRedis();
    try {
      const report = await fuzz({ seed: 1, commands, ports: { ours: proxy.port, theirs: second.port } });
      expect(report.difference).toContain('seed 1');
    } finally {
      await proxy.stop();
      await second.stop();
    }
  });
});
