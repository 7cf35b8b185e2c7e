/** A short run of random access rules, and proof that a wrong answer would be found. */
import { type Subject, startSubject } from '../compat/subject.js';
import { startAlteringProxy } from '../support/altering-proxy.js';
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { describeWith } from '../support/requires.js';
import { aclFuzz } from './acl-fuzz.js';

const changes = 1500;

describeWith('redis-server', 'random access rules', () => {
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

  test('make the same users, who may do the same, in Nearkey and in redis-server', async () => {
    const seed = Number(process.env.NEARKEY_FUZZ_SEED ?? 1);
    process.stderr.write(`access fuzz: seed ${seed}, ${changes} changes\n`);
    expect(await aclFuzz({ seed, changes, ports: { ours: subject.port, theirs: redis.port } })).toBeNull();
  }, 120_000);

  test('are found answered wrongly when one pattern reads another way', async () => {
    const proxy = await startAlteringProxy(redis.port, (chunk) =>
      Buffer.from(chunk.toString('latin1').replace('%R~ab', '%W~ab'), 'latin1'),
    );
    const second = await startRedis();
    try {
      const found = await aclFuzz({ seed: 1, changes, ports: { ours: proxy.port, theirs: second.port } });
      expect(found).toContain('seed 1');
    } finally {
      await proxy.stop();
      await second.stop();
    }
  });
});
