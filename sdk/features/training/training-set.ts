/**
 * Training sets: to each row with an identifier and a moment, the values that held at that moment. Nothing of what came later is in a row,
 * however much was written since: values are read from the versions that groups keep, as of the moment of the row. A moment that the versions do not
 * reach is no row of the set but one that is told apart, because a guess would be in the model for good.
 */
import type { Rejection } from '../bulk/bulk-load.js';
import type { Row, SourceRow } from '../bulk/source-row.js';
import { eventTimeOfCell } from '../cell-values.js';
import type { EventTime } from '../event-time.js';
import { FeatureError, invalid } from '../feature-error.js';
import type { Feature, FeatureGroup } from '../feature-group.js';
import type { FeatureValue, Value } from '../feature-values.js';
import { parseMoment } from '../record-history.js';
import type { BoundTransform } from '../transforms.js';

export interface MomentRead {
  readonly recordId: string;
  readonly asOf: EventTime;
}

export interface MomentReader {
  /** Reads that one call takes. */
  readonly batchMax: number;
  /** What held, in their order; undefined for nothing. */
  read(reads: readonly MomentRead[]): Promise<readonly (readonly FeatureValue[] | FeatureError | undefined)[]>;
}

/** A feature, or a transform, as far as a column of a set needs it. */
export type JoinedFeature = Pick<Feature, 'name' | 'type' | 'collection'>;

/** What one group adds to rows. */
export interface JoinedGroup {
  readonly group: FeatureGroup;
  readonly features: readonly JoinedFeature[];
  /** The column with the identifiers of its records. */
  readonly idColumn: string;
  readonly reader: MomentReader;
}

export interface TrainingColumn {
  readonly name: string;
  readonly feature: JoinedFeature;
}

export interface TrainingRow {
  readonly line: number;
  /** As they were read. */
  readonly cells: Readonly<Record<string, unknown>>;
  /** In the order of `trainingColumns`. */
  readonly values: readonly Value[];
}

export interface TrainingOptions {
  readonly rows: AsyncIterable<SourceRow>;
  readonly timeColumn: string;
  readonly joined: readonly JoinedGroup[];
  /** Hears of rows that are not in the set. */
  readonly reject: (rejections: readonly Rejection[]) => Promise<void>;
  /** Waits before what the store could not answer is asked again. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** Rows that are joined together, at most. */
const rowsAtOnce = 1_000;
const attemptsMax = 6;

/** @param isFull whether the names of groups stand before those of features */
export function trainingColumns(joined: readonly JoinedGroup[], isFull: boolean): TrainingColumn[] {
  return joined.flatMap(({ group, features }) =>
    features.map((feature) => ({ name: isFull ? `${group.name}__${feature.name}` : feature.name, feature })),
  );
}

/**
 * The features and transforms that a set takes of a group: those that are named, or all but the identifier and the event time.
 * @throws FeatureError ValidationError for a name that the group does not have
 */
export function joinedFeatures(
  group: FeatureGroup,
  transforms: readonly BoundTransform[],
  names: readonly string[] | undefined,
): readonly JoinedFeature[] {
  const reckoned = transforms.map(({ name, type }) => ({ name, type, collection: undefined }));
  if (names === undefined) {
    const own = group.features.filter((feature) => feature !== group.recordId && feature !== group.eventTime);
    return [...own, ...reckoned];
  }
  return names.map((name) => {
    const feature = group.byName.get(name) ?? reckoned.find((transform) => transform.name === name);
    if (feature === undefined) throw invalid(`The feature group ${group.name} has no feature '${name}'`);
    return feature;
  });
}

/** Rows in the order of the file. @throws FeatureError when the store cannot be asked */
export async function* trainingRows(options: TrainingOptions): AsyncGenerator<TrainingRow[]> {
  let window: SourceRow[] = [];
  for await (const row of options.rows) {
    window.push(row);
    if (window.length < rowsAtOnce) continue;
    yield await joinWindow(options, window);
    window = [];
  }
  if (window.length > 0) yield await joinWindow(options, window);
}

interface Asked {
  readonly row: Row;
  readonly reads: readonly MomentRead[];
}

async function joinWindow(options: TrainingOptions, window: readonly SourceRow[]): Promise<TrainingRow[]> {
  const rejections: Rejection[] = [];
  const asked = window.flatMap((row): Asked[] => {
    if ('problem' in row) {
      rejections.push({ line: row.line, reason: row.problem, row: row.text });
      return [];
    }
    try {
      return [{ row, reads: readsOf(options, row) }];
    } catch (error) {
      rejections.push({ line: row.line, reason: messageOf(error), row: row.cells });
      return [];
    }
  });
  const answers = await Promise.all(
    options.joined.map((joined, position) =>
      readAll(
        options,
        joined,
        asked.flatMap(({ reads }) => reads[position] ?? []),
      ),
    ),
  );
  const rows = asked.flatMap(({ row }, at): TrainingRow[] => {
    const found = answers.map((results) => results[at]);
    const failure = found.find((answer) => FeatureError.isInstance(answer));
    if (FeatureError.isInstance(failure)) {
      rejections.push({ line: row.line, reason: failure.message, row: row.cells });
      return [];
    }
    const values = options.joined.flatMap(({ features }, position) => valuesOf(features, found[position]));
    return [{ line: row.line, cells: row.cells, values }];
  });
  rejections.sort((a, b) => a.line - b.line);
  if (rejections.length > 0) await options.reject(rejections);
  return rows;
}

function readsOf({ timeColumn, joined }: TrainingOptions, { cells }: Row): MomentRead[] {
  return joined.map(({ group, idColumn }) => {
    const id = cells[idColumn];
    if (id === undefined || id === null || id === '') throw invalid(`The row has no '${idColumn}'`);
    return { recordId: String(id), asOf: momentOf(group, cells[timeColumn], timeColumn) };
  });
}

function momentOf(group: FeatureGroup, cell: unknown, column: string): EventTime {
  if (cell === undefined || cell === null || cell === '') throw invalid(`The row has no '${column}'`);
  return parseMoment(eventTimeOfCell(group, cell) ?? String(cell));
}

async function readAll(
  { pause }: TrainingOptions,
  { reader }: JoinedGroup,
  reads: readonly MomentRead[],
): Promise<(readonly FeatureValue[] | FeatureError | undefined)[]> {
  const batches: MomentRead[][] = [];
  for (let start = 0; start < reads.length; start += reader.batchMax) {
    batches.push(reads.slice(start, start + reader.batchMax));
  }
  return (await Promise.all(batches.map((batch) => readBatchOf(reader, batch, pause)))).flat();
}

/** Asks again what could not be answered for now. */
async function readBatchOf(
  reader: MomentReader,
  batch: readonly MomentRead[],
  pause: (attempt: number) => Promise<void>,
): Promise<readonly (readonly FeatureValue[] | FeatureError | undefined)[]> {
  for (let attempt = 1; ; attempt++) {
    const results = await reader.read(batch);
    const failure = results.find((result) => FeatureError.isInstance(result) && result.code !== 'ValidationError');
    if (!FeatureError.isInstance(failure)) return results;
    if (failure.code !== 'ServiceUnavailable' || attempt === attemptsMax) throw failure;
    await pause(attempt);
  }
}

function valuesOf(
  features: readonly JoinedFeature[],
  record: readonly FeatureValue[] | FeatureError | undefined,
): readonly Value[] {
  if (record === undefined || FeatureError.isInstance(record)) return features.map(() => undefined);
  const byName = new Map(
    record.map(({ FeatureName, ValueAsString, ValueAsStringList }) => [
      FeatureName,
      ValueAsString ?? ValueAsStringList ?? undefined,
    ]),
  );
  return features.map(({ name, type }) => {
    const value = byName.get(name);
    // Only transforms: features are finite.
    return type === 'Fractional' && value !== undefined && !isOfNumbers(value) ? undefined : value;
  });
}

function isOfNumbers(value: Exclude<Value, undefined>): boolean {
  return typeof value !== 'string' || Number.isFinite(Number(value));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
