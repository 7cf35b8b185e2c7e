/** `npm run bench -- wire`: the front end beside redis-server, hostile clients, and what dropped connections leave behind. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../../support/requires.js';
import { machineLines, redisVersion } from '../machine.js';
import { pinServer } from '../redis-benchmark.js';
import { nearkey, redisServer, type Subject, type SubjectKind } from '../subject.js';
import { measureBystander, measureHostile } from './hostile.js';
import { measureLeaks } from './leaks.js';
import { hostileSection, leaksSection, type Section, throughputSection, wirePage } from './report.js';
import { measureWire } from './throughput.js';

const REPORT_PATH = fileURLToPath(new URL('../../../../docs/benchmarks-wire.md', import.meta.url));
const HOSTILE_ROUNDS_MAX = 2;

export interface WireOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly write: boolean;
  readonly parts: readonly Section[];
  /** How long connections are opened and dropped. */
  readonly seconds: number;
}

export async function benchWire(options: WireOptions): Promise<void> {
  for (const program of ['redis-server', 'redis-benchmark', 'taskset'] as const) {
    if (!isInstalled(program)) {
      throw new Error(`this needs ${program}: apt-get install redis-server redis-tools util-linux`);
    }
  }
  const sections = new Map<Section, string>();
  for (const part of options.parts) sections.set(part, await measure(part, options));
  const page = wirePage(existsSync(REPORT_PATH) ? readFileSync(REPORT_PATH, 'utf8') : '', sections);
  process.stdout.write(`\n${[...sections.values()].join('\n\n')}\n`);
  if (options.write) writeFileSync(REPORT_PATH, page);
}

const native = nearkey('nearkey', { args: ['--transport', 'native'] });
const net = nearkey('nearkey on net', { args: ['--transport', 'net'] });

async function measure(part: Section, { rounds, seed, seconds }: WireOptions): Promise<string> {
  const machine = [...machineLines({ seed, rounds }), `redis-server: ${redisVersion()}`];
  if (part === 'leaks' || part === 'leaks-net') {
    const kind = nearkey(part === 'leaks' ? native.name : net.name, {
      args: ['--transport', part === 'leaks' ? 'native' : 'net'],
      nodeOptions: ['--expose-gc'],
    });
    return leaksSection([await measureLeaks(kind, seconds, seed)], machine);
  }
  if (part === 'hostile') {
    const measured = [];
    for (let round = 0; round < Math.min(rounds, HOSTILE_ROUNDS_MAX); round++) {
      for (const kind of [redisServer, native, net]) measured.push(await measureHostile(kind));
      measured.push(await measureBystander(redisServer, native, 'a redis-server that nobody attacks'));
    }
    return hostileSection(measured, machine);
  }
  return onFreshServers([redisServer, native], async (subjects) => {
    await Promise.all(subjects.map(pinServer));
    const rows = await measureWire(subjects, part, rounds, seed, (line) => process.stderr.write(`${line}\n`));
    return throughputSection(rows, machine, redisServer.name, [native.name]);
  });
}

async function onFreshServers<T>(
  kinds: readonly SubjectKind[],
  measured: (subjects: readonly Subject[]) => Promise<T>,
): Promise<T> {
  const subjects: Subject[] = [];
  try {
    for (const kind of kinds) subjects.push(await kind.start());
    return await measured(subjects);
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}
