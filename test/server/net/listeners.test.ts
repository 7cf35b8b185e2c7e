import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { ListenError } from '#server/net/listeners.js';
import { freePort } from '../../support/free-port.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';
import { RawConnection } from '../../support/raw-connection.js';

const certificates = fileURLToPath(new URL('../../../support/certificates/', import.meta.url));
const file = (name: string): string => join(certificates, name);
const pem = (name: string): Buffer => readFileSync(file(name));
const ownTls = {
  'tls-cert-file': file('server.crt'),
  'tls-key-file': file('server.key'),
  'tls-ca-cert-file': file('ca.crt'),
};
const trusting = { ca: pem('ca.crt'), host: '127.0.0.1', servername: 'localhost' };
const asClient = { cert: pem('client.crt'), key: pem('client.key') };
const asStranger = { cert: pem('stranger.crt'), key: pem('stranger.key') };

let started: InProcess | undefined;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nearkey-listeners-'));
});

afterEach(async () => {
  await started?.server.close(0);
  started = undefined;
  rmSync(directory, { recursive: true });
});

async function listening(settings: Record<string, string>): Promise<InProcess> {
  started = startInProcess({ port: '0', ...settings });
  await started.server.listen();
  return started;
}

/** Everything the server says until it has answered PING or ended the connection. */
function ping(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if (heard.endsWith('\r\n')) socket.destroy();
    });
    socket.on('error', (error) => {
      heard += `error: ${'code' in error ? String(error.code) : error.message}`;
    });
    socket.on('close', () => resolve(heard));
    socket.write('PING\r\n');
  });
}

async function overTls(port: number, options: ConnectionOptions = {}): Promise<{ answer: string; peer: string }> {
  const socket: TLSSocket = tlsConnect({ ...trusting, port, ...options });
  let peer = '';
  socket.once('secureConnect', () => {
    peer = String(socket.getPeerCertificate().subject.CN);
  });
  return { answer: await ping(socket), peer };
}

describe('a unix socket', () => {
  test('serves beside TCP, and stands in CLIENT LIST by its path', async () => {
    const path = join(directory, 's.sock');
    const { server } = await listening({ unixsocket: path, unixsocketperm: '700' });
    expect(await ping(connect(path))).toBe('+PONG\r\n');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const overTcp = await RawConnection.open({ port: server.facilities.port });
    const overPath = connect(path);
    await new Promise((resolve) => overPath.once('data', resolve).write('PING\r\n'));
    expect((await overTcp.call('CLIENT', 'LIST')).toString()).toContain(`addr=${path}:0 laddr=${path}:0`);
    overPath.destroy();
    overTcp.close();
  });

  test('takes the place of a file that an earlier server left', async () => {
    const path = join(directory, 's.sock');
    writeFileSync(path, '');
    await listening({ unixsocket: path });
    expect(await ping(connect(path))).toBe('+PONG\r\n');
  });

  test('that cannot be had is told by its setting, and nothing else listens', async () => {
    const made = startInProcess({ port: '0', unixsocket: join(directory, 'missing', 's.sock') });
    const failure = await made.server.listen().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect(failure).toMatchObject({ setting: 'unixsocket', cause: { code: 'EACCES' } });
  });
});

describe('several addresses', () => {
  test('are served on one port; one that is optional may be missing', async () => {
    const { server } = await listening({ bind: '127.0.0.1 127.0.0.2 -203.0.113.7' });
    const { port } = server.facilities;
    expect(await ping(connect(port, '127.0.0.1'))).toBe('+PONG\r\n');
    expect(await ping(connect(port, '127.0.0.2'))).toBe('+PONG\r\n');
  });

  test('all count towards the same clients', async () => {
    const { server } = await listening({ bind: '127.0.0.1 127.0.0.2' });
    const { port } = server.facilities;
    const [one, two] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.2')];
    for (const socket of [one, two]) await new Promise((resolve) => socket.once('data', resolve).write('PING\r\n'));
    expect(server.facilities.clients.count).toBe(2);
    one.destroy();
    two.destroy();
  });
});

describe('TLS', () => {
  test('serves clients whose certificate it knows, and refuses others', async () => {
    const port = await freePort();
    await listening({ ...ownTls, 'tls-port': String(port) });
    expect(await overTls(port, asClient)).toEqual({ answer: '+PONG\r\n', peer: 'localhost' });
    expect((await overTls(port)).answer).not.toContain('PONG');
    expect((await overTls(port, asStranger)).answer).not.toContain('PONG');
    expect(await ping(connect(port, '127.0.0.1'))).not.toContain('PONG');
  });

  test('without authentication serves everyone, with optional one those who show none or a good one', async () => {
    const port = await freePort();
    const { server } = await listening({ ...ownTls, 'tls-port': String(port), 'tls-auth-clients': 'no' });
    expect((await overTls(port)).answer).toBe('+PONG\r\n');
    await server.close(0);
    await listening({ ...ownTls, 'tls-port': String(port), 'tls-auth-clients': 'optional' });
    expect((await overTls(port)).answer).toBe('+PONG\r\n');
    expect((await overTls(port, asClient)).answer).toBe('+PONG\r\n');
    expect((await overTls(port, asStranger)).answer).not.toContain('PONG');
  });

  test('takes a new certificate without a restart, and keeps the old one when the new one is no good', async () => {
    const port = await freePort();
    const { connect: inside } = await listening({ ...ownTls, 'tls-port': String(port), 'tls-auth-clients': 'no' });
    const renewed = ['tls-cert-file', file('renewed.crt'), 'tls-key-file', file('renewed.key')];
    expect(inside().call('CONFIG', 'SET', ...renewed)).toBe('OK');
    expect((await overTls(port, { checkServerIdentity: () => undefined })).peer).toBe('renewed.localhost');
    inside().call('CONFIG', 'SET', 'tls-cert-file', join(directory, 'missing.crt'));
    expect((await overTls(port, { checkServerIdentity: () => undefined })).peer).toBe('renewed.localhost');
  });

  test('speaks the versions it is told to', async () => {
    const port = await freePort();
    await listening({ ...ownTls, 'tls-port': String(port), 'tls-auth-clients': 'no', 'tls-protocols': 'TLSv1.3' });
    expect((await overTls(port, { maxVersion: 'TLSv1.2' })).answer).not.toContain('PONG');
    expect((await overTls(port)).answer).toBe('+PONG\r\n');
  });
});
