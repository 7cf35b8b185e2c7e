/**
 * `npm run fuzz -- --seed=1 --commands=200000`: random commands against Nearkey and redis-server. Without a seed one is
 * drawn and printed. `--subject=redis` puts a second redis-server in Nearkey's place, to test the fuzzer itself.
 */
import { parseArgs } from 'node:util';
import { startNearkey } from '../support/nearkey.js';
import { startRedis } from '../support/redis-oracle.js';
import { fuzz } from './fuzz-run.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    commands: { type: 'string', default: '200000' },
    subject: { type: 'string', default: 'nearkey' },
  },
});
const seed = Number(values.seed);
const commands = Number(values.commands);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(commands) || commands < 1) {
  process.stderr.write(`--seed and --commands are whole numbers, received ${values.seed} and ${values.commands}\n`);
  process.exit(2);
}

const theirs = await startRedis();
const ours = await (values.subject === 'redis' ? startRedis() : startNearkey());
try {
  process.stdout.write(`fuzz: seed ${seed}, ${commands} commands\n`);
  const startMs = Date.now();
  const report = await fuzz({ seed, commands, ports: { ours: ours.port, theirs: theirs.port } });
  const seconds = ((Date.now() - startMs) / 1_000).toFixed(1);
  process.stdout.write(
    `fuzz: ${report.commandsRun} commands in ${seconds} s, ${report.difference ?? '0 differences'}\n`,
  );
  process.exitCode = report.difference === null ? 0 : 1;
} finally {
  await ours.stop();
  await theirs.stop();
}
