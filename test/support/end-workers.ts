/**
 * Loaded into a server ahead of its own code (`node --import`): ends its worker threads when the test says so. After SIGUSR2 the next thread
 * that is sent a message is terminated instead, so that whoever waits for the answer waits for a thread that is gone.
 *
 * Says on stderr when it is armed and when it has ended a thread: a signal is heard some time after it was sent.
 */
import type { Worker } from 'node:worker_threads';

export const armedLine = 'the next message to a worker thread ends it';
export const endedLine = 'a worker thread was ended';

let isArmed = false;

function endAfterMessage(worker: Worker): void {
  const { postMessage } = worker;
  worker.postMessage = (...message) => {
    if (!isArmed) {
      postMessage.apply(worker, message);
      return;
    }
    isArmed = false;
    void worker.terminate().then(() => process.stderr.write(`${endedLine}\n`));
  };
}

process.on('worker', endAfterMessage);
process.on('SIGUSR2', () => {
  isArmed = true;
  process.stderr.write(`${armedLine}\n`);
});
