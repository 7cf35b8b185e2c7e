/** `npm run bench -- storage`: what each way of holding a keyspace of strings costs (docs/decisions/0001). */
import { fork } from 'node:child_process';
import { machineLines } from '../machine.js';
import { percent, table } from '../markdown.js';
import { median } from '../statistics.js';
import { KEY_BYTES, type Pauses, type TrialOptions, type TrialResult, VALUE_BYTES } from './store-trial.js';
import { type StoreName, storeNames } from './string-store.js';

export interface StorageOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly seed: number;
}

export async function benchStorage({ rounds, quick, seed }: StorageOptions): Promise<void> {
  const options = { keys: quick ? 200_000 : 1_000_000, overwriteMs: quick ? 2000 : 10_000, seed };
  const results = new Map(storeNames.map((name): [StoreName, TrialResult[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of storeNames) results.get(name)?.push(await trial(name, options));
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  const head = [
    'held as',
    'RSS bytes a key',
    'SET new ns',
    'GET ns',
    'SET over ns',
    'DEL ns',
    'load: worst GC / loop ms, GC share',
    'overwrite: worst GC / loop ms, GC share',
    'RSS after overwrites',
  ];
  process.stdout.write(
    `${[
      machineLines({ seed, rounds }).join('\n'),
      `${options.keys.toLocaleString('en')} keys of ${KEY_BYTES} bytes, values of ${VALUE_BYTES} bytes, ${options.overwriteMs / 1000} s of overwrites; medians`,
      table(head, [...results].map(row)),
    ].join('\n\n')}\n`,
  );
}

function trial(name: StoreName, options: TrialOptions): Promise<TrialResult> {
  const child = fork(new URL('./store-trial-process.js', import.meta.url), [], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    let result: TrialResult | undefined;
    child.once('message', (message: TrialResult) => {
      result = message;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result === undefined) reject(new Error(`the trial of ${name} ended with code ${code} and no result`));
      else resolve(result);
    });
    child.send({ name, options });
  });
}

function row([name, results]: [StoreName, readonly TrialResult[]]): string[] {
  const of = (choose: (result: TrialResult) => number): number => median(results.map(choose));
  return [
    name,
    of(({ rssBytesPerKey }) => rssBytesPerKey).toFixed(0),
    of(({ loadNs }) => loadNs).toFixed(0),
    of(({ getNs }) => getNs).toFixed(0),
    of(({ overwriteNs }) => overwriteNs).toFixed(0),
    of(({ deleteNs }) => deleteNs).toFixed(0),
    pauses(results.map(({ loading }) => loading)),
    pauses(results.map(({ overwriting }) => overwriting)),
    percent(of(({ rssGrowth }) => rssGrowth)),
  ];
}

function pauses(samples: readonly Pauses[]): string {
  const gcMaxMs = median(samples.map((sample) => sample.gcMaxMs));
  const loopMaxMs = median(samples.map((sample) => sample.loopMaxMs));
  const gcShare = median(samples.map((sample) => sample.gcShare));
  return `${gcMaxMs.toFixed(1)} / ${loopMaxMs.toFixed(1)}, ${percent(gcShare)}`;
}
