/** Loads cut off by SIGKILL and run again, over HTTP and into a store itself, as a person runs them. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { FeatureError, groupFrom, noRows } from '#sdk/features/mod.js';
import { type LoadCommand, runLoad, summary } from '#server/feature-files/load-command.js';
import { startAlteringProxy } from '../../support/altering-proxy.js';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { createGroup } from './groups.js';

const program = fileURLToPath(new URL('../../../../server/dist/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'nearkey-load-'));
let nearkey: Nearkey;

beforeAll(async () => {
  nearkey = await startNearkey();
});
afterAll(async () => {
  await nearkey.stop();
  rmSync(directory, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly complaints: string;
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [program, 'features', 'load', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ended: Promise<Ended> = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    ([code, output, complaints]) => ({ code, output, complaints }),
  );
  return { child, ended };
}

/** Kills the load when it has saved a state. */
async function killed(args: readonly string[], checkpoint: string): Promise<Ended> {
  const { child, ended } = start(args);
  const watcher = watch(directory, () => {
    if (existsSync(checkpoint)) child.kill('SIGKILL');
  });
  const result = await ended;
  watcher.close();
  return result;
}

const rowCount = 4_000;
const goodCount = rowCount - rowCount / 100;

function writeRows(name: string): string {
  const lines = Array.from({ length: rowCount }, (_, row) => {
    const a = row % 100 === 99 ? 'wrong' : row;
    return `r${row},2024-01-01T00:00:00Z,${a},"text, ${row}"`;
  });
  const path = join(directory, name);
  writeFileSync(path, ['id,t,a,b', ...lines, ''].join('\n'));
  return path;
}

test.each([
  ['over HTTP', () => nearkey.httpPort, (port: number) => ['--url', `http://127.0.0.1:${port}`]],
  ['into a store itself', () => nearkey.port, (port: number) => ['--store', `redis://127.0.0.1:${port}`]],
])('%s, a load that is killed and run again loses and doubles nothing', async (how, portOf, target) => {
  const group = how.includes('HTTP') ? 'overHttp' : 'overResp';
  await createGroup(nearkey.httpPort, group);
  const path = writeRows(`${group}.csv`);
  const checkpoint = `${path}.checkpoint.json`;
  // Once it has saved a state it gets no more answers, so that it cannot come to its end before it is killed.
  let stalls = true;
  const proxy = await startAlteringProxy(portOf(), (answer) =>
    stalls && existsSync(checkpoint) ? Buffer.alloc(0) : answer,
  );
  const args = [path, '--group', group, ...target(proxy.port)];
  expect((await killed(args, checkpoint)).code).toBeNull();
  stalls = false;
  const { code, output, complaints } = await start(args).ended;
  await proxy.stop();
  expect(complaints).toMatch(/^going on after \d+ rows of /);
  expect([code, existsSync(checkpoint)]).toEqual([2, false]);
  const [, rows, written, unchanged = '0', rejected] =
    /^(\d+) rows, (\d+) written, (?:(\d+) there already, )?(\d+) rejected: see /.exec(output) ?? [];
  expect([rows, Number(written) + Number(unchanged), rejected]).toEqual([
    String(rowCount),
    goodCount,
    String(rowCount / 100),
  ]);
  const rejections = readFileSync(`${path}.rejected.jsonl`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rejections.map(({ line }) => line)).toEqual(Array.from({ length: rowCount / 100 }, (_, n) => n * 100 + 101));
  expect(rejections[0]).toMatchObject({ reason: expect.stringContaining("'wrong'"), row: { id: 'r99' } });
  const redis = new Redis({ port: nearkey.port });
  const keys = await redis.keys(`fs:${group.toLowerCase()}.*`);
  redis.disconnect();
  expect(keys).toHaveLength(goodCount);
});

test('a checkpoint of another load is not gone on from, unless it is asked for', async () => {
  const path = join(directory, 'small.jsonl');
  writeFileSync(path, '{"id":"1","t":"2024-01-01T00:00:00Z","a":1}\n{"id":"1","t":"2023-01-01T00:00:00Z"}\n');
  const checkpoint = {
    ...{ file: 'other', fileBytes: 1, modifiedMs: 1, format: 'jsonl', skippedColumns: [] },
    ...{ target: 't', group: 'g', groupCreatedAtMs: 1, state: noRows },
  };
  writeFileSync(`${path}.checkpoint.json`, JSON.stringify(checkpoint));
  await createGroup(nearkey.httpPort, 'small');
  const args = [path, '--group', 'small', '--url', `http://127.0.0.1:${nearkey.httpPort}`];
  expect(await start(args).ended).toMatchObject({ code: 1, complaints: expect.stringContaining('of another load') });
  expect(await start([...args, '--anew']).ended).toEqual({
    code: 0,
    output: '2 rows, 1 written, 1 older than stored, 0 rejected\n',
    complaints: '100% 2 rows, 1 written, 1 older than stored, 0 rejected\n',
  });
});

test('a summary leaves out what there is nothing of', () => {
  expect(summary(noRows)).toBe('0 rows, 0 written, 0 rejected');
});

describe('a load that was cut off after eight rows', () => {
  const path = join(directory, 'cut.csv');
  const command: LoadCommand = {
    path,
    format: 'csv',
    group: 'g',
    skippedColumns: ['x'],
    rejectedPath: `${path}.rejected.jsonl`,
    checkpointPath: `${path}.checkpoint.json`,
    isAnew: false,
  };
  const definition = (FeatureName: string) => ({
    FeatureName,
    FeatureType: 'String' as const,
    CollectionType: undefined,
    CollectionConfig: undefined,
  });
  const groupOf = (createdAtMs: number) =>
    groupFrom({
      ...{ name: 'g', generation: 1, schemaVersion: 1, recordIdName: 'id', eventTimeName: 't', tags: [], metadata: {} },
      features: [definition('id'), definition('t')],
      createdAtMs,
      modifiedAtMs: createdAtMs,
    });

  /** @param writesMax calls of the sink, which takes a record each, before it refuses */
  async function load(more: Partial<LoadCommand>, createdAtMs = 1, writesMax = 100): Promise<string> {
    let [output, writes] = ['', 0];
    const target = {
      name: 't',
      group: async () => groupOf(createdAtMs),
      sink: () => ({
        batchMax: 1,
        async write() {
          writes += 1;
          if (writes > writesMax) throw new FeatureError('AccessForbidden', 'no more');
          return [{ isStale: false as const }];
        },
      }),
      reader: () => ({ batchMax: 1, read: async () => [] }),
      close: () => undefined,
    };
    const surroundings = {
      target,
      clock: { nowMs: () => 0, monotonicUs: () => 0 },
      progress: { write: (written: string) => (output += written) },
      pause: async () => undefined,
    };
    const state = await runLoad({ ...command, ...more }, surroundings);
    return `${output}${summary(state)}`;
  }

  beforeEach(async () => {
    const rows = Array.from({ length: 12 }, (_, row) => (row % 4 === 3 ? 'wrong' : `${row},2024-01-01T00:00:00Z,`));
    writeFileSync(path, ['id,t,x', ...rows, ''].join('\n'));
    await expect(load({ isAnew: true }, 1, 6)).rejects.toThrow('no more');
  });

  test('is gone on with', async () => {
    expect(await load({})).toMatch(/^going on after 8 rows of .*12 rows, 9 written, 3 rejected$/s);
    expect(readFileSync(command.rejectedPath, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  });

  test.each<[string, Partial<LoadCommand>, number]>([
    ['into a group that was created anew', {}, 2],
    ['with other columns left out', { skippedColumns: [] }, 1],
    ['read in another format', { format: 'jsonl' }, 1],
  ])('is another one %s', async (_how, more, createdAtMs) => {
    await expect(load(more, createdAtMs)).rejects.toThrow('is of another load');
  });

  test('begins a new file of rejections where the old one is gone, and says so', async () => {
    rmSync(command.rejectedPath);
    expect(await load({})).toContain('is gone, or has been cut: the 2 rows refused before are not in the new one');
    expect(readFileSync(command.rejectedPath, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });
});
