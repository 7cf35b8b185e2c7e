/**
 * Files of rows: CSV, JSON Lines and Parquet, read in pieces. Texts are UTF-8, and what is none ends the reading instead of becoming
 * other characters.
 */
import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { csvRows, invalid, jsonRows, type SourceRow, skipRows } from '@nearkey/sdk/features';
import { openParquetRows } from './parquet-rows.js';

export const rowFormats = ['csv', 'jsonl', 'parquet'] as const;
export type RowFormat = (typeof rowFormats)[number];

export interface RowFile {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Those after the first so many. To be called once. */
  rowsAfter(count: number): AsyncIterable<SourceRow>;
  /** How much of the file has been read, from 0 to 1. */
  share(): number;
}

/** By the end of the name; undefined where it says nothing. */
export function formatOf(path: string): RowFormat | undefined {
  const [, end = ''] = /\.([a-z]+)$/i.exec(path) ?? [];
  if (/^(csv|parquet)$/i.test(end)) return end.toLowerCase() === 'csv' ? 'csv' : 'parquet';
  return /^(jsonl|ndjson)$/i.test(end) ? 'jsonl' : undefined;
}

/** @throws Error when the file cannot be read */
export async function openRowFile(path: string, format: RowFormat): Promise<RowFile> {
  const { size, mtimeMs } = await stat(path);
  const named = { bytes: size, modifiedMs: mtimeMs };
  if (format === 'parquet') return { ...named, ...(await openParquetRows(path)) };
  let stream: ReadStream | undefined;
  const rowsOf = format === 'csv' ? csvRows : jsonRows;
  return {
    ...named,
    rowsAfter(count) {
      stream = createReadStream(path);
      return skipRows(rowsOf(utf8Of(stream)), count);
    },
    share: () => (size === 0 ? 1 : (stream?.bytesRead ?? 0) / size),
  };
}

async function* utf8Of(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      yield decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
    }
    yield decoder.decode();
  } catch (error) {
    throw isDecoding(error) ? invalid(`The file is not UTF-8 after byte ${bytes}`) : error;
  }
}

function isDecoding(error: unknown): boolean {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
