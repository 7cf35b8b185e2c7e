/**
 * Writes a plan's data over one connection, pipelined, with a bounded number of bytes in flight. Runs in a worker thread
 * (`loadInWorker`), so that making commands never delays what the main thread measures meanwhile.
 */
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { type LoadPlan, PlannedCommands } from './load-plan.js';

const COMMANDS_PER_BATCH = 256;
/** Batches sent and not yet answered. */
const BATCHES_IN_FLIGHT = 4;
const LF = 10;
const MINUS = 45;

/** @returns seconds it took. @throws when the server answers with an error */
export function loadInWorker(port: number, plan: LoadPlan): Promise<number> {
  const worker = new Worker(new URL('./loader-worker.js', import.meta.url), { workerData: { port, plan } });
  return new Promise((resolve, reject) => {
    worker.once('message', (seconds: number) => resolve(seconds));
    worker.once('error', reject);
  });
}

/** Resolves when every command is answered, with the seconds it took. */
export function load(port: number, plan: LoadPlan): Promise<number> {
  const commands = new PlannedCommands(plan);
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const startMs = performance.now();
  let sent = 0;
  let answered = 0;
  const sendBatches = (): void => {
    while (sent < plan.count && sent - answered <= COMMANDS_PER_BATCH * (BATCHES_IN_FLIGHT - 1)) {
      const until = Math.min(plan.count, sent + COMMANDS_PER_BATCH);
      let text = '';
      for (; sent < until; sent++) text += commands.command(sent);
      socket.write(text, 'latin1');
    }
  };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', sendBatches);
    socket.on('data', (chunk) => {
      if (chunk.includes(MINUS)) reject(new Error(`the server answered ${chunk.toString('latin1', 0, 200)}`));
      for (const byte of chunk) if (byte === LF) answered++;
      if (answered < plan.count) {
        sendBatches();
        return;
      }
      socket.destroy();
      resolve((performance.now() - startMs) / 1000);
    });
  });
}
