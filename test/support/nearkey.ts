/**
 * Nearkey as a user runs it: the built `server/dist/main.js` in a process of its own, on free ports of the loopback
 * interface, in an empty working directory. NEARKEY_TRANSPORT=net (or native) in the environment of the tests decides, as for any
 * Nearkey, which transport the suites run on. The ports are read from the line the server prints when it is up.
 */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startChildServer } from './child-server.js';

const builtMainPath = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
/** As the first line of server/main.ts and `npm start` have it. */
export const nodeOptions = [
  '--max-semi-space-size=2',
  '--no-parallel-scavenge',
  '--max-inlined-bytecode-size-cumulative=4000',
] as const;
const respAddress = /RESP\s+\S*:(\d+)/;
const httpAddress = /HTTP\s+\S*:(\d+)/;

export interface NearkeyOptions {
  /** Added after `--port 0 --http-port 0`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** For Node, beside those that every server gets. */
  readonly nodeOptions?: readonly string[];
  /** Another build of the server; by default the one of this working tree. */
  readonly mainPath?: string;
}

export interface Nearkey {
  readonly port: number;
  /** 0 when the server runs without its HTTP side. */
  readonly httpPort: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
  output(): string;
}

export async function startNearkey(options: NearkeyOptions = {}): Promise<Nearkey> {
  const args = options.args ?? [];
  const withHttp = !args.includes('--no-http');
  const server = await startChildServer({
    command: process.execPath,
    args: [
      ...nodeOptions,
      ...(options.nodeOptions ?? []),
      options.mainPath ?? builtMainPath,
      '--port',
      '0',
      '--http-port',
      '0',
      ...args,
    ],
    ...(options.env === undefined ? {} : { env: options.env }),
    isReady: (output) => /ready/.test(output) && respAddress.test(output) && (!withHttp || httpAddress.test(output)),
  });
  return {
    port: portIn(server.output(), respAddress),
    httpPort: withHttp ? portIn(server.output(), httpAddress) : 0,
    process: server.process,
    output: server.output,
    stop: async () => {
      await server.stop();
    },
  };
}

function portIn(output: string, address: RegExp): number {
  return Number(address.exec(output)?.[1] ?? 0);
}
