/**
 * One run of `redis-benchmark` (Debian's redis-tools) against one server: what the program says, and beside it what the
 * kernel says both processes used. A single generator thread; the same program for every server.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cpuUs, endedChildrenCpuUs } from './process-usage.js';
import type { Subject } from './subject.js';

const run = promisify(execFile);

/**
 * Server and generator have a core of their own. Left alone, the kernel likes to put two processes that talk to each
 * other on one core, and then a request costs both sides' time whichever server it is.
 */
const SERVER_CORE = 0;
const GENERATOR_CORE = 1;

/** Keeps all threads of a server on its core. */
export async function pinServer({ pid }: Subject): Promise<void> {
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', String(SERVER_CORE), String(pid)]);
}

export interface Load {
  /** `['-t', 'set']`, or a command with `__rand_int__` where a random number goes. */
  readonly test: readonly string[];
  readonly requests: number;
  readonly pipeline: number;
  readonly valueBytes: number;
  readonly clients: number;
  readonly keys: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server a request. */
  readonly serverCpuUs: number;
  /** Share of one core each side used while the load ran. */
  readonly serverShare: number;
  readonly generatorShare: number;
}

/** What runs longer than this hangs. */
const RUN_MS_MAX = 120_000;

export async function runLoad(subject: Subject, load: Load): Promise<LoadResult> {
  const serverBeforeUs = cpuUs(subject.pid);
  const generatorBeforeUs = endedChildrenCpuUs();
  const startMs = performance.now();
  const { stdout } = await run(
    'taskset',
    [
      ...['--cpu-list', String(GENERATOR_CORE), 'redis-benchmark'],
      ...['-p', String(subject.port), '-c', String(load.clients), '-n', String(load.requests)],
      ...['-r', String(load.keys), '-P', String(load.pipeline), '-d', String(load.valueBytes), '--csv'],
      ...load.test,
    ],
    { timeout: RUN_MS_MAX },
  );
  const elapsedUs = (performance.now() - startMs) * 1000;
  const serverUs = cpuUs(subject.pid) - serverBeforeUs;
  const generatorUs = endedChildrenCpuUs() - generatorBeforeUs;
  const columns = csvColumns(stdout);
  return {
    requestsPerSecond: column(columns, 'rps'),
    p50Ms: column(columns, 'p50_latency_ms'),
    p99Ms: column(columns, 'p99_latency_ms'),
    serverCpuUs: serverUs / load.requests,
    serverShare: serverUs / elapsedUs,
    generatorShare: generatorUs / elapsedUs,
  };
}

/** The last line of the program's CSV by the names of its head. */
function csvColumns(csv: string): ReadonlyMap<string, string> {
  const lines = csv.trim().split('\n').map(csvFields);
  const head = lines.find((fields) => fields[0] === 'test');
  const last = lines.at(-1);
  if (head === undefined || last === undefined || head === last) throw new Error(`redis-benchmark answered:\n${csv}`);
  return new Map(head.map((name, i) => [name, last[i] ?? '']));
}

function csvFields(line: string): string[] {
  return line.split('","').map((field) => field.replaceAll('"', '').trim());
}

function column(columns: ReadonlyMap<string, string>, name: string): number {
  const value = Number(columns.get(name) ?? Number.NaN);
  if (!Number.isFinite(value)) throw new Error(`redis-benchmark told no ${name}`);
  return value;
}
