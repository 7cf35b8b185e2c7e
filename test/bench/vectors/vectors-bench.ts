/**
 * The native engine beside hnswlib-node, in this process, on one thread: building, searching at several ef, filters, memory, and
 * what replacing every vector leaves behind. hnswlib-node is called as its users call it: vectors as arrays of numbers,
 * filters as functions.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import hnswlib from 'hnswlib-node';
import { Deadline } from '#index/deadline.js';
import { defineSchema, type VectorField } from '#index/schema.js';
import { NativeEngine, type NativeIndex } from '#index/vector/native.js';
import { loadVectorAddon } from '#index/vector/native-addon.js';
import { Random } from '../../index/random.js';
import { machineLines } from '../machine.js';
import { table } from '../markdown.js';
import { median } from '../statistics.js';
import { type DataSet, type FilterName, K, readDataSet } from './data-set.js';

export interface VectorsOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly write: boolean;
  /** A folder of a data set. */
  readonly data: string;
}

const EFS = [16, 24, 32, 48, 64, 128];
const RECALLS = [0.95, 0.98];
const PAGE = 'docs/benchmarks-vectors.md';
/** Queries of hnswlib-node behind a filter: each takes some 30 ms at 1 %. */
const SLOW_QUERIES = 100;
const CHURN_ROUNDS = 3;
const noDeadline = new Deadline(undefined);

interface Engine {
  search(query: number, ef: number, filter: FilterName): readonly number[];
}

interface Point {
  readonly ef: number;
  readonly recall: number;
  readonly perSecond: number;
}

export function benchVectors({ rounds, seed, write, data }: VectorsOptions): void {
  const set = readDataSet(data);
  const [native, nativeBuilt, memory] = buildNative(set, seed);
  const [hnsw, hnswBuilt] = buildHnswlib(set, seed);
  const [ours, theirs] = curves(set, [nativeSearches(native, set), hnswSearches(hnsw, set)], rounds);
  const lines = [
    `## ${set.documents} x ${set.dim}, COSINE, M 16, EF_CONSTRUCTION 200, K 10, one thread`,
    '',
    ...machineLines({ seed, rounds }).map((line) => `- ${line}`),
    `- kernels: ${addon().kernels().at(-1)}`,
    '',
    table(
      ['', 'hnswlib-node', 'native', 'ratio'],
      [
        ['build, vectors/s', hnswBuilt.toFixed(0), nativeBuilt.toFixed(0), (nativeBuilt / hnswBuilt).toFixed(1)],
        ...EFS.map((ef, at) => curveRow(`ef ${ef}`, theirs?.[at], ours?.[at])),
        ...RECALLS.map((recall) => atRecallRow(recall, theirs ?? [], ours ?? [])),
        ...(['p1', 'p10', 'p50'] as const).flatMap((filter) => filterRows(set, native, hnsw, filter)),
        ['resident memory beyond the vectors', '', `${memory.toFixed(3)} x`, ''],
      ],
    ),
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const head = ['every vector replaced', 'recall at ef 64', 'queries/s', 'resident beyond the vectors'];
  const replaced = `${table(head, churn(set, native, seed))}\n`;
  process.stdout.write(replaced);
  if (write) writeFileSync(PAGE, `${readFileSync(PAGE, 'utf8').trimEnd()}\n\n${lines.join('\n')}\n${replaced}`);
}

function addon() {
  const found = loadVectorAddon();
  if (typeof found === 'string') throw new Error(`the native engine is not built: ${found}`);
  return found;
}

function perSecond(count: number, run: () => void): number {
  const startedAtMs = performance.now();
  run();
  return (count * 1000) / (performance.now() - startedAtMs);
}

function residentBytes(): number {
  return process.memoryUsage.rss();
}

function beyondVectors(set: DataSet, bytes: number): number {
  return bytes / (set.documents * set.dim * 4) - 1;
}

function fieldOf({ dim }: DataSet): VectorField {
  const [field] = defineSchema([{ type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim, metric: 'COSINE' }]).fields;
  if (field?.type !== 'VECTOR') throw new Error('the schema has lost its field');
  return field;
}

function buildNative(set: DataSet, seed: number): [index: NativeIndex, perSecond: number, memory: number] {
  const index = new NativeEngine(addon(), 0).create(fieldOf(set), (id) => id, seed);
  const before = residentBytes();
  const rate = perSecond(set.documents, () => {
    for (let id = 0; id < set.documents; id++) index.put(id, set.vector(id));
  });
  return [index, rate, beyondVectors(set, residentBytes() - before)];
}

function buildHnswlib(set: DataSet, seed: number): [graph: hnswlib.HierarchicalNSW, perSecond: number] {
  const graph = new hnswlib.HierarchicalNSW('ip', set.dim);
  graph.initIndex({ maxElements: set.documents, m: 16, efConstruction: 200, randomSeed: seed });
  const rate = perSecond(set.documents, () => {
    for (let id = 0; id < set.documents; id++) graph.addPoint(Array.from(set.vector(id)), id);
  });
  return [graph, rate];
}

function nativeSearches(index: NativeIndex, set: DataSet): Engine {
  const allowed = new Map<FilterName, Uint32Array | undefined>([['all', undefined]]);
  for (const filter of ['p1', 'p10', 'p50'] as const) {
    const bits = new Uint32Array(Math.ceil(set.documents / 32));
    for (let id = 0; id < set.documents; id++) {
      if (set.passes(id, filter)) bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
    }
    allowed.set(filter, bits);
  }
  return {
    search: (query, ef, filter) => {
      const request = { k: K, efRuntime: ef, allowed: allowed.get(filter), exact: false, deadline: noDeadline };
      return index.own.nearest(set.query(query), request).map(({ id }) => id);
    },
  };
}

function hnswSearches(graph: hnswlib.HierarchicalNSW, set: DataSet): Engine {
  return {
    search: (query, ef, filter) => {
      graph.setEf(ef);
      const accepts = filter === 'all' ? undefined : (label: number): boolean => set.passes(label, filter);
      return graph.searchKnn(Array.from(set.query(query)), K, accepts).neighbors;
    },
  };
}

function measure(set: DataSet, engine: Engine, ef: number, filter: FilterName, queries = set.queries): Point {
  let hits = 0;
  const rate = perSecond(queries, () => {
    for (let query = 0; query < queries; query++) hits += set.hits(filter, query, engine.search(query, ef, filter));
  });
  return { ef, recall: hits / (queries * K), perSecond: rate };
}

/** The engines in turn within a round, so that a busy minute of the machine falls on all of them. */
function curves(set: DataSet, engines: readonly Engine[], rounds: number): Point[][] {
  const samples = engines.map(() => EFS.map((): Point[] => []));
  for (let round = 0; round < rounds; round++) {
    for (const [at, ef] of EFS.entries()) {
      for (const [of, engine] of engines.entries()) samples[of]?.[at]?.push(measure(set, engine, ef, 'all'));
    }
  }
  return samples.map((points) => points.map(medianPoint));
}

function medianPoint(points: readonly Point[]): Point {
  const [first] = points;
  if (first === undefined) throw new Error('there are no samples');
  return { ...first, perSecond: median(points.map((point) => point.perSecond)) };
}

/** Queries a second at a recall, on the line between the two points around it. */
function atRecall(points: readonly Point[], recall: number): number {
  for (const [at, next] of points.entries()) {
    const last = points[at - 1];
    if (next.recall < recall || last === undefined) continue;
    const part = (recall - last.recall) / (next.recall - last.recall);
    return last.perSecond + part * (next.perSecond - last.perSecond);
  }
  return Number.NaN;
}

function pointText(point: Point | undefined): string {
  return point === undefined ? '' : `${point.recall.toFixed(4)}, ${point.perSecond.toFixed(0)}/s`;
}

function curveRow(name: string, theirs: Point | undefined, ours: Point | undefined): string[] {
  return [name, pointText(theirs), pointText(ours), ''];
}

function atRecallRow(recall: number, theirs: readonly Point[], ours: readonly Point[]): string[] {
  const [a, b] = [atRecall(theirs, recall), atRecall(ours, recall)];
  return [`queries/s at recall ${recall}`, a.toFixed(0), b.toFixed(0), (b / a).toFixed(1)];
}

function filterRows(set: DataSet, native: NativeIndex, hnsw: hnswlib.HierarchicalNSW, filter: FilterName): string[][] {
  const theirs = measure(set, hnswSearches(hnsw, set), 64, filter, Math.min(SLOW_QUERIES, set.queries));
  const ours = measure(set, nativeSearches(native, set), 64, filter);
  const ratio = (ours.perSecond / theirs.perSecond).toFixed(1);
  return [[`filter ${filter}, ef 64`, pointText(theirs), pointText(ours), ratio]];
}

function churn(set: DataSet, index: NativeIndex, seed: number): string[][] {
  const random = new Random(seed);
  const engine = nativeSearches(index, set);
  const before = residentBytes();
  const row = (name: string): string[] => {
    const { recall, perSecond: rate } = measure(set, engine, 64, 'all');
    const grown = (residentBytes() - before) / (set.documents * set.dim * 4);
    return [name, recall.toFixed(4), rate.toFixed(0), `${grown >= 0 ? '+' : ''}${grown.toFixed(3)} x`];
  };
  const rows = [row('not yet')];
  for (let round = 1; round <= CHURN_ROUNDS; round++) {
    const order = Array.from({ length: set.documents }, (_, id) => ({ id, place: random.fraction() }));
    for (const { id } of order.sort((a, b) => a.place - b.place)) {
      index.delete(id);
      index.put(id, set.vector(id));
    }
    rows.push(row(`${round} times`));
  }
  return rows;
}
