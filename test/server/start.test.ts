import { createServer } from 'node:net';
import { packageVersion, type RunningNearkey, StartError } from '#server/start.js';
import { EmbeddedNearkeys } from '../support/embedded-nearkey.js';
import { RawConnection } from '../support/raw-connection.js';

const nearkeys = new EmbeddedNearkeys();
const start = (settings: Readonly<Record<string, string>>): Promise<RunningNearkey> => nearkeys.start(settings);

afterEach(() => nearkeys.stop());

/** A port that is taken while `run` runs. */
async function withBusyPort(run: (port: number) => Promise<void>): Promise<void> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  try {
    await run(typeof address === 'object' && address !== null ? address.port : 0);
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
}

test('both ports serve the same data', async () => {
  const { port, httpPort } = await start({});
  const health = await fetch(`http://127.0.0.1:${httpPort}/healthz`);
  expect(await health.json()).toMatchObject({ status: 'ok', version: packageVersion() });
  const stats = await fetch(`http://127.0.0.1:${httpPort}/v1/caches/c/stats`);
  expect(stats.status).toBe(200);
  const connection = await RawConnection.open({ port });
  expect((await connection.call('INFO', 'server')).toString()).toContain(`http_port:${httpPort}\r\n`);
  connection.close();
});

test('HTTP can be left out', async () => {
  expect((await start({ http: 'no' })).httpPort).toBe(0);
});

test('an API key closes the routes, and not the health', async () => {
  const { httpPort } = await start({ 'http-api-key': 'key' });
  const status = async (path: string, headers = {}): Promise<number> =>
    (await fetch(`http://127.0.0.1:${httpPort}${path}`, { headers })).status;
  expect(await status('/v1/caches/c/stats')).toBe(401);
  expect(await status('/v1/caches/c/stats', { authorization: 'Bearer key' })).toBe(200);
  expect(await status('/healthz')).toBe(200);
});

test('a busy port is one clear line with the option to change', async () => {
  await withBusyPort(async (port) => {
    await expect(start({ port: String(port) })).rejects.toThrow(
      new StartError(`127.0.0.1:${port} is already in use; choose another with --port (0 takes any free port)`),
    );
    await expect(start({ 'http-port': String(port) })).rejects.toThrow(
      new StartError(`127.0.0.1:${port} is already in use; choose another with --http-port (0 takes any free port)`),
    );
  });
});

test('a directory that is not there, and an address that is not ours', async () => {
  await expect(start({ dir: '/nowhere/at/all' })).rejects.toThrow(
    new StartError("can't change to directory '/nowhere/at/all': no such directory"),
  );
  await expect(start({ bind: '203.0.113.1' })).rejects.toThrow(
    new StartError("can't listen on 203.0.113.1:0: this machine has no such address (--bind)"),
  );
  await expect(start({ 'feast-registry': '/nowhere.json' })).rejects.toThrow(
    new StartError("can't read the registry '/nowhere.json': ENOENT (--feast-registry)"),
  );
  await expect(start({ unixsocket: '/no/such/folder/x.sock', http: 'no' })).rejects.toThrow(
    new StartError("can't listen on /no/such/folder/x.sock: no permission, or no such folder (--unixsocket)"),
  );
});

test('stopping ends both ports', async () => {
  const nearkey = await start({});
  await nearkey.stop();
  await expect(RawConnection.open({ port: nearkey.port })).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${nearkey.httpPort}/healthz`)).rejects.toThrow();
});
