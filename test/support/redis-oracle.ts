/**
 * The oracle: an unmodified `redis-server` on a free port of the loopback interface, without persistence, in a
 * directory of its own. Whether the program is installed is answered by `requires.ts`.
 */
import type { ChildProcess } from 'node:child_process';
import { type ChildServer, startChildServer } from './child-server.js';
import { freePort } from './free-port.js';

const bindAttempts = 3;

export interface RedisOracle {
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
  output(): string;
}

export async function startRedis(options: { readonly args?: readonly string[] } = {}): Promise<RedisOracle> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    let server: ChildServer;
    try {
      server = await startChildServer({
        command: 'redis-server',
        args: [
          ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
          ...['--enable-debug-command', 'yes', ...(options.args ?? [])],
        ],
        isReady: (output) => output.includes('Ready to accept connections'),
      });
    } catch (error) {
      if (attempt < bindAttempts && String(error).includes('Address already in use')) continue;
      throw error;
    }
    return {
      port,
      process: server.process,
      output: server.output,
      stop: async () => {
        await server.stop();
      },
    };
  }
}
