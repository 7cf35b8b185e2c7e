/**
 * `npm run bench -- vectors`: the engine beside hnswlib-node, its state after every vector was replaced, and what is left of it over
 * the wire. Each part takes some minutes by itself and writes a section of its own.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeIndex } from '#index/vector/native.js';
import { Random } from '../../index/random.js';
import { machineLines } from '../machine.js';
import { mebibytes, percent, table } from '../markdown.js';
import type { PingLatency } from '../ping-probe.js';
import { rssBytes } from '../process-usage.js';
import { median } from '../statistics.js';
import { nearkey, onFreshServer, type Subject } from '../subject.js';
import {
  buildOn,
  loadChurned,
  loadHnswlib,
  loadNative,
  readNative,
  requireBuilt,
  saveChurned,
  writeNative,
} from './built-indexes.js';
import { type DataSet, readDataSet } from './data-set.js';
import { addon, atRecall, curves, emptyNative, hnswSearches, measure, nativeSearches, type Point } from './engines.js';
import { withSection } from './report.js';
import type { SearchFigures } from './search-client.js';
import type { TrialOrder } from './search-trial.js';
import { loadSet, probeWhile, ratesTogether, recallOf, searchLoad } from './served-set.js';

export interface VectorsOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly write: boolean;
  /** A folder of a data set. */
  readonly data: string;
  readonly parts: readonly VectorsPart[];
  /** How long a run builds. */
  readonly seconds: number;
}

const EFS = [16, 24, 32, 48, 64, 128];
const RECALLS = [0.95, 0.98];
/** Of the searches over the wire. */
const WIRE_EFS = [32, 64];
const WIRE_CLIENTS = 16;
const WIRE_SECONDS = 3;
const SCALE_EFS = [64, 128];
const PAGE = 'docs/benchmarks-vectors.md';
/** Queries of hnswlib-node behind a filter: each takes some 30 ms at 1 %. */
const SLOW_QUERIES = 100;
const CHURN_ROUNDS = 3;
const CHURN_EF = 64;

type Measured = string | undefined;
type Part = (set: DataSet, options: VectorsOptions) => Measured | Promise<Measured>;

/** What each part measures; undefined when it is not done yet. */
const PARTS = {
  build: measureBuild,
  search: measureSearch,
  filters: measureFilters,
  churn: measureChurn,
  load: measureLoad,
  wire: measureWire,
  scale: measureScale,
  restart: measureRestart,
} as const satisfies Readonly<Record<string, Part>>;

export type VectorsPart = keyof typeof PARTS;

export const VECTORS_PARTS: readonly VectorsPart[] = ['build', 'search', 'filters', 'churn', 'load', 'wire'];
/** For the largest data set alone: they take longer than all of the others. */
export const SCALE_PARTS: readonly VectorsPart[] = ['scale', 'restart'];

export async function benchVectors(options: VectorsOptions): Promise<void> {
  const set = readDataSet(options.data);
  for (const part of options.parts) {
    const measured = await PARTS[part](set, options);
    if (measured === undefined) continue;
    const machine = machineLines(options)
      .concat(`kernels: ${addon().kernels().at(-1)}`)
      .join('; ');
    const title = `${set.documents} x ${set.dim}: ${part}`;
    process.stdout.write(`\n## ${title}\n\n${machine}\n\n${measured}\n`);
    const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
    if (options.write) writeFileSync(PAGE, withSection(page, title, `${machine}\n\n${measured}`));
  }
}

function measureBuild(set: DataSet, { data, seed, seconds }: VectorsOptions): Measured {
  const { built, nativeMs, hnswMs } = buildOn(data, set, seed, seconds);
  if (built < set.documents) {
    process.stdout.write(`${built} of ${set.documents} built: run it again to go on\n`);
    return undefined;
  }
  const [native, hnsw] = [nativeMs, hnswMs].map((ms) => (built * 1000) / ms);
  const ratio = (hnswMs / nativeMs).toFixed(1);
  return table(
    ['vectors/s, in slices of 1,000 in turn', 'hnswlib-node', 'native', 'ratio'],
    [['one thread', String(Math.round(hnsw ?? 0)), String(Math.round(native ?? 0)), ratio]],
  );
}

function measureSearch(set: DataSet, { data, seed, rounds }: VectorsOptions): Measured {
  requireBuilt(data, set, seed);
  const before = process.memoryUsage.rss();
  const native = loadNative(data, set, seed);
  const beyond = beyondVectors(set, process.memoryUsage.rss() - before);
  const graph = loadHnswlib(data, set, seed);
  const [ours, theirs] = curves(set, [nativeSearches(native, set), hnswSearches(graph, set)], EFS, rounds);
  const rows = [
    ...EFS.map((ef, at) => [`ef ${ef}`, pointText(theirs?.[at]), pointText(ours?.[at]), '']),
    ...RECALLS.map((recall) => {
      const [a, b] = [atRecall(theirs ?? [], recall), atRecall(ours ?? [], recall)];
      return [`queries/s at recall ${recall}`, a.toFixed(0), b.toFixed(0), (b / a).toFixed(1)];
    }),
    ['resident beyond the vectors', '', `${beyond.toFixed(3)} x`, ''],
    ['counted beyond the vectors', '', `${beyondVectors(set, native.memoryBytes).toFixed(3)} x`, ''],
  ];
  return table(['one thread', 'hnswlib-node', 'native', 'ratio'], rows);
}

function measureFilters(set: DataSet, { data, seed }: VectorsOptions): Measured {
  requireBuilt(data, set, seed);
  const ours = nativeSearches(loadNative(data, set, seed), set);
  const theirs = hnswSearches(loadHnswlib(data, set, seed), set);
  const rows = (['p1', 'p10', 'p50'] as const).map((filter) => {
    const slow = measure(set, theirs, 64, filter, Math.min(SLOW_QUERIES, set.queries));
    const fast = measure(set, ours, 64, filter);
    return [`${filter}, ef 64`, pointText(slow), pointText(fast), (fast.perSecond / slow.perSecond).toFixed(1)];
  });
  return table(['part that passes', 'hnswlib-node', 'native', 'ratio'], rows);
}

/** The graph as it was built beside the one in which every vector was replaced, again and again: a run replaces them once. */
function measureChurn(set: DataSet, { data, seed, rounds }: VectorsOptions): Measured {
  requireBuilt(data, set, seed);
  const before = process.memoryUsage.rss();
  let { index: churned, replaced, grown } = loadChurned(data, set, seed);
  const loaded = process.memoryUsage.rss() - before;
  if (replaced < CHURN_ROUNDS) {
    replaceAll(set, churned, new Random(seed + replaced));
    replaced++;
    grown *= (process.memoryUsage.rss() - before) / loaded;
    saveChurned(data, churned, { seed, replaced, grown });
  }
  if (replaced < CHURN_ROUNDS) {
    process.stdout.write(`all vectors replaced ${replaced} of ${CHURN_ROUNDS} times: run it again to go on\n`);
    return undefined;
  }
  // Both as they were read: what a graph costs to walk depends on where its parts lie, too.
  churned = loadChurned(data, set, seed).index;
  const engines = [loadNative(data, set, seed), churned].map((index) => nativeSearches(index, set));
  const [asBuilt, after] = curves(set, engines, [CHURN_EF], Math.max(rounds, 5)).map((points) => points[0]);
  const ratio = (after?.perSecond ?? 0) / (asBuilt?.perSecond ?? 1);
  return table(
    [`ef ${CHURN_EF}`, 'as built', `after ${CHURN_ROUNDS} replacements of all`, 'difference or ratio'],
    [
      ['recall', recallText(asBuilt), recallText(after), ((after?.recall ?? 0) - (asBuilt?.recall ?? 0)).toFixed(4)],
      ['queries/s', rateText(asBuilt), rateText(after), ratio.toFixed(2)],
      ['resident, growth of each replacement multiplied', '', '', grown.toFixed(2)],
    ],
  );
}

/** In a random order. */
function replaceAll(set: DataSet, index: NativeIndex, random: Random): void {
  const ids = Uint32Array.from({ length: set.documents }, (_, id) => id);
  for (let left = ids.length; left > 0; left--) {
    const at = random.integer(left);
    const id = ids[at] ?? 0;
    ids[at] = ids[left - 1] ?? 0;
    index.delete(id);
    index.put(id, set.vector(id));
  }
}

/** HSET of vectors, pipelined by one client, beside the same index filled in this process on as many threads. */
async function measureLoad(set: DataSet, { seed }: VectorsOptions): Promise<Measured> {
  const index = emptyNative(set, seed, availableParallelism());
  const startedAtMs = performance.now();
  for (let id = 0; id < set.documents; id++) index.put(id, set.vector(id));
  index.settle();
  const inProcess = (set.documents * 1000) / (performance.now() - startedAtMs);
  index.close();
  const overWire = set.documents / (await onFreshServer(server, (subject) => loadSet(subject, set)));
  return table(
    ['vectors/s', 'in process', 'HSET by one client', 'ratio'],
    [
      [
        'a thread for each core beside the one that puts',
        inProcess.toFixed(0),
        overWire.toFixed(0),
        percent(overWire / inProcess),
      ],
    ],
  );
}

const server = nearkey('nearkey', { args: ['--vector-engine', 'native', '--save', ''] });

async function measureWire(set: DataSet, { data, seed, rounds }: VectorsOptions): Promise<Measured> {
  requireBuilt(data, set, seed);
  const rows = await onFreshServer(server, async (subject) => {
    await loadSet(subject, set);
    const measured: string[][] = [];
    for (const ef of WIRE_EFS) {
      const trials: WireTrial[] = [];
      for (let round = 0; round < rounds; round++) {
        trials.push(await wireTrial(subject, { folder: data, seed, ef, seconds: WIRE_SECONDS }));
      }
      measured.push([`ef ${ef}`, ...wireCells(trials)]);
    }
    return measured;
  });
  const searches = [
    'one thread in process',
    'two at once',
    '16 clients',
    'by one thread',
    'by the two',
    'client us',
    'p50, p99 ms',
  ];
  return [
    `A thread of the engine for each core beside JavaScript's. Each round measures one after the other: a process that searches on one thread; 16 clients of
the server; two such processes at once, which is all that the cores of this machine give, and which server, clients and kernel
share when they are asked. GET is asked by another client once a millisecond, while nothing else happens and during the searches; served is
without what that client itself waited for a core. Beside: the same GET during the searches from another server that nobody else asks, which
is what the machine lets anyone have.
Cells are medians of ${rounds}, ratios of the figures of one round.`,
    table(['', ...searches, 'GET p99 ms idle, busy, ratio', 'served', 'served beside'], rows),
  ].join('\n\n');
}

interface WireTrial {
  readonly alone: number;
  readonly together: number;
  readonly served: SearchFigures;
  readonly idle: PingLatency;
  readonly busy: PingLatency;
  readonly beside: PingLatency;
}

async function wireTrial(subject: Subject, order: TrialOrder): Promise<WireTrial> {
  const { folder, ef, seconds } = order;
  const load = { port: subject.port, folder, ef, clients: WIRE_CLIENTS, warmUpMs: 500, seconds };
  const [alone = 0] = await ratesTogether(order, 1);
  const served = await searchLoad(load);
  const [one = 0, other = 0] = await ratesTogether(order, 2);
  const idle = await probeWhile(subject, sleep(seconds * 1000));
  const busy = await probeWhile(subject, searchLoad(load));
  const beside = await onFreshServer(server, async (calm) => {
    // Until its code is compiled.
    await probeWhile(calm, sleep(seconds * 1000));
    return probeWhile(calm, searchLoad(load));
  });
  return { alone, together: one + other, served, idle, busy, beside };
}

function wireCells(trials: readonly WireTrial[]): string[] {
  const of = (choose: (trial: WireTrial) => number, digits = 0): string => median(trials.map(choose)).toFixed(digits);
  return [
    of(({ alone }) => alone),
    of(({ together }) => together),
    of(({ served }) => served.perSecond),
    percent(median(trials.map(({ served, alone }) => served.perSecond / alone))),
    percent(median(trials.map(({ served, together }) => served.perSecond / together))),
    of(({ served }) => served.clientCpuUs),
    `${of(({ served }) => served.p50Ms, 1)}, ${of(({ served }) => served.p99Ms, 1)}`,
    ...[(ping: PingLatency) => ping.p99Ms, (ping: PingLatency) => ping.servedP99Ms].map(
      (p99) =>
        `${of(({ idle }) => p99(idle), 2)}, ${of(({ busy }) => p99(busy), 2)}, ${of(({ idle, busy }) => p99(busy) / p99(idle), 1)}x`,
    ),
    of(({ beside }) => beside.servedP99Ms, 2),
  ];
}

/** One large data set in a server: loaded by one client, asked by one and by many. */
async function measureScale(set: DataSet, { data, seed }: VectorsOptions): Promise<Measured> {
  const { seconds, resident, answers } = await onFreshServer(server, async (subject) => {
    const seconds = await loadSet(subject, set);
    const resident = rssBytes(subject.pid);
    const answers: string[][] = [];
    for (const ef of SCALE_EFS) {
      const recall = await recallOf(subject, set, ef);
      const load = {
        port: subject.port,
        folder: data,
        ef,
        clients: WIRE_CLIENTS,
        warmUpMs: 500,
        seconds: WIRE_SECONDS,
      };
      const { perSecond, p50Ms, p99Ms } = await searchLoad(load);
      const latency = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
      answers.push([
        `ef ${ef}, ${WIRE_CLIENTS} clients`,
        `recall ${recall.toFixed(3)}, ${perSecond.toFixed(0)}/s, ${latency}`,
      ]);
    }
    return { seconds, resident, answers };
  });
  const rate = (set.documents / seconds).toFixed(0);
  const vectorsBytes = set.documents * set.dim * 4;
  return table(
    ['a server of its own', ''],
    [
      [`HSET by one client, seed ${seed}`, `${seconds.toFixed(0)} s, ${rate} vectors/s`],
      ['resident: documents, index, process', mebibytes(resident)],
      ['the vectors alone', mebibytes(vectorsBytes)],
      ...answers,
    ],
  );
}

/** The engine's index of one data set made, written and read back: what a restart would cost with and without a dump. */
function measureRestart(set: DataSet, { seed }: VectorsOptions): Measured {
  const seconds = (run: () => void): number => {
    const startedAtMs = performance.now();
    run();
    return (performance.now() - startedAtMs) / 1000;
  };
  const index = emptyNative(set, seed, availableParallelism());
  const built = seconds(() => {
    for (let id = 0; id < set.documents; id++) index.put(id, set.vector(id));
    index.settle();
  });
  const folder = mkdtempSync(join(tmpdir(), 'nearkey-bench-'));
  const file = join(folder, 'index.bin');
  const written = seconds(() => writeNative(file, index));
  const bytes = statSync(file).size;
  index.close();
  const again = emptyNative(set, seed);
  const before = process.memoryUsage.rss();
  const read = seconds(() => void readNative(file, again));
  const resident = process.memoryUsage.rss() - before;
  rmSync(folder, { recursive: true });
  const points = SCALE_EFS.map((ef) => measure(set, nativeSearches(again, set), ef, 'all'));
  return table(
    ['in this process', ''],
    [
      ['built, a thread for each core', `${built.toFixed(0)} s, ${(set.documents / built).toFixed(0)} vectors/s`],
      ['written as a dump', `${written.toFixed(1)} s, ${mebibytes(bytes)}`],
      ['read back', `${read.toFixed(1)} s, ${(built / read).toFixed(0)} times faster than built`],
      ['resident once read back', mebibytes(resident)],
      ...points.map((point) => [`what was read back, ef ${point.ef}, one thread`, pointText(point)]),
    ],
  );
}

function beyondVectors(set: DataSet, bytes: number): number {
  return bytes / (set.documents * set.dim * 4) - 1;
}

function pointText(point: Point | undefined): string {
  return point === undefined ? '' : `${point.recall.toFixed(4)}, ${point.perSecond.toFixed(0)}/s`;
}

function recallText(point: Point | undefined): string {
  return point?.recall.toFixed(4) ?? '';
}

function rateText(point: Point | undefined): string {
  return point?.perSecond.toFixed(0) ?? '';
}
