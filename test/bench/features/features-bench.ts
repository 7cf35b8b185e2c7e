/**
 * The feature store beside Feast's Python feature server on redis-server, in one run: 50 features, HTTP, 10 connections, one record and
 * a hundred; the latency that the server itself sees under 70 % of the load it can bear; and what a record costs in memory.
 *
 * Feast needs a virtual environment: `python3 -m venv FOLDER && FOLDER/bin/pip install 'feast[redis]'`, then `--feast=FOLDER`.
 */
import { startNearkey } from '../../support/nearkey.js';
import { startRedis } from '../../support/redis-oracle.js';
import { machineLines, redisVersion } from '../machine.js';
import { quantile, spread } from '../statistics.js';
import { benchGroup, benchRecord, featureCount, shortName, speakingName } from './bench-group.js';
import { type FeastServer, startFeast } from './feast-server.js';
import { type HttpRequestBytes, runLoad } from './http-load.js';
import { recordMemory } from './record-memory.js';

const recordCount = 1_000;
const connections = 10;
const batch = 100;
const secondsPerTrial = 4;
const loadShare = 0.7;

export interface FeaturesBenchOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Folder of Feast's virtual environment. */
  readonly feast: string;
}

interface Subject {
  readonly name: string;
  readonly port: number;
  readonly one: (count: number) => HttpRequestBytes;
  readonly many: (count: number) => HttpRequestBytes;
}

export async function benchFeatures({ rounds, seed, feast: environment }: FeaturesBenchOptions): Promise<void> {
  say(['# Features', '', ...machineLines({ seed, rounds }), `redis-server: ${redisVersion()}`, '']);
  const nearkey = await startNearkey();
  const feast = environment === '' ? undefined : await startFeast(environment, recordCount);
  try {
    await fill(nearkey.httpPort);
    const ours = nearkeySubject(nearkey.httpPort);
    const subjects = feast === undefined ? [ours] : [ours, feastSubject(feast)];
    const bearable = await compare(subjects, rounds);
    await reportUnderLoad(ours, bearable);
    await reportMemory(nearkey.port);
  } finally {
    await feast?.stop();
    await nearkey.stop();
  }
}

/** @returns how many records a second the first subject can give out, one by one */
async function compare(subjects: readonly Subject[], rounds: number): Promise<number> {
  let bearable = 0;
  for (const kind of ['one', 'many'] as const) {
    const figures = new Map(subjects.map(({ name }) => [name, { p50: [0], p99: [0], rate: [0] }]));
    for (const list of figures.values()) for (const samples of Object.values(list)) samples.length = 0;
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        const load = { port: subject.port, connections, next: subject[kind] };
        await runLoad({ ...load, seconds: 1 });
        const { requestsPerSecond, latenciesMs } = await runLoad({ ...load, seconds: secondsPerTrial });
        const list = figures.get(subject.name);
        list?.p50.push(quantile(latenciesMs, 0.5));
        list?.p99.push(quantile(latenciesMs, 0.99));
        list?.rate.push(requestsPerSecond);
      }
    }
    say(['', `## ${kind === 'one' ? '1 record' : `${batch} records`} of ${featureCount} features`, '']);
    const [[, ours] = []] = figures;
    for (const [name, { p50, p99, rate }] of figures) {
      say([
        `${name}: p50 ${spread(p50).median.toFixed(3)} ms, p99 ${spread(p99).median.toFixed(3)} ms, ` +
          `${spread(rate).median.toFixed(0)} requests/s (${spread(rate).min.toFixed(0)} to ${spread(rate).max.toFixed(0)})`,
      ]);
      if (ours === undefined || ours.p50 === p50) continue;
      const latency = spread(ours.p50).median / spread(p50).median;
      say([
        `ratio to it: p50 ${latency.toFixed(3)}, requests/s ${(spread(ours.rate).median / spread(rate).median).toFixed(1)}`,
      ]);
    }
    if (kind === 'one' && ours !== undefined) bearable = spread(ours.rate).median;
  }
  return bearable;
}

async function reportUnderLoad({ port, one }: Subject, bearable: number): Promise<void> {
  const before = await buckets(port);
  const perSecond = bearable * loadShare;
  const { latenciesMs, requestsPerSecond } = await runLoad({ port, connections, seconds: 8, perSecond, next: one });
  const after = await buckets(port);
  const counts = [...after].map(([le, count]): [number, number] => [le, count - (before.get(le) ?? 0)]);
  const all = Math.max(...counts.map(([, count]) => count));
  say(['', `## Under ${requestsPerSecond.toFixed(0)} requests/s, ${loadShare * 100} % of what it bears`, '']);
  say(
    counts.map(
      ([le, count]) =>
        `answered within ${le * 1_000} ms by the server's own clock: ${((100 * count) / all).toFixed(2)} %`,
    ),
  );
  say([`p99 as clients see it: ${quantile(latenciesMs, 0.99).toFixed(3)} ms`]);
}

/** Upper ends of the histogram of GetRecord, with how many requests lie below. */
async function buckets(port: number): Promise<Map<number, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.matchAll(/^nearkey_http_request_duration_seconds_bucket\{(.*?)\} (\d+)$/gm);
  const found = new Map<number, number>();
  for (const [, labels = '', count] of lines) {
    const le = Number(/le="([\d.]+)"/.exec(labels)?.[1]);
    if (labels.includes('route="/FeatureGroup/{name}"') && labels.includes('method="GET"') && le <= 0.01) {
      found.set(le, Number(count));
    }
  }
  return found;
}

async function reportMemory(nearkeyPort: number): Promise<void> {
  const redis = await startRedis();
  say(['', `## Memory of a record of ${featureCount} features`, '']);
  for (const [server, port] of [['nearkey', nearkeyPort] as const, ['redis-server', redis.port] as const]) {
    for (const [names, nameOf] of [['short names', shortName] as const, ['speaking names', speakingName] as const]) {
      const { packedBytes, fieldsBytes } = await recordMemory(port, nameOf);
      const ratio = (packedBytes / fieldsBytes).toFixed(3);
      const figures = `packed ${packedBytes.toFixed(0)} B, a field for each ${fieldsBytes.toFixed(0)} B, ratio ${ratio}`;
      say([`${server}, ${names}: ${figures}`]);
    }
  }
  await redis.stop();
}

async function fill(port: number): Promise<void> {
  const { name, recordIdName, eventTimeName, features } = benchGroup('bench');
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }).then((r) =>
      r.json(),
    );
  await post(
    '/',
    {
      FeatureGroupName: name,
      RecordIdentifierFeatureName: recordIdName,
      EventTimeFeatureName: eventTimeName,
      FeatureDefinitions: features,
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' },
    },
    { 'x-amz-target': 'SageMaker.CreateFeatureGroup' },
  );
  for (let start = 0; start < recordCount; start += 25) {
    const Entries = Array.from({ length: 25 }, (_, n) => ({ FeatureGroupName: name, Record: benchRecord(start + n) }));
    await post('/BatchWriteRecord', { Entries });
  }
}

function nearkeySubject(port: number): Subject {
  return {
    name: 'nearkey',
    port,
    one: (count) => ({
      method: 'GET',
      path: `/FeatureGroup/bench?RecordIdentifierValueAsString=${(count * 7) % recordCount}`,
    }),
    many: (count) => ({
      method: 'POST',
      path: '/BatchGetRecord',
      body: JSON.stringify({
        Identifiers: [{ FeatureGroupName: 'bench', RecordIdentifiersValueAsString: idsOf(count).map(String) }],
      }),
    }),
  };
}

function feastSubject({ port }: FeastServer): Subject {
  const features = Array.from({ length: featureCount }, (_, n) => `view${Math.floor(n / 10)}:f${n}`);
  const ask = (ids: readonly number[]): HttpRequestBytes => ({
    method: 'POST',
    path: '/get-online-features',
    body: JSON.stringify({ features, entities: { id: ids } }),
  });
  return {
    name: "Feast's Python server",
    port,
    one: (count) => ask([(count * 7) % recordCount]),
    many: (count) => ask(idsOf(count)),
  };
}

function idsOf(count: number): number[] {
  return Array.from({ length: batch }, (_, n) => (count * 13 + n * 7) % recordCount);
}

function say(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
