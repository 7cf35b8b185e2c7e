/**
 * A TCP port of the loopback interface that nobody listens on right now. The kernel chooses it; another process may
 * still take it before the caller does, so whoever starts a server on it retries when the bind fails.
 */
import { createServer } from 'node:net';

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the probe has no TCP address'));
        else resolve(address.port);
      });
    });
  });
}
