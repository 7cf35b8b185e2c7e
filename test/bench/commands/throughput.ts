/**
 * Requests a second, latency and CPU time a request of the core commands: the same loads against every server, server
 * by server within a round, so that what a shared machine does to one it does to the others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadInWorker } from '../loader.js';
import { type LoadResult, runLoad } from '../redis-benchmark.js';
import type { Subject } from '../subject.js';

const CLIENTS = 50;
const KEYS = 100_000;
const KEY_DIGITS = 12;
const REQUESTS = 150_000;
/** Pipelined runs send more, so that they last about as long. */
const PIPELINE_FACTOR = 6;
const LARGE_VALUE_FACTOR = 0.4;
/** A server that has just been filled finishes what it does in the background. */
const SETTLE_MS = 300;

const KEY = 'key:__rand_int__';

interface Command {
  readonly name: string;
  readonly test: readonly string[];
  /** Requests compared with the others: commands of many keys send fewer. */
  readonly share?: number;
  /** Whether the size of the values makes a difference. */
  readonly sized?: true;
  /** Whether the run removes the keys it needs. */
  readonly consumes?: true;
}

const COMMANDS: readonly Command[] = [
  { name: 'PING', test: ['-t', 'ping_mbulk'] },
  { name: 'SET', test: ['-t', 'set'], sized: true },
  { name: 'GET', test: ['-t', 'get'], sized: true },
  { name: 'INCR', test: ['-t', 'incr'] },
  { name: 'HSET', test: ['-t', 'hset'], sized: true },
  { name: 'HGET', test: ['HGET', 'myhash', 'element:__rand_int__'], sized: true },
  { name: 'EXPIRE', test: ['EXPIRE', KEY, '100000'] },
  { name: 'MSET (10 keys)', test: ['-t', 'mset'], share: 0.35, sized: true },
  { name: 'MGET (10 keys)', test: ['MGET', ...Array<string>(10).fill(KEY)], share: 0.35, sized: true },
  { name: 'DEL', test: ['DEL', KEY], share: 0.5, consumes: true },
];

const QUICK_COMMANDS = ['SET', 'GET', 'HSET', 'MSET (10 keys)'];

export interface Measured {
  readonly command: string;
  readonly valueBytes: number;
  readonly pipeline: number;
  /** Results by server, one a round. */
  readonly results: ReadonlyMap<string, readonly LoadResult[]>;
}

export interface ThroughputOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly onProgress: (line: string) => void;
}

/** @param subjects servers that are up; their databases are overwritten */
export async function measureThroughput(
  subjects: readonly Subject[],
  options: ThroughputOptions,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  const commands = options.quick ? COMMANDS.filter(({ name }) => QUICK_COMMANDS.includes(name)) : COMMANDS;
  for (const valueBytes of options.quick ? [3] : [3, 1024]) {
    for (const subject of subjects) await fill(subject, valueBytes, options.seed);
    await sleep(SETTLE_MS);
    for (const pipeline of [1, 16]) {
      for (const command of commands) {
        if (valueBytes > 3 && command.sized === undefined) continue;
        measured.push(await measureCommand(subjects, command, valueBytes, pipeline, options));
        options.onProgress(`${command.name}, ${valueBytes} bytes, -P ${pipeline}`);
      }
    }
  }
  return measured;
}

async function measureCommand(
  subjects: readonly Subject[],
  command: Command,
  valueBytes: number,
  pipeline: number,
  { rounds, seed }: ThroughputOptions,
): Promise<Measured> {
  const requests = Math.round(
    REQUESTS * (pipeline > 1 ? PIPELINE_FACTOR : 1) * (valueBytes > 3 ? LARGE_VALUE_FACTOR : 1) * (command.share ?? 1),
  );
  const results = new Map(subjects.map(({ name }): [string, LoadResult[]] => [name, []]));
  const load = { test: command.test, requests, pipeline, valueBytes, clients: CLIENTS, keys: KEYS };
  for (let round = 0; round < rounds; round++) {
    // Every other round backwards: who comes first has no advantage.
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      if (command.consumes) await fill(subject, valueBytes, seed);
      results.get(subject.name)?.push(await runLoad(subject, load));
    }
  }
  return { command: command.name, valueBytes, pipeline, results };
}

/** The keys and the hash fields that the loads name. */
async function fill(subject: Subject, valueBytes: number, seed: number): Promise<void> {
  const common = { count: KEYS, digits: KEY_DIGITS, valueBytes, seed };
  await loadInWorker(subject.port, { ...common, kind: 'strings', prefix: 'key:' });
  await loadInWorker(subject.port, { ...common, kind: 'fields', prefix: 'element:' });
}
