/** Feast's Python feature server over a redis-server, both processes of their own. Feast comes from a virtual environment outside the repository. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.js';
import { startRedis } from '../../support/redis-oracle.js';

const repositoryScript = fileURLToPath(new URL('../../../bench/features/feast_repo.py', import.meta.url));
const looksMax = 240;
const msBetweenLooks = 500;

export interface FeastServer {
  readonly port: number;
  readonly redisPort: number;
  stop(): Promise<void>;
}

/** @param environment folder of the virtual environment that holds feast[redis] */
export async function startFeast(environment: string, recordCount: number): Promise<FeastServer> {
  const redis = await startRedis();
  const folder = mkdtempSync(join(tmpdir(), 'nearkey-feast-'));
  const python = join(environment, 'bin', 'python');
  const env = { ...process.env, FEAST_USAGE: 'False', PATH: `${join(environment, 'bin')}:${process.env.PATH}` };
  await promisify(execFile)(python, [repositoryScript, folder, String(redis.port), String(recordCount)], { env });
  const port = await freePort();
  const args = [
    '--chdir',
    folder,
    'serve',
    '--port',
    String(port),
    '--workers',
    '1',
    '--no-access-log',
    '--max-requests',
    '1000000000',
  ];
  const server = spawn(join(environment, 'bin', 'feast'), args, { env, stdio: 'ignore', detached: true });
  for (let looks = 0; looks < looksMax; looks++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    await delay(msBetweenLooks);
  }
  return {
    port,
    redisPort: redis.port,
    async stop() {
      const ended = once(server, 'exit');
      // The server of Feast has workers of its own.
      if (server.pid !== undefined) process.kill(-server.pid);
      await ended;
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
