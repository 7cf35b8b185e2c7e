/**
 * A cluster of three unmodified redis-servers on free ports of the loopback interface, each with a third of the slots and no replica.
 * Whether the program is installed is answered by `requires.ts`.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { type RedisOracle, startRedis } from './redis-oracle.js';

const nodeCount = 3;
const slotCount = 16_384;
/** A busy machine may leave a node without its turn for seconds; the others must not take it for dead. */
const nodeTimeoutMs = 60_000;
const msBetweenLooks = 50;

export interface RedisCluster {
  readonly ports: readonly number[];
  /** A client of the whole cluster; the caller ends it. */
  connect(): Cluster;
  stop(): Promise<void>;
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'nearkey-cluster-'));
  const nodes = await Promise.all(
    Array.from({ length: nodeCount }, (_, node) => {
      const name = createHash('sha1').update(`${directory} ${node}`).digest('hex');
      const config = [
        '--cluster-config-file',
        join(directory, `${name}.conf`),
        '--cluster-node-timeout',
        String(nodeTimeoutMs),
      ];
      return startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-port', '0', ...config] });
    }),
  );
  await joinNodes(nodes);
  return {
    ports: nodes.map(({ port }) => port),
    connect: () => new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port }))),
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Gives each node its slots, makes them meet, and waits until all say that the cluster is whole. */
async function joinNodes(nodes: readonly RedisOracle[]): Promise<void> {
  const clients = nodes.map(({ port }) => new Redis({ port }));
  const [first] = nodes;
  for (const [node, client] of clients.entries()) {
    const start = Math.floor((node * slotCount) / nodeCount);
    const end = Math.floor(((node + 1) * slotCount) / nodeCount) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(start), String(end));
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(node + 1));
    if (node > 0 && first !== undefined) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port));
  }
  for (;;) {
    const states = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')));
    const isWhole = states.every(
      (state) => String(state).includes('cluster_state:ok') && String(state).includes('cluster_known_nodes:3'),
    );
    if (isWhole) break;
    await delay(msBetweenLooks);
  }
  for (const client of clients) client.disconnect();
}
