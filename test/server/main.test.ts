/** The program as a person meets it: what it prints, what it refuses, how it ends. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { RawConnection } from '../support/raw-connection.js';

const program = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'nearkey-main-'));
const started: Nearkey[] = [];

afterAll(() => rmSync(directory, { recursive: true }));

afterEach(async () => {
  await Promise.all(started.splice(0).map((nearkey) => nearkey.stop()));
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly complaints: string;
}

/** Runs the program to its end. */
async function run(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, output, complaints };
}

async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Nearkey> {
  const nearkey = await startNearkey({ args, env });
  started.push(nearkey);
  return nearkey;
}

test('--help and --version print and end well', async () => {
  expect(await run('--help')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^nearkey .*--port /s),
    complaints: '',
  });
  expect(await run('--version')).toMatchObject({ code: 0, output: expect.stringMatching(/^nearkey \d+\.\d+\.\d+\n$/) });
});

test.each([
  [['--prot', '1'], "nearkey: unknown option '--prot' (see --help)\n"],
  [['--port', 'x'], "nearkey: bad value 'x' for 'port': argument couldn't be parsed into an integer\n"],
  [['no-such.conf'], "nearkey: can't read the configuration file 'no-such.conf'\n"],
  [['--dir', '/nowhere'], "nearkey: can't change to directory '/nowhere': no such directory\n"],
])('%j is one clear line and a failure', async (args, complaints) => {
  expect(await run(...args)).toEqual({ code: 1, output: '', complaints });
});

test('a busy port is one clear line and a failure', async () => {
  const { port } = await start(['--no-http']);
  const { code, complaints } = await run('--port', String(port), '--no-http');
  expect([code, complaints.split('\n').filter((line) => !line.startsWith('{'))]).toEqual([
    1,
    [`nearkey: 127.0.0.1:${port} is already in use; choose another with --port (0 takes any free port)`, ''],
  ]);
});

test('it says what is up, and one line to try', async () => {
  const both = await start([]);
  expect(both.output()).toContain(`nearkey ready: RESP 127.0.0.1:${both.port}, HTTP 127.0.0.1:${both.httpPort}\n`);
  expect(both.output()).toMatch(/^ {2}made of {2}transport (native|net), vector engine (native|hnswlib)$/m);
  expect(both.output()).toMatch(/ {2}try {6}curl http/);
  const alone = await start(['--no-http', '--transport', 'net', '--vector-engine', 'hnswlib']);
  expect(alone.output().split('\n')).toEqual([
    `nearkey ready: RESP 127.0.0.1:${alone.port}`,
    '  made of  transport net, vector engine hnswlib',
    `  try      redis-cli -p ${alone.port} SET greeting hello`,
    '',
  ]);
});

test('the command line wins over the environment, the environment over the file', async () => {
  const file = join(directory, 'nearkey.conf');
  writeFileSync(file, '# settings\nhz 11\ntimeout 11\nmaxclients 11\n');
  const env = { NEARKEY_TIMEOUT: '22', NEARKEY_MAXCLIENTS: '22' };
  const { port } = await start(['--no-http', file, '--maxclients', '33'], env);
  const connection = await RawConnection.open({ port });
  const reply = (await connection.call('CONFIG', 'GET', 'hz', 'timeout', 'maxclients')).toString();
  expect(reply.split('\r\n').filter((line) => /^\d+$/.test(line))).toEqual(['11', '22', '33']);
  connection.close();
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it well, with a client connected', async (signal) => {
  const nearkey = await startNearkey();
  const connection = await RawConnection.open({ port: nearkey.port });
  await connection.call('PING');
  const exited = new Promise<number | null>((resolve) => nearkey.process.once('exit', resolve));
  nearkey.process.kill(signal);
  expect((await connection.closed()).length).toBe(0);
  expect(await exited).toBe(0);
  await nearkey.stop();
});

describe('nearkey cache replay', () => {
  test('reads a log and prints what it came to', async () => {
    const log = join(directory, 'trail.jsonl');
    writeFileSync(log, '');
    const { code, output, complaints } = await run('cache', 'replay', log, '--max-error-rate', '0.02');
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toMatch(/^0 lookups\n[\s\S]*max error rate 0.02/);
  });

  test('says in one line what is wrong, and how it is used', async () => {
    expect((await run('cache', 'replay', 'missing.jsonl')).complaints).toBe("nearkey: can't read 'missing.jsonl'\n");
    const unknown = await run('cache', 'rewind');
    expect([unknown.code, unknown.complaints]).toEqual([1, "nearkey: there is no 'cache rewind'\n"]);
    expect((await run('cache')).output).toContain('Usage: nearkey cache replay LOG');
  });
});

describe('nearkey cache train', () => {
  test('asks the store it is told of', async () => {
    const { port } = await start(['--no-http']);
    const store = `redis://127.0.0.1:${port}`;
    expect(await run('cache', 'train', '--namespace', 'help', '--store', store)).toEqual({
      code: 0,
      output: 'help has no labels to learn from\n',
      complaints: '',
    });
  });

  test('says in one line what is wrong, and how it is used', async () => {
    expect((await run('cache', 'train')).complaints).toBe('nearkey: there is no cache named: --namespace CACHE\n');
    const absent = await run('cache', 'train', '--namespace', 'help', '--store', 'redis://127.0.0.1:1');
    expect([absent.code, absent.complaints]).toEqual([1, expect.stringMatching(/^nearkey: .*ECONNREFUSED.*\n$/)]);
    expect((await run('cache', 'train', '--help')).output).toContain('Usage: nearkey cache train --namespace CACHE');
  });
});
