/**
 * The longest time one client makes another wait: PING latency on an idle server (what the machine and the probe add by
 * themselves), while a million keys are written, and while a million keys expire.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection } from '../../support/raw-connection.js';
import { WARM_UP } from '../load-plan.js';
import { loadInWorker } from '../loader.js';
import { type PingLatency, pingWhile } from '../ping-probe.js';
import { onFreshServer, type Subject, type SubjectKind } from '../subject.js';

const IDLE_MS = 3000;
/** From the start of the load to the moment at which every key expires: the load must be over by then. */
const LIFE_MS = 20_000;
const EXPIRY_MS_MAX = 90_000;
const POLL_MS = 250;

export interface PausesMeasured {
  readonly subject: string;
  readonly keys: number;
  readonly idle: PingLatency;
  readonly writing: PingLatency;
  readonly expiring: PingLatency;
  /** From the moment of expiry until no key was left; nobody read them. */
  readonly expirySeconds: number;
}

export function measurePauses(kind: SubjectKind, keys: number, seed: number): Promise<PausesMeasured> {
  return onFreshServer(kind, async (server) => {
    const plan = { kind: 'strings', count: keys, prefix: 'k:', digits: 10, valueBytes: 100, seed } as const;
    await loadInWorker(server.port, { ...plan, ...WARM_UP });
    const idle = await pingWhile(server.port, sleep(IDLE_MS));
    const writing = await pingWhile(server.port, loadInWorker(server.port, plan));
    const expireAtMs = Date.now() + LIFE_MS;
    await loadInWorker(server.port, { ...plan, expireAtMs });
    if (Date.now() >= expireAtMs) throw new Error(`${keys} keys could not be written within ${LIFE_MS} ms`);
    await sleep(expireAtMs - Date.now());
    const emptied = untilEmpty(server);
    const expiring = await pingWhile(server.port, emptied);
    const expirySeconds = ((await emptied) - expireAtMs) / 1000;
    return { subject: kind.name, keys, idle, writing, expiring, expirySeconds };
  });
}

/** @returns when the server was seen empty, in epoch milliseconds */
async function untilEmpty(server: Subject): Promise<number> {
  const connection = await RawConnection.open({ port: server.port, timeoutMs: EXPIRY_MS_MAX });
  const deadlineMs = Date.now() + EXPIRY_MS_MAX;
  while ((await connection.call('DBSIZE')).toString() !== ':0\r\n') {
    if (Date.now() > deadlineMs) throw new Error(`${server.name} still holds expired keys after ${EXPIRY_MS_MAX} ms`);
    await sleep(POLL_MS);
  }
  connection.close();
  return Date.now();
}
