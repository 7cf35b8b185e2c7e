/**
 * `npm run bench -- commands [--rounds=5] [--quick] [--seed=1] [--parts=throughput,memory,pauses] [--against=main.js] [--write]`
 * `npm run bench -- wire [--rounds=5] [--seed=1] [--parts=strings,types,pipelined,clients,sizes,hostile,leaks,leaks-net] [--seconds=120] [--write]`
 * `npm run bench -- executor [--rounds=5] [--seed=1] [--only=SET,INCR] [--write]`
 * `npm run bench -- storage [--rounds=5] [--seed=1] [--quick]`
 * `npm run bench -- vectors --data=FOLDER [--rounds=5] [--seed=1] [--parts=build,search,filters,churn,load,wire,scale,restart] [--seconds=120] [--write]`
 * `npm run bench -- quality --data=FOLDER [--rounds=10] [--seed=1] [--parts=clinc150,banking77,traps,costs] [--write]`
 * `npm run bench -- features [--feast=FOLDER] [--rounds=5] [--write]`
 * `npm run bench -- gateway [--rounds=5]`
 * `npm run bench -- embedding [--rounds=5] [--seed=1] [--write]`
 * `npm run bench -- search [--rounds=5] [--seed=1] [--documents=1000000] [--write]`
 *
 * Benchmarks are scripts, not tests: they take minutes, need a machine to themselves, and assert nothing.
 */
import { parseArgs } from 'node:util';
import { benchCommands, type Part } from './commands/commands-bench.js';
import { benchEmbedding } from './embedding/embedding-bench.js';
import { benchExecutor } from './executor/executor-bench.js';
import { benchFeatures } from './features/features-bench.js';
import { benchGateway } from './gateway/gateway-bench.js';
import { benchQuality, QUALITY_PARTS } from './quality/quality-bench.js';
import { benchSearch } from './search/search-bench.js';
import { benchStorage } from './storage/storage-bench.js';
import { benchVectors, SCALE_PARTS, VECTORS_PARTS } from './vectors/vectors-bench.js';
import { SECTIONS } from './wire/report.js';
import { benchWire } from './wire/wire-bench.js';

const PARTS: readonly Part[] = ['throughput', 'memory', 'pauses'];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      parts: { type: 'string', default: '' },
      seconds: { type: 'string', default: '120' },
      documents: { type: 'string', default: '1000000' },
      against: { type: 'string' },
      data: { type: 'string', default: '' },
      feast: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const { quick, write, against } = values;
  const seed = wholeNumber('seed', values.seed);
  const chosen = <T extends string>(parts: readonly T[]): readonly T[] =>
    values.parts === '' ? parts : parts.filter((part) => values.parts.split(',').includes(part));
  const rounds = wholeNumber('rounds', values.rounds ?? (quick ? '1' : '5'));
  switch (positionals[0]) {
    case 'commands':
      return benchCommands({ rounds, seed, quick, write, parts: chosen(PARTS), against });
    case 'wire':
      return benchWire({
        rounds,
        seed,
        write,
        parts: chosen(SECTIONS),
        seconds: wholeNumber('seconds', values.seconds),
      });
    case 'executor':
      return benchExecutor({ rounds, seed, write, only: values.only === '' ? [] : values.only.split(',') });
    case 'embedding':
      return benchEmbedding({ rounds, seed, write });
    case 'features':
      return benchFeatures({ rounds, seed, write, feast: values.feast });
    case 'gateway':
      return benchGateway({ rounds });
    case 'search':
      return benchSearch({ rounds, seed, write, documents: wholeNumber('documents', values.documents) });
    case 'storage':
      return benchStorage({ rounds, seed, quick });
    case 'vectors':
      return benchVectors({
        rounds,
        seed,
        write,
        data: values.data,
        parts: values.parts === '' ? VECTORS_PARTS : chosen([...VECTORS_PARTS, ...SCALE_PARTS]),
        seconds: wholeNumber('seconds', values.seconds),
      });
    case 'quality':
      return benchQuality({ rounds, seed, write, data: values.data, parts: chosen(QUALITY_PARTS) });
    default:
      throw new Error('name a benchmark: commands, wire, executor, storage, vectors, search, embedding or quality');
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${option} is a whole number of at least 1: ${text}`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
