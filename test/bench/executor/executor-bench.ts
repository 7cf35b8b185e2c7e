/** `npm run bench -- executor`: nanoseconds a command of every family, in a process of its own without sockets. */
import { fork } from 'node:child_process';
import { nodeOptions } from '../../support/nearkey.js';
import { writeCoreSections } from '../core-page.js';
import { machineLines } from '../machine.js';
import { table } from '../markdown.js';
import { median, spread } from '../statistics.js';
import type { ExecutorMeasured, ExecutorOptions } from './executor-run.js';
import { FAMILIES } from './families.js';

export async function benchExecutor(options: ExecutorOptions & { readonly write: boolean }): Promise<void> {
  const { rounds, seed, only, write } = options;
  const measured = await measureInProcess({ rounds, seed, only });
  writeCoreSections(new Map([['executor', section(measured, machineLines({ rounds, seed }))]]), write);
}

function measureInProcess(options: ExecutorOptions): Promise<readonly ExecutorMeasured[]> {
  const child = fork(new URL('./executor-process.js', import.meta.url), [], { execArgv: [...nodeOptions] });
  return new Promise((resolve, reject) => {
    let result: readonly ExecutorMeasured[] | undefined;
    child.once('message', (message: readonly ExecutorMeasured[]) => {
      result = message;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result === undefined) reject(new Error(`the run ended with code ${code} and no result`));
      else resolve(result);
    });
    child.send(options);
  });
}

function section(measured: readonly ExecutorMeasured[], machine: readonly string[]): string {
  const rows = measured.map(({ family: name, costs }) => {
    const family = FAMILIES.find((each) => each.name === name);
    const { median: middle, min, max } = spread(costs.map(({ meanNs }) => meanNs));
    return [
      name,
      family?.on ?? '',
      `**${middle.toFixed(0)}**`,
      `${min.toFixed(0)} to ${max.toFixed(0)}`,
      median(costs.map(({ calmNs }) => calmNs)).toFixed(0),
      String(family?.barNs ?? ''),
    ];
  });
  return [
    machine.join('; '),
    `From frame to reply in one process without sockets: batches of what 50 clients send at -P 16, to random keys, 64-byte values; all
families on the same server, one after the other, in rounds after one that only compiles. Calm: the batch that only a tenth of the others
were faster than, which a busy machine disturbs least.`,
    table(['command', 'on', 'ns a command, median', 'min to max', 'calm', 'asked'], rows),
  ].join('\n\n');
}
