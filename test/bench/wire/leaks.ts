/** What ten thousand connections that are opened and dropped at random leave with the server: descriptors, memory, clients. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { churn } from '../../hostile/connection-churn.js';
import { RawConnection } from '../../support/raw-connection.js';
import { rssBytes } from '../process-usage.js';
import { onFreshServer, type SubjectKind } from '../subject.js';

const CONNECTIONS = 10_000;
/** Memory of the first quarter is that of code and heap that have grown to what the load needs; the rest must not add to it. */
const QUARTERS = 4;
const SETTLE_MS = 2000;
const LARGE_BYTES = 3_000_000;

export interface LeaksMeasured {
  readonly subject: string;
  readonly seconds: number;
  readonly opened: number;
  /** At the start and after each quarter, when all connections were gone. */
  readonly descriptors: readonly number[];
  readonly rssBytes: readonly number[];
}

export function measureLeaks(kind: SubjectKind, seconds: number, seed: number): Promise<LeaksMeasured> {
  return onFreshServer(kind, async (server) => {
    const random = new SeededRandom(seed);
    const setUp = await RawConnection.open({ port: server.port });
    await setUp.call('SET', 'large', 'x'.repeat(LARGE_BYTES));
    setUp.close();
    await sleep(SETTLE_MS);
    const descriptors = [descriptorsOf(server.pid)];
    const rss = [rssBytes(server.pid)];
    let opened = 0;
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      const untilMs = Date.now() + (seconds * 1000) / QUARTERS;
      const goesOn = (): boolean => Date.now() < untilMs;
      opened += await churn({ port: server.port, connections: CONNECTIONS, goesOn, random, largeKey: 'large' });
      await sleep(SETTLE_MS);
      descriptors.push(descriptorsOf(server.pid));
      rss.push(rssBytes(server.pid));
    }
    return { subject: kind.name, seconds, opened, descriptors, rssBytes: rss };
  });
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
