/**
 * A TCP port of the loopback interface that nobody listens on right now, below those that the kernel hands out to whoever asks for
 * any: no connection and no listener of another test comes to it between the look at it and the caller's bind. Each process looks in
 * a range of its own, as far as there are ranges; whoever starts a server on a port still retries when the bind fails.
 */
import { createServer } from 'node:net';

const lowestPort = 10_000;
const rangePorts = 40;
/** Up to port 32,000; Linux hands out 32,768 and above. */
const ranges = 550;

let taken = 0;

export async function freePort(): Promise<number> {
  const start = lowestPort + (process.pid % ranges) * rangePorts;
  for (let looks = 0; looks < rangePorts; looks++) {
    const port = start + (taken++ % rangePorts);
    if (await isFree(port)) return port;
  }
  throw new Error(`every port from ${start} to ${start + rangePorts - 1} is taken`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
