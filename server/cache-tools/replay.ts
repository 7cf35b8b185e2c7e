/**
 * `nearkey cache replay LOG`: decides the lookups of an exported trail again, under the configuration that was asked for and along two
 * curves, and prints what each would have come to. Reads the log once, line by line; asks no server.
 */
import { DecisionReplay, parseTrailRecord, type ReplayConfig, type ReplayOutcome } from '@nearkey/sdk';
import type { Mistake } from './tool-arguments.js';

export interface ReplayRequest {
  readonly log: string;
  readonly config: ReplayConfig;
  readonly isJson: boolean;
}

/** What the tool reads from and writes to. */
export interface ReplayIo {
  readonly lines: AsyncIterable<string>;
  /** Length of the log. */
  readonly bytes: number;
  /** To standard output. */
  write(text: string): void;
  /** Where the bar is drawn; undefined where nobody looks. */
  readonly drawBar: ((text: string) => void) | undefined;
}

export const replayUsage = `Usage: nearkey cache replay LOG [--max-error-rate R] [--min-similarity S] [--no-guard] [--json]

LOG is an exported trail: curl http://127.0.0.1:8080/v1/caches/CACHE/trail.jsonl > LOG
--max-error-rate R   another error budget, 0 to 1
--min-similarity S   a fixed cosine similarity in its place, 0 to 1
--no-guard           without the trap guard
--json               a line of JSON for each configuration
`;

const curveRates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
const curveSimilarities = [0.75, 0.8, 0.85, 0.9, 0.92, 0.95, 0.97, 0.99];
const BAR_CELLS = 30;

/** @param argv what follows `cache replay` */
export function parseReplayArguments(argv: readonly string[]): ReplayRequest | Mistake {
  let log: string | undefined;
  let isJson = false;
  let isGuarded: boolean | undefined;
  const fractions: { [option: string]: number } = {};
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    const [option = '', given] = argument.split('=', 2);
    if (argument === '--json') isJson = true;
    else if (argument === '--no-guard') isGuarded = false;
    else if (option === '--max-error-rate' || option === '--min-similarity') {
      const value = fraction(given ?? argv[++at]);
      if (value === undefined) return { mistake: `${option} needs a number from 0 to 1` };
      fractions[option] = value;
    } else if (argument.startsWith('-')) return { mistake: `unknown option '${option}'` };
    else if (log === undefined) log = argument;
    else return { mistake: `unexpected argument '${argument}'` };
  }
  if (log === undefined) return { mistake: 'there is no LOG to read' };
  const { '--max-error-rate': maxErrorRate, '--min-similarity': minSimilarity } = fractions;
  return { log, config: { maxErrorRate, minSimilarity, isGuarded }, isJson };
}

export async function replayLog({ config, isJson }: ReplayRequest, io: ReplayIo): Promise<void> {
  const { isGuarded } = config;
  const isAsked = config.maxErrorRate !== undefined || config.minSimilarity !== undefined || isGuarded !== undefined;
  const configs: ReplayConfig[] = [
    {},
    ...(isAsked ? [config] : []),
    ...curveRates.map((maxErrorRate) => ({ maxErrorRate, isGuarded })),
    ...curveSimilarities.map((minSimilarity) => ({ minSimilarity, isGuarded })),
  ];
  const replay = new DecisionReplay(configs);
  const skipped = await readInto(replay, io);
  const outcomes = replay.outcomes();
  if (isJson) {
    for (const outcome of outcomes) io.write(`${JSON.stringify(outcome)}\n`);
    return;
  }
  io.write(`${replay.lookups} lookups${skipped === 0 ? '' : `; ${skipped} lines are no records and were skipped`}\n`);
  if (!replay.isComplete)
    io.write('The trail does not hold all that the verifier learned from: other budgets are estimates.\n');
  io.write(`\n${tableOf(outcomes)}`);
}

async function readInto(replay: DecisionReplay, { lines, bytes, drawBar }: ReplayIo): Promise<number> {
  let read = 0;
  let skipped = 0;
  let drawn = -1;
  for await (const line of lines) {
    read += Buffer.byteLength(line) + 1;
    const record = parseTrailRecord(line);
    if (record !== undefined) replay.push(record);
    else if (line.trim() !== '') skipped++;
    const percent = Math.min(100, Math.floor((100 * read) / Math.max(1, bytes)));
    if (percent === drawn) continue;
    drawn = percent;
    drawBar?.(`\r${bar(percent)} ${replay.lookups} lookups`);
  }
  drawBar?.('\r\u001b[K');
  return skipped;
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_CELLS);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_CELLS - full)}] ${String(percent).padStart(3)} %`;
}

const columns = ['configuration', 'hits', 'hit rate', 'judged', 'wrong', 'precision', '95 %', 'wrong/all', 'changed'];

function tableOf(outcomes: readonly ReplayOutcome[]): string {
  const rows = [columns, ...outcomes.map(rowOf)];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const lines = rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  );
  const notes = outcomes.some(({ undecided }) => undecided > 0)
    ? '\n* some lookups cannot be decided: the log lacks what this asks for\n'
    : '';
  return `${lines.join('\n')}\n${notes}`;
}

function rowOf(outcome: ReplayOutcome): string[] {
  const { hits, hitRate, judgedHits, wrongHits, precision, precisionInterval, expectedErrorRate, changed } = outcome;
  const { low, high } = precisionInterval;
  return [
    nameOf(outcome),
    String(hits),
    percent(hitRate),
    String(judgedHits),
    String(wrongHits),
    precision === undefined ? '-' : percent(precision),
    precision === undefined ? '-' : `${percent(low)} to ${percent(high)}`,
    percent(expectedErrorRate),
    String(changed),
  ];
}

function nameOf({ config, undecided }: ReplayOutcome): string {
  const { maxErrorRate, minSimilarity, isGuarded } = config;
  const parts = [
    ...(minSimilarity === undefined ? [] : [`min similarity ${minSimilarity}`]),
    ...(minSimilarity !== undefined || maxErrorRate === undefined ? [] : [`max error rate ${maxErrorRate}`]),
    ...(isGuarded === false ? ['no guard'] : []),
  ];
  return `${parts.length === 0 ? 'as logged' : parts.join(', ')}${undecided > 0 ? ' *' : ''}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function fraction(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= 1 ? value : undefined;
}
