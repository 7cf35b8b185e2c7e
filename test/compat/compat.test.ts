/** Every compat script, in RESP2 and RESP3, against Nearkey and the oracle. */
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { describeWith } from '../support/requires.js';
import { groups } from './groups.js';
import { runScript, tell } from './run-script.js';
import { type Subject, startSubject, subjectIsRedis } from './subject.js';

describeWith('redis-server', 'Nearkey answers what redis-server answers', () => {
  let theirs: RedisOracle;
  let ours: Subject;

  beforeAll(async () => {
    theirs = await startRedis();
    ours = await startSubject();
  });

  afterAll(async () => {
    await ours?.stop();
    await theirs?.stop();
  });

  for (const [group, scripts] of Object.entries(groups)) {
    if (group === 'extension' && subjectIsRedis) continue;
    describe(group, () => {
      for (const script of scripts) {
        for (const protocol of script.protocols) {
          test(`${script.name} (RESP${protocol})`, async () => {
            const difference = await runScript(script, protocol, { ours: ours.port, theirs: theirs.port });
            if (difference !== null) throw new Error(tell(difference));
          });
        }
      }
    });
  }
});
