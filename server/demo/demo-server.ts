/**
 * A Nearkey of its own for the demo: a child process on free ports, in an empty directory, stopped when the demo ends
 * however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DemoServer {
  /** Where its HTTP interface is: `http://host:port`. */
  readonly origin: string;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../main.js', import.meta.url));
const READY = /^nearkey ready: .*\bHTTP (\S+:\d+)/m;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const OUTPUT_CHARS_MAX = 100_000;

export async function startDemoServer(program: string = PROGRAM): Promise<DemoServer> {
  const directory = await mkdtemp(join(tmpdir(), 'nearkey-demo-'));
  const child = spawn(process.execPath, [program, '--port', '0', '--http-port', '0'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithUs);
  const stop = async (): Promise<void> => {
    await endChild(child);
    process.off('exit', killWithUs);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { origin: `http://${await readyAddress(child)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for the line that says the server is up. Rejects with all it wrote when that does not come. */
function readyAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(failure(`is not ready after ${START_TIMEOUT_MS} ms`)), START_TIMEOUT_MS);
    const failure = (what: string): Error => new Error(`the server ${what}; it wrote: ${output.trim() || 'nothing'}`);
    const read = (chunk: unknown): void => {
      output = `${output}${String(chunk)}`.slice(-OUTPUT_CHARS_MAX);
      const address = READY.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(failure(`did not start: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      reject(failure(`ended with ${signal ?? `code ${code}`}`));
    });
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
