/** Loads for the wire: 64-byte values by default, deep pipelines, many clients, large values; beside redis-server, interleaved. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection } from '../../support/raw-connection.js';
import { loadInWorker } from '../loader.js';
import { type Load, type LoadResult, runLoad } from '../redis-benchmark.js';
import type { Subject } from '../subject.js';

const KEYS = 100_000;
const SETTLE_MS = 300;

export interface WireRow {
  readonly command: string;
  readonly clients: number;
  readonly pipeline: number;
  readonly valueBytes: number;
  /** The least ratio of requests a second that is asked for. */
  readonly bar: number;
  readonly results: ReadonlyMap<string, readonly LoadResult[]>;
}

interface WireLoad {
  readonly command: string;
  readonly clients?: number;
  readonly pipeline: number;
  readonly valueBytes?: number;
  readonly bar: number;
  readonly share?: number;
}

const PIPELINES = [1, 16] as const;

/** Requests of a run that last about a second on this kind of machine. */
const REQUESTS: Readonly<Record<number, number>> = { 1: 120_000, 16: 700_000, 100: 1_200_000 };

/** Part of them at 16 KiB, for as long. */
const LARGE_SHARES = { 1: 0.6, 16: 0.15 } as const;

/** Reads a key and writes two, as scripts of applications do. */
const SCRIPT = "redis.call('GET', KEYS[1]) redis.call('SET', KEYS[2], ARGV[1]) return redis.call('INCR', KEYS[3])";

const EVAL = ['eval', SCRIPT, '3', 'key:__rand_int__', 'key:__rand_int__', 'counter:__rand_int__', 'x'.repeat(64)];

const LOADS: Readonly<Record<WirePart, readonly WireLoad[]>> = {
  strings: ['GET', 'SET'].flatMap((command) => [1, 16, 100].map((pipeline) => ({ command, pipeline, bar: 1 }))),
  types: typesAt(1),
  pipelined: typesAt(16),
  clients: ['GET', 'SET'].flatMap((command) =>
    PIPELINES.map((pipeline) => ({ command, pipeline, clients: 1000, bar: 0.95 })),
  ),
  sizes: [1024, 16384].flatMap((valueBytes) =>
    ['GET', 'SET'].flatMap((command) =>
      PIPELINES.map((pipeline) => ({
        command,
        pipeline,
        valueBytes,
        bar: 0.9,
        share: valueBytes > 2000 ? LARGE_SHARES[pipeline] : 0.5,
      })),
    ),
  ),
};

export type WirePart = 'strings' | 'types' | 'pipelined' | 'clients' | 'sizes';

function typesAt(pipeline: number): readonly WireLoad[] {
  const commands = ['INCR', 'HSET', 'LPUSH', 'RPOP', 'SADD', 'ZADD'].map((command) => ({ command, bar: 0.85 }));
  const longer = [
    { command: 'MSET', bar: 0.85, share: 0.3 },
    { command: 'EVAL', bar: 0.4, share: 0.3 },
  ];
  return [...commands, ...longer].map((load) => ({ ...load, pipeline }));
}

/** @param subjects servers that are up; their databases are overwritten */
export async function measureWire(
  subjects: readonly Subject[],
  part: WirePart,
  rounds: number,
  seed: number,
  onProgress: (line: string) => void,
): Promise<readonly WireRow[]> {
  const rows: WireRow[] = [];
  let filledBytes = 0;
  for (const wireLoad of LOADS[part]) {
    const { command, pipeline, bar, clients = 50, valueBytes = 64, share = 1 } = wireLoad;
    if (!(await Promise.all(subjects.map((subject) => knows(subject, command)))).every(Boolean)) continue;
    if (valueBytes !== filledBytes) {
      const keys = valueBytes > 2000 ? KEYS / 10 : KEYS;
      const plan = { kind: 'strings', count: keys, prefix: 'key:', digits: 12, valueBytes, seed } as const;
      for (const subject of subjects) await loadInWorker(subject.port, plan);
      await sleep(SETTLE_MS);
      filledBytes = valueBytes;
    }
    const requests = Math.round((REQUESTS[pipeline] ?? 0) * share);
    const keys = valueBytes > 2000 ? KEYS / 10 : KEYS;
    const load = {
      test: command === 'EVAL' ? EVAL : ['-t', command.toLowerCase()],
      requests,
      pipeline,
      valueBytes,
      clients,
      keys,
    };
    rows.push({ command, clients, pipeline, valueBytes, bar, results: await inRounds(subjects, load, rounds) });
    onProgress(`${command}, ${clients} clients, -P ${pipeline}, ${valueBytes} bytes`);
  }
  return rows;
}

async function inRounds(
  subjects: readonly Subject[],
  load: Load,
  rounds: number,
): Promise<ReadonlyMap<string, readonly LoadResult[]>> {
  const results = new Map(subjects.map(({ name }): [string, LoadResult[]] => [name, []]));
  const takesAway = load.test[1] === 'rpop';
  for (let round = 0; round < rounds; round++) {
    // Every other round backwards: who comes first has no advantage.
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      if (takesAway) await runLoad(subject, { ...load, test: ['-t', 'lpush'], pipeline: 16 });
      results.get(subject.name)?.push(await runLoad(subject, load));
      if (load.test[1] === 'lpush') await ask(subject, 'DEL', 'mylist');
    }
  }
  return results;
}

async function knows(subject: Subject, command: string): Promise<boolean> {
  return !/^\*1\r\n[*$]-1/.test(await ask(subject, 'COMMAND', 'INFO', command));
}

async function ask(subject: Subject, ...command: readonly string[]): Promise<string> {
  const connection = await RawConnection.open({ port: subject.port });
  const reply = await connection.call(...command);
  connection.close();
  return reply.toString('latin1');
}
