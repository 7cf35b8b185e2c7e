/** Users with passwords, as client libraries name them when they connect; what a user may not do rejects the call. */
import { Redis as Redis5 } from 'ioredis';
import { Redis as Redis6 } from 'ioredis6';
import { Redis as Valkey } from 'iovalkey';
import { createClient } from 'redis';
import { type Subject, startSubject } from '../compat/subject.js';

interface Connected {
  call(...argv: [string, ...string[]]): Promise<unknown>;
  close(): void;
}

type Connect = (port: number, username: string, password: string) => Promise<Connected>;

interface Options {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly lazyConnect: boolean;
  readonly retryStrategy: () => null;
}

const ioredisLike =
  (create: (options: Options) => Redis5 | Redis6 | Valkey): Connect =>
  async (port, username, password) => {
    const client = create({ port, username, password, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    await client.connect();
    return { call: (name, ...args) => client.call(name, ...args), close: () => client.disconnect() };
  };

const nodeRedis =
  (RESP: 2 | 3): Connect =>
  async (port, username, password) => {
    const client = createClient({ RESP, username, password, socket: { port, reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    return { call: (...argv) => client.sendCommand(argv), close: () => client.destroy() };
  };

describe.each<[string, Connect]>([
  ['ioredis 5', ioredisLike((options) => new Redis5(options))],
  ['ioredis 6', ioredisLike((options) => new Redis6(options))],
  ['iovalkey', ioredisLike((options) => new Valkey(options))],
  ['node-redis, RESP2', nodeRedis(2)],
  ['node-redis, RESP3', nodeRedis(3)],
])('%s', (_name, connect) => {
  let subject: Subject;

  beforeAll(async () => {
    subject = await startSubject();
    const admin = await connect(subject.port, 'default', '');
    const rules = ['on', '>secret', '~app:*', '+@all', '-@dangerous', '+info', '+client'];
    await admin.call('ACL', 'SETUSER', 'app', ...rules);
    admin.close();
  });

  afterAll(() => subject?.stop());

  test('comes in as the user it is told, and is held to its rules', async () => {
    const client = await connect(subject.port, 'app', 'secret');
    try {
      expect(String(await client.call('ACL', 'WHOAMI'))).toBe('app');
      expect(String(await client.call('SET', 'app:k', 'v'))).toBe('OK');
      await expect(client.call('SET', 'other', 'v')).rejects.toThrow('NOPERM');
      await expect(client.call('FLUSHALL')).rejects.toThrow(
        "NOPERM this user has no permissions to run the 'flushall'",
      );
    } finally {
      client.close();
    }
  });
});
