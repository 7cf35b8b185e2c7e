/** What the demo prints: tables of plain text, and a histogram of similarities. */
import type { DemoResult, Latency, Tally } from './demo-run.js';

/** Similarities of prompts to the stored question they are a paraphrase of, or a trap beside. */
export interface Similarities {
  readonly paraphrases: readonly number[];
  readonly traps: readonly number[];
}

export interface DemoReport extends DemoResult {
  readonly company: string;
  /** Undefined: the server's own. */
  readonly minSimilarity: number | undefined;
  readonly similarities: Similarities;
}

const BIN_WIDTH = 0.05;
const BINS = Math.round(1 / BIN_WIDTH);
const BAR_CHARS_MAX = 30;
const WRONG_HITS_SHOWN_MAX = 20;

export function renderDemo(report: DemoReport): string {
  const threshold = report.minSimilarity === undefined ? "the server's default" : report.minSimilarity.toFixed(2);
  return `${[
    `The help desk of ${report.company}: ${report.entries} answers in the cache, threshold ${threshold}`,
    tallyTable([report.questions, ...report.paraphrases, ...report.traps]),
    wrongHitList(report),
    'Similarity to the stored question (cosine)',
    histogram(report.similarities),
    latencyTable(report.latencies),
  ].join('\n\n')}\n`;
}

function tallyTable(tallies: readonly Tally[]): string {
  const rows = tallies.map(({ name, asked, rightHits, wrongHits }) => {
    const isTotal = ['questions as stored', 'paraphrases', 'traps'].includes(name);
    return [
      isTotal ? name : `  ${name}`,
      String(asked),
      String(rightHits),
      percent(rightHits / asked),
      String(wrongHits),
      percent(wrongHits / asked),
    ];
  });
  return table(['', 'asked', 'right hits', '', 'wrong hits', ''], rows);
}

function wrongHitList({ wrongHits }: DemoReport): string {
  if (wrongHits.length === 0) return 'No wrong hits.';
  const lines = wrongHits
    .slice(0, WRONG_HITS_SHOWN_MAX)
    .map(
      ({ asked, answeredAs, similarity }) => `  ${similarity.toFixed(3)}  "${asked}" got the answer to ${answeredAs}`,
    );
  const more = wrongHits.length - lines.length;
  return ['Wrong hits', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** One line per bin, paraphrases to the left and traps to the right; negative values are in the first bin. */
export function histogram({ paraphrases, traps }: Similarities): string {
  const counts = [binCounts(paraphrases), binCounts(traps)] as const;
  const most = Math.max(1, ...counts[0], ...counts[1]);
  const bar = (count: number): string =>
    '#'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR_CHARS_MAX)));
  const side = (count: number): string => `${String(count).padStart(4)} ${bar(count).padEnd(BAR_CHARS_MAX)}`;
  const lines = Array.from({ length: BINS }, (_, bin) => {
    const from = (bin * BIN_WIDTH).toFixed(2);
    return `  ${from} ${side(counts[0][bin] ?? 0)} ${side(counts[1][bin] ?? 0)}`.trimEnd();
  });
  const head = `  from ${'paraphrases'.padEnd(BAR_CHARS_MAX + 5)} traps`;
  return [head, ...lines].join('\n');
}

function binCounts(values: readonly number[]): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(value / BIN_WIDTH)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function latencyTable(latencies: readonly Latency[]): string {
  const rows = latencies.map(({ name, count, p50Ms, p99Ms }) =>
    count === 0 ? [name, '0', '', ''] : [name, String(count), `${p50Ms.toFixed(2)} ms`, `${p99Ms.toFixed(2)} ms`],
  );
  return table(['latency, HTTP included', 'requests', 'p50', 'p99'], rows);
}

/** The first column to the left, the others to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
