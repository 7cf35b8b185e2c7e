/**
 * Bytes a key costs: growth of resident memory, and of what the server itself says it uses. The server has run as many
 * commands on a few keys before, so that what a program needs to run at all is not counted as data.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection } from '../../support/raw-connection.js';
import { type LoadPlan, WARM_UP } from '../load-plan.js';
import { loadInWorker } from '../loader.js';
import { rssBytes } from '../process-usage.js';
import { onFreshServer, type SubjectKind } from '../subject.js';

/** Servers tidy up after a load: Node its heap, redis-server its tables. */
const SETTLE_MS = 3000;

export interface MemoryCase {
  readonly title: string;
  readonly plan: LoadPlan;
}

export interface MemoryMeasured {
  readonly title: string;
  readonly subject: string;
  readonly rssBytesPerKey: number;
  readonly usedBytesPerKey: number;
  /** Resident memory before the data came. */
  readonly warmRssBytes: number;
  readonly keysPerSecond: number;
}

export function memoryCases(quick: boolean, seed: number): readonly MemoryCase[] {
  const keys = quick ? 200_000 : 1_000_000;
  const hashes = quick ? 20_000 : 100_000;
  return [
    {
      title: `${keys.toLocaleString('en')} strings, 12-byte names, 100-byte values`,
      plan: { kind: 'strings', count: keys, prefix: 'k:', digits: 10, valueBytes: 100, seed },
    },
    {
      title: `${hashes.toLocaleString('en')} hashes of 10 fields, 20-byte values`,
      plan: { kind: 'hashes', count: hashes, prefix: 'h:', digits: 10, valueBytes: 20, fields: 10, seed },
    },
    {
      title: `one sorted set of ${keys.toLocaleString('en')} members of 12 bytes`,
      plan: { kind: 'members', count: keys, prefix: 'm:', digits: 10, valueBytes: 0, seed },
    },
  ];
}

export function measureMemory(kind: SubjectKind, { title, plan }: MemoryCase): Promise<MemoryMeasured> {
  return onFreshServer(kind, async (server) => {
    await loadInWorker(server.port, { ...plan, ...WARM_UP });
    await sleep(SETTLE_MS);
    const warmRssBytes = rssBytes(server.pid);
    const warmUsedBytes = await usedMemoryBytes(server.port);
    const seconds = await loadInWorker(server.port, plan);
    await sleep(SETTLE_MS);
    return {
      title,
      subject: kind.name,
      rssBytesPerKey: (rssBytes(server.pid) - warmRssBytes) / plan.count,
      usedBytesPerKey: ((await usedMemoryBytes(server.port)) - warmUsedBytes) / plan.count,
      warmRssBytes,
      keysPerSecond: plan.count / seconds,
    };
  });
}

async function usedMemoryBytes(port: number): Promise<number> {
  const connection = await RawConnection.open({ port });
  const info = (await connection.call('INFO', 'memory')).toString('latin1');
  connection.close();
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? Number.NaN);
}
