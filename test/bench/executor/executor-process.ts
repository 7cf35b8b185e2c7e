/**
 * The process of a run: options come from its parent, the figures go back. By hand, for a profiler:
 * `node --cpu-prof test/dist/bench/executor/executor-process.js SET,INCR`.
 */
import { type ExecutorOptions, measureExecutor } from './executor-run.js';

const [names] = process.argv.slice(2);
if (names === undefined) {
  process.once('message', (options: ExecutorOptions) => {
    // Not at once: the channel that hands this message over must be there when the handler returns.
    process.send?.(measureExecutor(options), () => process.disconnect());
  });
} else {
  const only = names.split(',').filter((name) => name !== 'all');
  for (const { family, costs } of measureExecutor({ rounds: 5, seed: 1, only })) {
    process.stdout.write(`${family.padEnd(16)} ${costs.map(({ calmNs }) => calmNs.toFixed(0).padStart(6)).join('')}\n`);
  }
}
