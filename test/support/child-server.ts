/**
 * A server that runs as a child process of a test: started in a directory of its own, ready when its output says so,
 * stopped by SIGTERM (SIGKILL when it does not listen), and killed when the test process ends however it ends.
 * A server that dies or stays silent at start rejects with all it wrote, so that a failing test explains itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const outputCharsMax = 1_000_000;

export interface ChildServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly startTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
  /** True once the output shows that the server accepts connections. */
  readonly isReady: (output: string) => boolean;
}

export interface ChildServer {
  readonly process: ChildProcess;
  /** The temporary working directory; removed by `stop`. */
  readonly directory: string;
  /** Everything written to stdout and stderr so far (the last million characters). */
  output(): string;
  /** Ends the process and answers its exit code; null when a signal ended it. */
  stop(): Promise<number | null>;
}

export async function startChildServer(options: ChildServerOptions): Promise<ChildServer> {
  const directory = await mkdtemp(join(tmpdir(), 'nearkey-test-'));
  const child = spawn(options.command, options.args, {
    cwd: directory,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killWithParent = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithParent);

  let written = '';
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      written += `${error.message}\n`;
      resolve(null);
    });
    child.once('exit', (code) => resolve(code));
  });
  const stop = async (): Promise<number | null> => {
    const forced = setTimeout(killWithParent, options.stopTimeoutMs ?? 30_000);
    child.kill('SIGTERM');
    const code = await exited;
    clearTimeout(forced);
    process.off('exit', killWithParent);
    await rm(directory, { recursive: true, force: true });
    return code;
  };
  const server: ChildServer = { process: child, directory, output: () => written, stop };

  const failure = await new Promise<string | null>((resolve) => {
    const timeoutMs = options.startTimeoutMs ?? 60_000;
    const deadline = setTimeout(() => resolve(`was not ready within ${timeoutMs} ms`), timeoutMs);
    const settle = (outcome: string | null): void => {
      clearTimeout(deadline);
      resolve(outcome);
    };
    const collect = (chunk: string): void => {
      written = (written + chunk).slice(-outputCharsMax);
      if (options.isReady(written)) settle(null);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    void exited.then((code) => settle(`ended at start with code ${code}`));
  });
  if (failure !== null) {
    await stop();
    throw new Error(`${[options.command, ...options.args].join(' ')} ${failure}:\n${written}`);
  }
  return server;
}
