/**
 * What ten thousand connections that are opened and dropped at random leave with the server: descriptors, memory, clients.
 *
 * A process that has served a load is larger than before, leak or not: code was compiled, tables have grown to what the load needs,
 * the allocator has kept what it was given. So the same load runs in several cycles, all connections go after each, and then
 * the server collects its garbage and gives freed memory back (MEMORY PURGE, with `--expose-gc`). What is left after the
 * first cycles is what the load needs; a leak adds to it with every cycle.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { churn } from '../../hostile/connection-churn.js';
import { RawConnection } from '../../support/raw-connection.js';
import { rssBytes } from '../process-usage.js';
import { onFreshServer, type SubjectKind } from '../subject.js';

const CONNECTIONS = 10_000;
const CYCLES = 6;
const SETTLE_MS = 2000;
const ALONE_MS_MAX = 30_000;
const LARGE_BYTES = 3_000_000;

/** What the server holds when nobody is connected but who asks. */
export interface Held {
  readonly descriptors: number;
  readonly clients: number;
  readonly rssBytes: number;
  /** Of JavaScript's objects. */
  readonly heapBytes: number;
  /** Of keys and values, taken from the system. */
  readonly arenaBytes: number;
}

export interface LeaksMeasured {
  readonly subject: string;
  readonly seconds: number;
  readonly opened: number;
  /** At the start and after each cycle. */
  readonly held: readonly Held[];
}

/** @param kind a server that runs with `--expose-gc` */
export function measureLeaks(kind: SubjectKind, seconds: number, seed: number): Promise<LeaksMeasured> {
  return onFreshServer(kind, async (server) => {
    const setUp = await RawConnection.open({ port: server.port });
    await setUp.call('SET', 'large', 'x'.repeat(LARGE_BYTES));
    setUp.close();
    const held = [await heldBy(server)];
    let opened = 0;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const untilMs = Date.now() + (seconds * 1000) / CYCLES;
      const goesOn = (): boolean => Date.now() < untilMs;
      // The same choices in every cycle.
      const random = new SeededRandom(seed);
      opened += await churn({ port: server.port, connections: CONNECTIONS, goesOn, random, largeKey: 'large' });
      held.push(await heldBy(server));
    }
    return { subject: kind.name, seconds, opened, held };
  });
}

async function heldBy({ port, pid }: { readonly port: number; readonly pid: number }): Promise<Held> {
  await sleep(SETTLE_MS);
  const connection = await RawConnection.open({ port });
  await untilAlone(connection);
  // What a collection finds unreachable is released in the turns after it, and may hold more.
  for (let i = 0; i < 3; i++) {
    await connection.call('MEMORY', 'PURGE');
    await sleep(SETTLE_MS / 10);
  }
  const info = (await connection.call('INFO')).toString('latin1');
  const held = {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    clients: fact(info, 'connected_clients'),
    rssBytes: rssBytes(pid),
    heapBytes: fact(info, 'used_memory_js_heap'),
    arenaBytes: fact(info, 'used_memory_dataset_reserved'),
  };
  connection.close();
  return held;
}

/** On a busy machine the server hears of the last ones that went some time after they did. */
async function untilAlone(connection: RawConnection): Promise<void> {
  const untilMs = Date.now() + ALONE_MS_MAX;
  while (Date.now() < untilMs) {
    const info = (await connection.call('INFO', 'clients')).toString('latin1');
    if (fact(info, 'connected_clients') === 1) return;
    await sleep(SETTLE_MS / 10);
  }
}

function fact(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
}
