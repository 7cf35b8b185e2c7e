/**
 * A second client that asks PING once a millisecond and remembers how long each answer took: what the event loop of a
 * busy server does to others. One PING is under way at a time; a pause longer than the interval cannot slip through.
 *
 * Where the client shares its cores with server and load, a part of an answer's time is the client's own: the answer lies there
 * and the client waits for a core (run-delay.ts). `served` is the time without that part.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection } from '../support/raw-connection.js';
import { RunDelay } from './run-delay.js';
import { quantile } from './statistics.js';

const INTERVAL_MS = 1;
const REPLY_TIMEOUT_MS = 30_000;

export interface PingLatency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Without what the client itself waited for a core. */
  readonly servedP99Ms: number;
}

/** Pings, or asks something else, until `until` has settled, and a last time after that. */
export async function pingWhile(port: number, until: Promise<unknown>, command = ['PING']): Promise<PingLatency> {
  const connection = await RawConnection.open({ port, timeoutMs: REPLY_TIMEOUT_MS });
  let done = false;
  const settled = until.finally(() => {
    done = true;
  });
  const latenciesMs: number[] = [];
  const servedMs: number[] = [];
  const runDelay = new RunDelay();
  for (let last = false; !last; ) {
    last = done;
    const delayBeforeMs = runDelay.totalMs();
    const startMs = performance.now();
    await connection.call(...command);
    const tookMs = performance.now() - startMs;
    latenciesMs.push(tookMs);
    servedMs.push(tookMs - (runDelay.totalMs() - delayBeforeMs));
    await sleep(INTERVAL_MS);
  }
  connection.close();
  runDelay.close();
  await settled;
  latenciesMs.sort((a, b) => a - b);
  servedMs.sort((a, b) => a - b);
  return {
    count: latenciesMs.length,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    maxMs: quantile(latenciesMs, 1),
    servedP99Ms: quantile(servedMs, 0.99),
  };
}
