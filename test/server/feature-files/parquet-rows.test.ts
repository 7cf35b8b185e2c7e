import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { checkCodecs, openParquetRows, slicesOf } from '#server/feature-files/parquet-rows.js';
import { all } from '../../support/all.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-parquet-'));

afterAll(() => rmSync(directory, { recursive: true }));

test('rows come with all digits of integers and moments, from any row on', async () => {
  const filename = join(directory, 'rows.parquet');
  parquetWriteFile({
    filename,
    rowGroupSize: 2,
    columnData: [
      { name: 'id', data: [2n ** 60n, 2n, 3n], type: 'INT64' },
      { name: 'name', data: ['ü', null, ''], type: 'STRING', nullable: true },
      { name: 'at', data: [new Date(1_500), new Date(-1_500), new Date(0)], type: 'TIMESTAMP' },
      { name: 'v', data: [[1, 0.5], [], [2]] },
    ],
  });
  const file = await openParquetRows(filename);
  expect(await all(file.rowsAfter(0))).toEqual([
    { line: 1, cells: { id: 2n ** 60n, name: 'ü', at: '1970-01-01T00:00:01.500Z', v: expect.anything() } },
    { line: 2, cells: { id: 2n, name: null, at: '1969-12-31T23:59:58.500Z', v: expect.anything() } },
    { line: 3, cells: { id: 3n, name: '', at: '1970-01-01T00:00:00Z', v: expect.anything() } },
  ]);
  expect(file.share()).toBe(1);
  expect((await all((await openParquetRows(filename)).rowsAfter(1))).map(({ line }) => line)).toEqual([2, 3]);
});

test('slices are of one row group each, and bounded', () => {
  const groups = [
    { num_rows: 10n, total_byte_size: 1_000n },
    { num_rows: 40_000n, total_byte_size: 4_000_000n },
  ];
  expect(slicesOf(groups, 4)).toEqual([
    { start: 4, end: 10 },
    { start: 10, end: 16_394 },
    { start: 16_394, end: 32_778 },
    { start: 32_778, end: 40_010 },
  ]);
  expect(slicesOf(groups, 40_010)).toEqual([]);
});

test('slices of large rows have fewer, and one at least', () => {
  const mebibyte = 1024n * 1024n;
  expect(slicesOf([{ num_rows: 40n, total_byte_size: 80n * mebibyte }], 0)).toEqual([
    { start: 0, end: 16 },
    { start: 16, end: 32 },
    { start: 32, end: 40 },
  ]);
  expect(slicesOf([{ num_rows: 2n, total_byte_size: 100n * mebibyte }], 0)).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 2 },
  ]);
  // Some writers leave the size out.
  expect(slicesOf([{ num_rows: 3n, total_byte_size: 0n }], 0)).toEqual([{ start: 0, end: 3 }]);
});

test('what is no Parquet says so', async () => {
  await expect(openParquetRows(process.execPath)).rejects.toThrow('parquet');
});

/** Of pyarrow: in columns `id` and `n` the rows user-(i mod 4) and i squared, i from 0 to 15. */
const compressed = {
  ZSTD: [
    'UEFSMRUAFcwCFZABLBUgFQAVBhUGHAAAACi1L/0gpv0BAIQCAgAAACABBgAAAHVzZXItMDEyMzAxMjMwMTIzMDEyBgAAAHVzZXItMw4E',
    'BkDAAQYEHGBAwAEGBBxgQGhZAhUAFYwCFZoBLBUgFQAVBhUGHAAAACi1L/0ghiUCALQCAgAAACABAAEABAAJABAAGQAkADEAQABRAGQA',
    'eQCQAKkAxADhAAAAAAAAAA8QAAMPPPDAAw888MADDzzwwAMPnBkBFQQZPDUAGAZzY2hlbWEVBAAVDCUCGAJpZCUATBwAAAAVBCUCGAFu',
    'ABYgGRwZLCYAHBUMGSUGABkYAmlkFQwWIBb2Aha6ASYISRwVABUAFQIAPBbAARkGGSYAIAAAACYAHBUEGSUGABkYAW4VDBYgFrYCFsQB',
    'JsIBSRwVABUAFQIAPCkGGSYAIAAAABasBRYgJggW/gIAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRksHAAAHAAAAMEA',
    'AABQQVIx',
  ].join(''),
  LZ4: [
    'UEFSMRUAFcwCFVQsFSAVABUGFQYcAAAA9QECAAAAIAEGAAAAdXNlci0wCgAVMQoAFTIKABUzCgAPKABXUHNlci0zFQAVjAIVlAEsFSAV',
    'ABUGFQYcAAAAcwIAAAAgAQABAAQJABMEEAATCQgAExAIABMZCAATJAgAEzEIABNACAATUQgAE2QIABN5CAATkAgAE6kIABPECACA4QAA',
    'AAAAAAAVBBk8NQAYBnNjaGVtYRUEABUMJQIYAmlkJQBMHAAAABUEJQIYAW4AFiAZHBksJgAcFQwZJQYAGRgCaWQVDhYgFvQCFnwmCEkc',
    'FQAVABUCADwWwAEZBhkmACAAAAAmABwVBBklBgAZGAFuFQ4WIBa2Aha+ASaEAUkcFQAVABUCADwpBhkmACAAAAAWqgUWICYIFroCACgg',
    'cGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZLBwAABwAAADAAAAAUEFSMQ==',
  ].join(''),
};

test.each(Object.entries(compressed))('a file compressed with %s is read', async (codec, base64) => {
  const filename = join(directory, `${codec}.parquet`);
  writeFileSync(filename, Buffer.from(base64, 'base64'));
  const rows = await all((await openParquetRows(filename)).rowsAfter(0));
  const written = Array.from({ length: 16 }, (_, i) => ({
    line: i + 1,
    cells: { id: `user-${i % 4}`, n: BigInt(i * i) },
  }));
  expect(rows).toEqual(written);
});

test('what is compressed in a way that is not read is refused, and says how it is', () => {
  const column = { path_in_schema: ['v', 'list'], codec: 'LZO' } as const;
  expect(() => checkCodecs([column])).toThrow("the column 'v.list' is compressed with LZO, which is not read");
  expect(() => checkCodecs([{ ...column, codec: 'ZSTD' }])).not.toThrow();
});
