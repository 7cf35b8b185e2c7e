/**
 * Loads the rows of a file into a group. Rows are written in windows: what a window holds is sent in batches at once, then what was
 * refused is noted with its line and its reason, then the state is saved, and only then the next window is read. So what is
 * held of records is bounded by a window, and of the file by what its reader decodes at once; and a load that was killed goes on at the last state: what of a window had been written is written again, which
 * changes nothing, because an event time that is stored already is not newer.
 */
import { z } from 'zod';
import type { EventTime } from '../event-time.js';
import { FeatureError } from '../feature-error.js';
import type { FeatureGroup } from '../feature-group.js';
import type { WriteOutcome } from '../feature-store.js';
import { type FeatureValue, valueBytes } from '../feature-values.js';
import { recordOfRow } from './row-record.js';
import type { SourceRow } from './source-row.js';

/** Every row that was read is one of the four. */
const loadState = z.object({
  rowsRead: z.int().min(0),
  written: z.int().min(0),
  /** Stored with the same event time already. */
  unchanged: z.int().min(0),
  /** Older than what is stored. */
  stale: z.int().min(0),
  rejected: z.int().min(0),
  /** Length of what was noted of rejected rows. */
  rejectedBytes: z.int().min(0),
});
export type LoadState = z.infer<typeof loadState>;

/** A state, and of what it is one: another file or group, or the same read otherwise, starts from the beginning. */
export const loadCheckpoint = z.object({
  file: z.string(),
  fileBytes: z.number(),
  modifiedMs: z.number(),
  format: z.string(),
  skippedColumns: z.array(z.string()),
  target: z.string(),
  group: z.string(),
  /** A group that was deleted and created anew is another one. */
  groupCreatedAtMs: z.number(),
  state: loadState,
});
export type LoadCheckpoint = z.infer<typeof loadCheckpoint>;

export const noRows: LoadState = { rowsRead: 0, written: 0, unchanged: 0, stale: 0, rejected: 0, rejectedBytes: 0 };

export type WriteResult =
  | { readonly isStale: false }
  | { readonly isStale: true; readonly isSameTime: boolean }
  | FeatureError;

export interface RecordSink {
  /** Records that one call of `write` takes. */
  readonly batchMax: number;
  /** The outcome of each record, in their order. */
  write(records: readonly (readonly FeatureValue[])[]): Promise<readonly WriteResult[]>;
}

export interface Rejection {
  readonly line: number;
  readonly reason: string;
  /** As it was read: the cells, or the text that is no row. */
  readonly row: unknown;
}

export interface LoadOptions {
  readonly group: FeatureGroup;
  /** Those after the first so many. */
  readonly rowsAfter: (count: number) => AsyncIterable<SourceRow>;
  readonly skippedColumns: ReadonlySet<string>;
  readonly sink: RecordSink;
  readonly start: LoadState;
  /** Notes rows that were refused; answers the length of all that is noted. */
  readonly reject: (rejections: readonly Rejection[]) => Promise<number>;
  readonly save: (state: LoadState) => Promise<void>;
  /** Waits before what the store could not take is sent again. */
  readonly pause: (attempt: number) => Promise<void>;
}

const batchesAtOnce = 8;
/** A window with large records holds fewer. */
const windowBytesMax = 8 * 1024 * 1024;
const attemptsMax = 6;

interface Entry {
  readonly source: SourceRow;
  readonly record: readonly FeatureValue[];
}

class Window {
  readonly rejections: Rejection[] = [];
  readonly entries: Entry[] = [];
  rowCount = 0;
  bytes = 0;

  constructor(
    private readonly group: FeatureGroup,
    private readonly skippedColumns: ReadonlySet<string>,
  ) {}

  add(source: SourceRow): void {
    this.rowCount += 1;
    if ('problem' in source) {
      this.rejections.push({ line: source.line, reason: source.problem, row: source.text });
      return;
    }
    try {
      const record = recordOfRow(this.group, source.cells, this.skippedColumns);
      for (const value of record) this.bytes += valueBytes(value.ValueAsString ?? value.ValueAsStringList ?? undefined);
      this.entries.push({ source, record });
    } catch (error) {
      this.rejections.push(rejectionOf(source, error));
    }
  }
}

/** @throws FeatureError when the store refuses for reasons that are no row's; the state that was saved last holds */
export async function loadRecords(options: LoadOptions): Promise<LoadState> {
  const { group, rowsAfter, skippedColumns, sink } = options;
  const rowsMax = sink.batchMax * batchesAtOnce;
  let state = options.start;
  let window = new Window(group, skippedColumns);
  for await (const row of rowsAfter(state.rowsRead)) {
    window.add(row);
    if (window.rowCount < rowsMax && window.bytes < windowBytesMax) continue;
    state = await writeWindow(options, window, state);
    window = new Window(group, skippedColumns);
  }
  return window.rowCount === 0 ? state : writeWindow(options, window, state);
}

/** What is to be written of an iteration that starts at the beginning. */
export async function* skipRows(rows: AsyncIterable<SourceRow>, count: number): AsyncGenerator<SourceRow> {
  let left = count;
  for await (const row of rows) {
    if (left > 0) left -= 1;
    else yield row;
  }
}

/** What became of a record, as a load counts it. */
export function writeResult(outcome: WriteOutcome | FeatureError, eventTime: EventTime | undefined): WriteResult {
  if (FeatureError.isInstance(outcome) || !outcome.isStale) return outcome;
  return { isStale: true, isSameTime: outcome.storedEventTime === eventTime };
}

async function writeWindow(options: LoadOptions, window: Window, before: LoadState): Promise<LoadState> {
  const { sink, reject, save } = options;
  const batches: Entry[][] = [];
  for (let start = 0; start < window.entries.length; start += sink.batchMax) {
    batches.push(window.entries.slice(start, start + sink.batchMax));
  }
  const results = (await Promise.all(batches.map((batch) => writeAll(options, batch)))).flat();
  const rejections = [...window.rejections];
  let [written, unchanged, stale] = [0, 0, 0];
  for (const [position, { source }] of window.entries.entries()) {
    const result = results[position];
    if (result === undefined) throw new FeatureError('InternalFailure', 'The store did not answer for every record');
    if (FeatureError.isInstance(result)) rejections.push(rejectionOf(source, result));
    else if (!result.isStale) written += 1;
    else if (result.isSameTime) unchanged += 1;
    else stale += 1;
  }
  rejections.sort((a, b) => a.line - b.line);
  const state = {
    rowsRead: before.rowsRead + window.rowCount,
    written: before.written + written,
    unchanged: before.unchanged + unchanged,
    stale: before.stale + stale,
    rejected: before.rejected + rejections.length,
    rejectedBytes: rejections.length === 0 ? before.rejectedBytes : await reject(rejections),
  };
  await save(state);
  return state;
}

/** Sends again what the store could not take for now. */
async function writeAll({ sink, pause }: LoadOptions, batch: readonly Entry[]): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  let waiting = [...batch.keys()];
  for (let attempt = 0; waiting.length > 0; attempt++) {
    if (attempt > 0) await pause(attempt);
    const sent = await sink.write(recordsAt(batch, waiting));
    const again: number[] = [];
    for (const [at, position] of waiting.entries()) {
      const result = sent[at];
      if (result === undefined) throw new FeatureError('InternalFailure', 'The store did not answer for every record');
      if (FeatureError.isInstance(result) && result.code !== 'ValidationError') {
        if (result.code !== 'ServiceUnavailable' || attempt + 1 >= attemptsMax) throw result;
        again.push(position);
      } else results[position] = result;
    }
    waiting = again;
  }
  return results;
}

function recordsAt(batch: readonly Entry[], positions: readonly number[]): (readonly FeatureValue[])[] {
  return positions.flatMap((position) => {
    const entry = batch[position];
    return entry === undefined ? [] : [entry.record];
  });
}

function rejectionOf(source: SourceRow, error: unknown): Rejection {
  const reason = error instanceof Error ? error.message : String(error);
  return { line: source.line, reason, row: 'cells' in source ? source.cells : source.text };
}
