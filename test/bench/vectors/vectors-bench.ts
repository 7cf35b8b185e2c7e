/**
 * `npm run bench -- vectors`: the engine beside hnswlib-node, its state after every vector was replaced, and what is left of it over
 * the wire. Each part takes some minutes by itself and writes a section of its own.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativeIndex } from '#index/vector/native.js';
import { Random } from '../../index/random.js';
import { machineLines } from '../machine.js';
import { mebibytes, percent, table } from '../markdown.js';
import { rssBytes } from '../process-usage.js';
import { median } from '../statistics.js';
import { nearkey, onFreshServer, type Subject } from '../subject.js';
import { buildOn, loadHnswlib, loadNative, readNative, requireBuilt, writeNative } from './built-indexes.js';
import { type DataSet, readDataSet } from './data-set.js';
import { addon, atRecall, curves, emptyNative, hnswSearches, measure, nativeSearches, type Point } from './engines.js';
import { withSection } from './report.js';
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
const WIRE_SECONDS = 4;
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
} as const satisfies Readonly<Record<string, Part>>;

export type VectorsPart = keyof typeof PARTS;

export const VECTORS_PARTS: readonly VectorsPart[] = ['build', 'search', 'filters', 'churn', 'load', 'wire'];
/** For the largest data set alone: it takes longer than all of the others. */
export const SCALE_PART: VectorsPart = 'scale';

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

/** The graph that was just built beside the one in which every vector was replaced, again and again. */
function measureChurn(set: DataSet, { data, seed, rounds }: VectorsOptions): Measured {
  requireBuilt(data, set, seed);
  const fresh = loadNative(data, set, seed);
  const before = process.memoryUsage.rss();
  const churned = loadNative(data, set, seed);
  const loaded = process.memoryUsage.rss() - before;
  const random = new Random(seed);
  for (let round = 0; round < CHURN_ROUNDS; round++) replaceAll(set, churned, random);
  const grown = (process.memoryUsage.rss() - before) / loaded;
  const engines = [fresh, churned].map((index) => nativeSearches(index, set));
  const [asBuilt, replaced] = curves(set, engines, [CHURN_EF], Math.max(rounds, 5)).map((points) => points[0]);
  const ratio = (replaced?.perSecond ?? 0) / (asBuilt?.perSecond ?? 1);
  return table(
    [`ef ${CHURN_EF}`, 'as built', `after ${CHURN_ROUNDS} replacements of all`, 'difference or ratio'],
    [
      [
        'recall',
        recallText(asBuilt),
        recallText(replaced),
        ((replaced?.recall ?? 0) - (asBuilt?.recall ?? 0)).toFixed(4),
      ],
      ['queries/s', rateText(asBuilt), rateText(replaced), ratio.toFixed(2)],
      ['resident', mebibytes(loaded), mebibytes(loaded * grown), grown.toFixed(2)],
    ],
  );
}

function replaceAll(set: DataSet, index: NativeIndex, random: Random): void {
  const order = Array.from({ length: set.documents }, (_, id) => ({ id, place: random.fraction() }));
  for (const { id } of order.sort((a, b) => a.place - b.place)) {
    index.delete(id);
    index.put(id, set.vector(id));
  }
}

/** HSET of vectors, pipelined by one client, beside the same index filled in this process on as many threads. */
async function measureLoad(set: DataSet, { seed }: VectorsOptions): Promise<Measured> {
  const index = emptyNative(set, seed, 1);
  const startedAtMs = performance.now();
  for (let id = 0; id < set.documents; id++) index.put(id, set.vector(id));
  index.settle();
  const inProcess = (set.documents * 1000) / (performance.now() - startedAtMs);
  index.close();
  const overWire = set.documents / (await onFreshServer(server, (subject) => loadSet(subject, set)));
  return table(
    ['vectors/s', 'in process', 'HSET by one client', 'ratio'],
    [['one thread beside the one that puts', inProcess.toFixed(0), overWire.toFixed(0), percent(overWire / inProcess)]],
  );
}

const server = nearkey('nearkey', { args: ['--vector-engine', 'native', '--save', ''] });

async function measureWire(set: DataSet, { data, seed, rounds }: VectorsOptions): Promise<Measured> {
  requireBuilt(data, set, seed);
  const order = { folder: data, seed, seconds: WIRE_SECONDS };
  const rows = await onFreshServer(server, async (subject) => {
    await loadSet(subject, set);
    const measured: string[][] = [];
    for (const ef of WIRE_EFS) {
      const alone = (await ratesTogether({ ...order, ef }, 1))[0] ?? 0;
      const together = (await ratesTogether({ ...order, ef }, 2)).reduce((sum, rate) => sum + rate, 0);
      measured.push([`ef ${ef}`, ...(await wireCells(subject, { data, ef, rounds, alone, together }))]);
    }
    return measured;
  });
  const head = [
    '',
    'in process, one thread',
    'two at once',
    '16 clients',
    'of one thread',
    'of the machine',
    'client us',
    'p50, p99 ms',
  ];
  return [
    `One thread of the engine beside JavaScript's. "Of one thread" is searches over the wire by what one thread does alone in a process of its
own; "of the machine" is by what two such processes do at once, which is all that its cores give: server, clients and kernel share it.
GET is asked by another client once a millisecond: while nothing else happens, and during the searches.`,
    table([...head, 'GET p99 ms: idle, then'], rows),
  ].join('\n\n');
}

interface WireTrial {
  readonly data: string;
  readonly ef: number;
  readonly rounds: number;
  readonly alone: number;
  readonly together: number;
}

async function wireCells(subject: Subject, { data, ef, rounds, alone, together }: WireTrial): Promise<string[]> {
  const load = { port: subject.port, folder: data, ef, clients: WIRE_CLIENTS, warmUpMs: 1000, seconds: WIRE_SECONDS };
  const figures = [];
  const idle = [];
  const beside = [];
  for (let round = 0; round < rounds; round++) {
    idle.push(await probeWhile(subject, new Promise((resolve) => setTimeout(resolve, 2000))));
    figures.push(await searchLoad(load));
    beside.push(await probeWhile(subject, searchLoad(load)));
  }
  const perSecond = median(figures.map((each) => each.perSecond));
  return [
    alone.toFixed(0),
    together.toFixed(0),
    perSecond.toFixed(0),
    percent(perSecond / alone),
    percent(perSecond / together),
    median(figures.map(({ clientCpuUs }) => clientCpuUs)).toFixed(0),
    `${median(figures.map(({ p50Ms }) => p50Ms)).toFixed(1)}, ${median(figures.map(({ p99Ms }) => p99Ms)).toFixed(1)}`,
    `${median(idle.map(({ p99Ms }) => p99Ms)).toFixed(2)}, ${median(beside.map(({ p99Ms }) => p99Ms)).toFixed(2)}`,
  ];
}

/** One large data set: a server that is loaded and asked, and the same index written and read back by the engine. */
async function measureScale(set: DataSet, { seed }: VectorsOptions): Promise<Measured> {
  const served = await onFreshServer(server, async (subject) => {
    const seconds = await loadSet(subject, set);
    const resident = rssBytes(subject.pid);
    const recalls = [];
    for (const ef of [64, 128]) recalls.push(`${(await recallOf(subject, set, ef)).toFixed(3)} at ef ${ef}`);
    return { seconds, resident, recalls };
  });
  const index = emptyNative(set, seed, 1);
  for (let id = 0; id < set.documents; id++) index.put(id, set.vector(id));
  index.settle();
  const folder = mkdtempSync(join(tmpdir(), 'nearkey-bench-'));
  const file = join(folder, 'index.bin');
  const times = [(): void => writeNative(file, index), (): void => void readNative(file, emptyNative(set, seed))].map(
    (run) => {
      const startedAtMs = performance.now();
      run();
      return (performance.now() - startedAtMs) / 1000;
    },
  );
  const bytes = statSync(file).size;
  rmSync(folder, { recursive: true });
  return table(
    ['', ''],
    [
      [
        'HSET by one client',
        `${served.seconds.toFixed(0)} s, ${(set.documents / served.seconds).toFixed(0)} vectors/s`,
      ],
      ['resident, documents and index', mebibytes(served.resident)],
      ['recall over the wire', served.recalls.join(', ')],
      ['the index as a dump', mebibytes(bytes)],
      ['written, read back', times.map((seconds) => `${seconds.toFixed(1)} s`).join(', ')],
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
