/**
 * The rows of a Parquet file, in slices. Moments become ISO-8601 texts with all their digits, where a Date of JavaScript would cut
 * them off below milliseconds.
 */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { SourceRow } from '@nearkey/sdk/features';
import {
  asyncBufferFromFile,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetReadObjects,
  type RowGroup,
} from 'hyparquet';
import { decompressLz4, decompressLz4Raw, decompressZstd } from 'hyparquet-compressors';

/** A row group is read in slices of at most so many rows, and about so many bytes, each of which decodes the pages it needs. */
const sliceRowsMax = 16_384;
const sliceBytes = 32 * 1024 * 1024;

const dayMs = 86_400_000;

export interface ParquetRows {
  rowsAfter(count: number): AsyncIterable<SourceRow>;
  share(): number;
}

const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms) => isoOf(ms, 1_000n, 3),
  timestampFromMicroseconds: (us) => isoOf(us, 1_000_000n, 6),
  timestampFromNanoseconds: (ns) => isoOf(ns, 1_000_000_000n, 9),
  dateFromDays: (days) => new Date(days * dayMs).toISOString().slice(0, 10),
  jsonFromBytes: (bytes) => new TextDecoder().decode(bytes),
};

/** Node's own where it has them; hyparquet itself knows Snappy. */
const compressors = {
  GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)),
  BROTLI: (input: Uint8Array) => new Uint8Array(brotliDecompressSync(input)),
  ZSTD: (input: Uint8Array) => decompressZstd(input),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

const codecsRead: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)]);

/** @throws Error for what is no Parquet, and for one that is compressed otherwise, before any row of it */
export async function openParquetRows(path: string): Promise<ParquetRows> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  checkCodecs(metadata.row_groups.flatMap(({ columns }) => columns.flatMap(({ meta_data }) => meta_data ?? [])));
  const total = Number(metadata.num_rows);
  let read = 0;

  async function* rows(first: number): AsyncGenerator<SourceRow> {
    for (const { start, end } of slicesOf(metadata.row_groups, first)) {
      const objects = await parquetReadObjects({ file, metadata, rowStart: start, rowEnd: end, parsers, compressors });
      for (const [offset, cells] of objects.entries()) {
        read = start + offset + 1;
        yield { line: read, cells };
      }
    }
  }

  return { rowsAfter: rows, share: () => (total === 0 ? 1 : read / total) };
}

/** @throws Error that names the first column which is compressed in a way that is not read */
export function checkCodecs(
  columns: readonly { readonly path_in_schema: readonly string[]; readonly codec: string }[],
): void {
  for (const { path_in_schema, codec } of columns) {
    if (codecsRead.has(codec)) continue;
    throw new Error(
      `the column '${path_in_schema.join('.')}' is compressed with ${codec}, which is not read: write the file with Snappy, ZSTD, GZIP or none`,
    );
  }
}

/** Slices do not cross the bounds of row groups: every page is decoded for as few as may be. Rows are taken to be of one size within a group. */
export function slicesOf(
  groups: readonly Pick<RowGroup, 'num_rows' | 'total_byte_size'>[],
  first: number,
): { start: number; end: number }[] {
  const slices: { start: number; end: number }[] = [];
  let groupStart = 0;
  for (const { num_rows, total_byte_size } of groups) {
    const groupEnd = groupStart + Number(num_rows);
    const rowBytes = Math.max(1, Number(total_byte_size) / Number(num_rows));
    const sliceRows = Math.min(sliceRowsMax, Math.max(1, Math.floor(sliceBytes / rowBytes)));
    for (let start = Math.max(groupStart, first); start < groupEnd; ) {
      const end = Math.min(groupEnd, start + sliceRows);
      slices.push({ start, end });
      start = end;
    }
    groupStart = groupEnd;
  }
  return slices;
}

/** With none, three, six or nine digits of a second: a unit that is finer than the moment says nothing. */
function isoOf(value: bigint, perSecond: bigint, digits: number): string {
  const fraction = ((value % perSecond) + perSecond) % perSecond;
  const upToSeconds = new Date(Number((value - fraction) / perSecond) * 1_000).toISOString().slice(0, 19);
  const written = String(fraction)
    .padStart(digits, '0')
    .replace(/(?:000)+$/, '');
  return written === '' ? `${upToSeconds}Z` : `${upToSeconds}.${written}Z`;
}
