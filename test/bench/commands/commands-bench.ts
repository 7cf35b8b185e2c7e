/** `npm run bench -- commands`: throughput, memory and pauses of the core, beside redis-server in the same run. */
import { cpus } from 'node:os';
import { isInstalled } from '../../support/requires.js';
import { writeCoreSections } from '../core-page.js';
import { machineLines, redisVersion } from '../machine.js';
import { pinServer } from '../redis-benchmark.js';
import { nearkey, redisServer, type Subject, type SubjectKind } from '../subject.js';
import { type MemoryMeasured, measureMemory, memoryCases } from './memory.js';
import { measurePauses, type PausesMeasured } from './pauses.js';
import { coreSections } from './report.js';
import { type Measured, measureThroughput } from './throughput.js';

const PAUSE_KEYS = 1_000_000;
const PAUSE_KEYS_QUICK = 200_000;
const FRESH_STARTS_MAX = 3;

export type Part = 'throughput' | 'memory' | 'pauses';

export interface CommandsOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly write: boolean;
  readonly parts: readonly Part[];
  /** `server/dist/main.js` of another build, measured beside this one. */
  readonly against: string | undefined;
}

export async function benchCommands(options: CommandsOptions): Promise<void> {
  for (const program of ['redis-server', 'redis-benchmark', 'taskset'] as const) {
    if (!isInstalled(program)) {
      throw new Error(`this needs ${program}: apt-get install redis-server redis-tools util-linux`);
    }
  }
  if (cpus().length < 2) throw new Error('this needs two cores: one for the server and one for the load');
  const { parts, seed, rounds } = options;
  const compared = [nearkey('nearkey')];
  if (options.against !== undefined) compared.push(nearkey('nearkey (other build)', { mainPath: options.against }));
  const kinds = [redisServer, ...compared];
  const sections = coreSections({
    machine: [...machineLines({ seed, rounds }), `redis-server: ${redisVersion()}`],
    reference: redisServer.name,
    subjects: compared.map(({ name }) => name),
    throughput: parts.includes('throughput') ? await throughput(kinds, options) : [],
    memory: parts.includes('memory') ? await memory(kinds, options) : [],
    pauses: parts.includes('pauses') ? await pauses(kinds, options) : [],
  });
  writeCoreSections(sections, options.write);
}

async function throughput(kinds: readonly SubjectKind[], options: CommandsOptions): Promise<readonly Measured[]> {
  const subjects: Subject[] = [];
  try {
    for (const kind of kinds) subjects.push(await kind.start());
    await Promise.all(subjects.map(pinServer));
    return await measureThroughput(subjects, { ...options, onProgress: progress });
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}

async function memory(kinds: readonly SubjectKind[], options: CommandsOptions): Promise<MemoryMeasured[]> {
  const measured: MemoryMeasured[] = [];
  for (const memoryCase of memoryCases(options.quick, options.seed)) {
    for (let start = 0; start < Math.min(options.rounds, FRESH_STARTS_MAX); start++) {
      for (const kind of kinds) measured.push(await measureMemory(kind, memoryCase));
    }
    progress(`memory: ${memoryCase.title}`);
  }
  return measured;
}

async function pauses(kinds: readonly SubjectKind[], options: CommandsOptions): Promise<PausesMeasured[]> {
  const measured: PausesMeasured[] = [];
  const keys = options.quick ? PAUSE_KEYS_QUICK : PAUSE_KEYS;
  for (let start = 0; start < Math.min(options.rounds, FRESH_STARTS_MAX); start++) {
    for (const kind of kinds) {
      measured.push(await measurePauses(kind, keys, options.seed));
      progress(`pauses: ${kind.name}`);
    }
  }
  return measured;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
