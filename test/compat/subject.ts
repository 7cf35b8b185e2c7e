/**
 * The server under comparison: Nearkey, or with NEARKEY_COMPAT_SUBJECT=redis a second redis-server, against which a
 * right harness finds no difference.
 */
import { startNearkey } from '../support/nearkey.js';
import { startRedis } from '../support/redis-oracle.js';

export const subjectIsRedis = process.env.NEARKEY_COMPAT_SUBJECT === 'redis';

export interface Subject {
  readonly port: number;
  stop(): Promise<void>;
}

/** `args` are directives that both servers know, as flags. */
export function startSubject(args: readonly string[] = []): Promise<Subject> {
  return subjectIsRedis ? startRedis({ args }) : startNearkey({ args: ['--enable-debug-command', 'yes', ...args] });
}
