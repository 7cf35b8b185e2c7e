/** Training sets as a person exports them, over HTTP and from a store itself. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFeaturesCommand } from '#server/feature-files/features-command.js';
import { openParquetRows } from '#server/feature-files/parquet-rows.js';
import { all } from '../../support/all.js';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { createGroup } from './groups.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-export-'));
let nearkey: Nearkey;

const Transforms = [
  { Name: 'half', Expression: '@a / 2' },
  { Name: 'label2', Expression: "concat('a', @a)" },
  { Name: 'wrong', Expression: "@a + 'x'" },
];

const day = (n: number): string => `2024-01-0${n}T00:00:00Z`;

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

async function features(...argv: string[]): Promise<{ code: number; said: string; complained: string }> {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await runFeaturesCommand(argv, {
    clock: { nowMs: () => 0, monotonicUs: () => 0 },
    output: { write: (text) => said.push(text) },
    complaints: { write: (text) => complained.push(text) },
    pause: async () => undefined,
    apiKey: undefined,
  });
  return { code, said: said.join(''), complained: complained.join('') };
}

const overHttp = (): string[] => ['--url', `http://127.0.0.1:${nearkey.httpPort}`];
const overResp = (): string[] => ['--store', `redis://127.0.0.1:${nearkey.port}`];

beforeAll(async () => {
  nearkey = await startNearkey();
  for (const [name, versions] of [
    ['people', 100],
    ['shops', 1],
  ] as const) {
    await createGroup(nearkey.httpPort, name, { VersionHistory: { MaxVersions: versions }, Transforms });
    // The later rows come first: versions go into their place.
    const rows = [5, 3, 1].map((n) => `{"id":"1","t":"${day(n)}","a":${n},"v":[${n}]}`);
    const path = write(`${name}.jsonl`, rows.join('\n'));
    expect((await features('load', path, '--group', name, ...overHttp())).code).toBe(0);
  }
});
afterAll(async () => {
  await nearkey.stop();
  rmSync(directory, { recursive: true });
});

const moments = (name: string): string =>
  write(
    name,
    [
      'id,event_timestamp,label',
      `1,${day(2)},yes`,
      `2,${day(2)},no`,
      `1,${day(4)},`,
      `1,${day(6)},yes`,
      '1,never,no',
      '',
    ].join('\n'),
  );

const wanted = [
  { id: '1', event_timestamp: day(2), label: 'yes', a: 1, b: null, v: [1], half: 0.5, label2: 'a1', wrong: null },
  { id: '2', event_timestamp: day(2), label: 'no', a: null, b: null, v: null, half: null, label2: null, wrong: null },
  { id: '1', event_timestamp: day(4), label: null, a: 3, b: null, v: [3], half: 1.5, label2: 'a3', wrong: null },
  { id: '1', event_timestamp: day(6), label: 'yes', a: 5, b: null, v: [5], half: 2.5, label2: 'a5', wrong: null },
];

test.each([
  ['HTTP', overHttp],
  ['RESP', overResp],
])('over %s, each row has what held at its moment', async (how, target) => {
  const path = moments(`${how}.csv`);
  const out = join(directory, `${how}.jsonl`);
  const { code, said, complained } = await features('export', path, '--group', 'people', '--out', out, ...target());
  expect([code, said]).toEqual([2, `4 rows in ${out}, 1 rejected: see ${path}.rejected.jsonl\n`]);
  expect(complained).toBe('100% 4 rows, 1 rejected\n');
  const rows = readFileSync(out, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toEqual(wanted);
  expect(JSON.parse(readFileSync(`${path}.rejected.jsonl`, 'utf8'))).toMatchObject({ line: 6 });
});

test('several groups at once, into Parquet; what a group does not know any more is rejected', async () => {
  const path = moments('both.csv');
  const out = join(directory, 'both.parquet');
  const args = [
    'export',
    path,
    '--group',
    'people,shops',
    '--out',
    out,
    '--features',
    'people:a,people:half,shops:a',
    '--full-names',
  ];
  expect(await features(...args, ...overHttp())).toMatchObject({ code: 2 });
  const rows = await all((await openParquetRows(out)).rowsAfter(0));
  expect(rows.map((row) => 'cells' in row && row.cells)).toEqual([
    { id: '2', event_timestamp: day(2), label: 'no', people__a: null, people__half: null, shops__a: null },
    { id: '1', event_timestamp: day(6), label: 'yes', people__a: 5n, people__half: 2.5, shops__a: 5n },
  ]);
  const rejected = readFileSync(`${path}.rejected.jsonl`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rejected.map(({ line }) => line)).toEqual([2, 4, 6]);
  expect(rejected[0].reason).toContain('shops keeps of this record do not reach back');
});

test.each([
  [['--features', 'nothing'], "has no feature 'nothing'"],
  [['--id', 'nobody'], undefined],
  [['--group', 'nowhere'], 'no feature group with the name nowhere'],
])('%j is refused, or every row of it', async (more, complaint) => {
  const path = moments('odd.csv');
  const out = join(directory, 'odd.jsonl');
  const result = await features('export', path, '--group', 'people', '--out', out, ...more, ...overHttp());
  expect(result.code).toBe(complaint === undefined ? 2 : 1);
  expect(result.complained).toContain(complaint ?? '0 rows, 5 rejected');
  expect(existsSync(`${out}.part`)).toBe(false);
});

test.each([
  [['export'], 'features export takes one file'],
  [['export', 'a.csv', '--group', 'g'], 'features export needs --group and --out'],
  [['export', 'a.csv', '--group', 'g', '--out', 'x.csv'], '--out ends with .jsonl or .parquet'],
])('%j is one clear line', async (argv, complaint) => {
  expect((await features(...argv)).complained).toContain(complaint);
});
