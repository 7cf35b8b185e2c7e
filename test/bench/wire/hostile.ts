/**
 * How long a client that PINGs once a millisecond waits while others misbehave.
 *
 * Attacker, server and client share the machine, so a part of the waiting is for its cores and not for the server. What part
 * shows a bystander: the same client asks a server that nobody attacks, while another one is attacked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { RawConnection } from '../../support/raw-connection.js';
import { type PingLatency, pingWhile } from '../ping-probe.js';
import { onFreshServer, type Subject, type SubjectKind } from '../subject.js';
import { ATTACKS, LARGE_BYTES, LARGE_KEY } from './attacks.js';

const ATTACK_MS = 4000;

export interface HostileMeasured {
  readonly subject: string;
  /** By attack, in order. */
  readonly latencies: ReadonlyMap<string, PingLatency>;
}

export function measureHostile(kind: SubjectKind): Promise<HostileMeasured> {
  return onFreshServer(kind, (server) => whileAttacked(kind.name, server, server));
}

/** PINGs a server of kind `asked` while one of kind `attacked` is attacked. */
export function measureBystander(asked: SubjectKind, attacked: SubjectKind, name: string): Promise<HostileMeasured> {
  return onFreshServer(asked, (calm) => onFreshServer(attacked, (server) => whileAttacked(name, server, calm)));
}

async function whileAttacked(subject: string, server: Subject, asked: Subject): Promise<HostileMeasured> {
  const setUp = await RawConnection.open({ port: server.port });
  await setUp.call('SET', LARGE_KEY, 'x'.repeat(LARGE_BYTES));
  setUp.close();
  const latencies = new Map<string, PingLatency>();
  await pingWhile(asked.port, sleep(ATTACK_MS));
  for (const name of ATTACKS.keys()) latencies.set(name, await pingWhile(asked.port, attack(server.port, name)));
  return { subject, latencies };
}

/** Attacks from a thread of its own. */
async function attack(port: number, name: string): Promise<void> {
  const untilMs = Date.now() + ATTACK_MS;
  const worker = new Worker(new URL('./hostile-worker.js', import.meta.url), { workerData: { port, name, untilMs } });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
}
