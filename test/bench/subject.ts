/** The servers that are compared: each a process of its own on a port of the loopback interface. */
import { startNearkey } from '../support/nearkey.js';
import { startRedis } from '../support/redis-oracle.js';

export interface SubjectKind {
  readonly name: string;
  start(): Promise<Subject>;
}

export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export const redisServer: SubjectKind = {
  name: 'redis-server',
  start: async () => {
    const redis = await startRedis();
    return { name: redisServer.name, port: redis.port, pid: pidOf(redis.process.pid), stop: redis.stop };
  },
};

export interface NearkeySettings {
  /** Another build of the server; by default the one in this working tree. */
  readonly mainPath?: string;
  readonly args?: readonly string[];
  /** For Node. */
  readonly nodeOptions?: readonly string[];
}

export function nearkey(name: string, { mainPath, args = [], nodeOptions = [] }: NearkeySettings = {}): SubjectKind {
  return {
    name,
    start: async () => {
      const server = await startNearkey({
        args: ['--no-http', ...args],
        nodeOptions,
        ...(mainPath === undefined ? {} : { mainPath }),
      });
      return { name, port: server.port, pid: pidOf(server.process.pid), stop: server.stop };
    },
  };
}

/** Runs `measure` on a freshly started server. */
export async function onFreshServer<T>(kind: SubjectKind, measure: (subject: Subject) => Promise<T>): Promise<T> {
  const subject = await kind.start();
  try {
    return await measure(subject);
  } finally {
    await subject.stop();
  }
}

function pidOf(pid: number | undefined): number {
  if (pid === undefined) throw new Error('the server has no process');
  return pid;
}
