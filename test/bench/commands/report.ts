/** The figures of `npm run bench -- commands` as sections of docs/benchmarks.md. */
import type { CoreSection } from '../core-page.js';
import { mebibytes, percent, table } from '../markdown.js';
import type { PingLatency } from '../ping-probe.js';
import type { LoadResult } from '../redis-benchmark.js';
import { median, spread } from '../statistics.js';
import type { MemoryMeasured } from './memory.js';
import type { PausesMeasured } from './pauses.js';
import type { Measured } from './throughput.js';

export interface Figures {
  readonly machine: readonly string[];
  readonly reference: string;
  /** Servers compared with the reference. */
  readonly subjects: readonly string[];
  readonly throughput: readonly Measured[];
  readonly memory: readonly MemoryMeasured[];
  readonly pauses: readonly PausesMeasured[];
}

export function coreSections(figures: Figures): ReadonlyMap<CoreSection, string> {
  const { machine, throughput, memory, pauses, subjects } = figures;
  const sections = new Map<CoreSection, string>();
  const put = (name: CoreSection, ...parts: readonly string[]): void => {
    sections.set(name, [machine.join('; '), ...parts].join('\n\n'));
  };
  if (throughput.length > 0) put('throughput', ...subjects.map((subject) => throughputSection(figures, subject)));
  if (memory.length > 0) put('memory', memorySection(figures));
  if (pauses.length > 0) put('pauses', pausesSection(figures));
  return sections.set('limits', LIMITS);
}

const LIMITS = `- **-P 1**: redis-server waits for the generator, whose one thread is full (see the shares); the ratio by CPU tells what more
  generators would show. In both servers most of a request is the kernel's socket calls, and executing it is the smallest
  part (docs/decisions/0004-executor-hot-path.md). On the transport \`net\`, Node's streams come on top of them.
- **-P 16**: a read brings 16 commands and a write takes 16 replies, so framing, look-up, execution in JavaScript and cache
  misses of the look-up are what is left to compare.
- **1,024-byte values**: both sides copy more, and a value that spans two reads is gathered first.
- **Memory**: an entry is a 20-byte head, the name and the value, rounded up to a size class of 16 bytes
  (docs/decisions/0001-how-keys-and-values-are-held.md), plus 4 to 8 bytes of hash table. A hash has a JavaScript object of some
  90 bytes beside its packed fields, and RSS counts what Node's heap grew by, which weighs on small data. RSS before the data is
  Node.js and its compiled code.
- **Pauses**: a Nearkey client waits for at most two full reads of each busy peer (128 KiB, some 900 commands of this load), for
  a garbage collection (data is not on the JavaScript heap, but its growth hastens collections), and for one slice of 2 ms
  of background work. On two cores, the writer and the probe compete with the server for them.`;

function throughputSection({ throughput, reference }: Figures, subject: string): string {
  const rows = throughput.map((measured) => throughputRow(measured, reference, subject));
  const head = [
    'command',
    'bytes',
    '-P',
    `${reference}: 1000/s`,
    `${subject}: 1000/s`,
    'ratio',
    'p50/p99 ms',
    'CPU us a request',
    'ratio by CPU',
    'cores: server + generator',
  ];
  return [
    `### ${subject} against ${reference}`,
    `Ratio: ${subject}'s requests a second divided by ${reference}'s, higher is better; ratio by CPU: the same of requests a second of
server CPU time, which neighbours on the machine disturb least. Pairs are ${reference}, ${subject}. 50 clients, 100,000 keys. Server and
generator (one thread) are pinned to a core each: the generator limits a run when its share is near 100 % and the server's is not.`,
    table(head, rows),
  ].join('\n\n');
}

function throughputRow(
  { command, valueBytes, pipeline, results }: Measured,
  reference: string,
  subject: string,
): string[] {
  const theirs = results.get(reference) ?? [];
  const ours = results.get(subject) ?? [];
  const pick = (choose: (result: LoadResult) => number): [number, number] => [
    median(theirs.map(choose)),
    median(ours.map(choose)),
  ];
  const [theirP50, ourP50] = pick(({ p50Ms }) => p50Ms);
  const [theirP99, ourP99] = pick(({ p99Ms }) => p99Ms);
  const [theirCpu, ourCpu] = pick(({ serverCpuUs }) => serverCpuUs);
  const [theirShare, ourShare] = pick(({ serverShare }) => serverShare);
  const [theirGenerator, ourGenerator] = pick(({ generatorShare }) => generatorShare);
  return [
    command,
    valueBytes.toLocaleString('en'),
    String(pipeline),
    thousands(theirs.map(({ requestsPerSecond }) => requestsPerSecond)),
    thousands(ours.map(({ requestsPerSecond }) => requestsPerSecond)),
    `**${roundRatio(theirs, ours, ({ requestsPerSecond }) => requestsPerSecond).toFixed(2)}**`,
    `${theirP50.toFixed(2)}/${theirP99.toFixed(2)}, ${ourP50.toFixed(2)}/${ourP99.toFixed(2)}`,
    `${theirCpu.toFixed(2)}, ${ourCpu.toFixed(2)}`,
    roundRatio(theirs, ours, ({ serverCpuUs }) => 1 / serverCpuUs).toFixed(2),
    `${percent(theirShare)} + ${percent(theirGenerator)}, ${percent(ourShare)} + ${percent(ourGenerator)}`,
  ];
}

/** The median over the rounds of ours divided by theirs. */
function roundRatio(
  theirs: readonly LoadResult[],
  ours: readonly LoadResult[],
  choose: (result: LoadResult) => number,
): number {
  return median(
    theirs.flatMap((their, round) => {
      const our = ours[round];
      return our === undefined ? [] : [choose(our) / choose(their)];
    }),
  );
}

function thousands(samples: readonly number[]): string {
  const { median: middle, min, max } = spread(samples);
  const text = (value: number): string => (value / 1000).toFixed(0);
  return `${text(middle)} (${text(min)} to ${text(max)})`;
}

function memorySection({ memory, reference, subjects }: Figures): string {
  const titles = [...new Set(memory.map(({ title }) => title))];
  const rows = titles.flatMap((title) => {
    const samplesOf = (name: string) => memory.filter((sample) => sample.title === title && sample.subject === name);
    const theirRss = median(samplesOf(reference).map(({ rssBytesPerKey }) => rssBytesPerKey));
    return [reference, ...subjects].map((subject) => memoryRow(title, subject, samplesOf(subject), theirRss));
  });
  const head = ['data', 'server', 'RSS bytes a key', 'ratio', 'used_memory a key', 'RSS before', 'loaded 1000/s'];
  return table(head, rows);
}

function memoryRow(title: string, subject: string, samples: readonly MemoryMeasured[], theirRss: number): string[] {
  const rss = samples.map(({ rssBytesPerKey }) => rssBytesPerKey);
  return [
    title,
    subject,
    range(rss),
    (median(rss) / theirRss).toFixed(2),
    range(samples.map(({ usedBytesPerKey }) => usedBytesPerKey)),
    mebibytes(median(samples.map(({ warmRssBytes }) => warmRssBytes))),
    thousands(samples.map(({ keysPerSecond }) => keysPerSecond)),
  ];
}

function range(samples: readonly number[]): string {
  const { median: middle, min, max } = spread(samples);
  return `${middle.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
}

function pausesSection({ pauses, reference, subjects }: Figures): string {
  const rows = [reference, ...subjects].map((name) => {
    const samples = pauses.filter(({ subject }) => subject === name);
    return [
      name,
      pings(samples.map(({ idle }) => idle)),
      pings(samples.map(({ writing }) => writing)),
      pings(samples.map(({ expiring }) => expiring)),
      `${median(samples.map(({ expirySeconds }) => expirySeconds)).toFixed(1)} s`,
    ];
  });
  const keys = (pauses[0]?.keys ?? 0).toLocaleString('en');
  const head = ['server', 'idle', `while ${keys} keys are written`, `while ${keys} keys expire`, 'all gone after'];
  return [
    `Latency of PING asked once a millisecond by a second client: p50 / p99 / max in ms, medians over ${pauses.length / rows.length} runs.
100-byte values; the writer pipelines 256 commands a batch with 4 batches in flight; the keys expire all at once and nobody reads
them. The idle column is what machine and probe add by themselves.`,
    table(head, rows),
  ].join('\n\n');
}

function pings(samples: readonly PingLatency[]): string {
  return [
    median(samples.map(({ p50Ms }) => p50Ms)),
    median(samples.map(({ p99Ms }) => p99Ms)),
    median(samples.map(({ maxMs }) => maxMs)),
  ]
    .map((ms) => ms.toFixed(ms < 10 ? 2 : 1))
    .join(' / ');
}
