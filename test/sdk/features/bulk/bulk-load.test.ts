import {
  type LoadOptions,
  type LoadState,
  loadRecords,
  noRows,
  type RecordSink,
  type Rejection,
  skipRows,
  type WriteResult,
} from '#sdk/features/bulk/bulk-load.js';
import type { SourceRow } from '#sdk/features/bulk/source-row.js';
import { FeatureError } from '#sdk/features/feature-error.js';
import { groupFrom } from '#sdk/features/feature-group.js';
import type { FeatureValue } from '#sdk/features/feature-values.js';
import { newGroup } from '../../../contract/feature-store.js';
import { SeededRandom } from '../../../fuzz/seeded-random.js';
import { all } from '../../../support/all.js';
import { rowsOf } from './source-rows.js';

const group = groupFrom({ ...newGroup('g', 0), generation: 1 });

const row = (line: number): SourceRow =>
  line % 7 === 0
    ? { line, text: 'junk', problem: 'no row' }
    : { line, cells: { id: String(line), t: '2024-01-01T00:00:00Z', a: line % 5 === 0 ? 'wrong' : '1' } };

/** A store that counts what became of records; the end of the process is an error it throws. */
class CountingSink implements RecordSink {
  readonly batchMax = 3;
  readonly stored = new Map<string, number>();
  fail: () => Error | undefined = () => undefined;

  async write(records: readonly (readonly FeatureValue[])[]): Promise<WriteResult[]> {
    return records.map((record): WriteResult => {
      const failure = this.fail();
      if (failure !== undefined && !FeatureError.isInstance(failure)) throw failure;
      if (failure !== undefined) return failure;
      if (record.some(({ ValueAsString }) => ValueAsString === 'wrong')) {
        return new FeatureError('ValidationError', 'not of its type');
      }
      const id = record[0]?.ValueAsString ?? '';
      const isSameTime = this.stored.has(id);
      if (!isSameTime) this.stored.set(id, 1);
      return isSameTime ? { isStale: true, isSameTime } : { isStale: false };
    });
  }
}

/** What outlives the process: the state that was saved, and what was noted of rejected rows, a piece a row. */
class Disk {
  state: LoadState = noRows;
  rejected: Rejection[] = [];

  options(sink: RecordSink, rows: readonly SourceRow[], failSave: () => boolean = () => false): LoadOptions {
    this.rejected.length = this.state.rejectedBytes;
    return {
      group,
      rowsAfter: (count) => skipRows(rowsOf(rows), count),
      skippedColumns: new Set(),
      sink,
      start: this.state,
      reject: async (rejections) => this.rejected.push(...rejections),
      save: async (state) => {
        if (failSave()) throw new Error('killed');
        this.state = state;
      },
      pause: async () => undefined,
    };
  }
}

const rows = Array.from({ length: 200 }, (_, index) => row(index + 1));
const badLines = rows.map(({ line }) => line).filter((line) => line % 7 === 0 || line % 5 === 0);

test('every row is written, or noted with its line and its reason', async () => {
  const [disk, sink] = [new Disk(), new CountingSink()];
  const state = await loadRecords(disk.options(sink, rows));
  expect(state).toMatchObject({ rowsRead: 200, written: 200 - badLines.length, rejected: badLines.length });
  expect(disk.rejected.map(({ line }) => line)).toEqual(badLines);
  expect(disk.rejected[0]).toEqual({ line: 5, reason: 'not of its type', row: expect.objectContaining({ id: '5' }) });
  expect(disk.rejected[1]).toEqual({ line: 7, reason: 'no row', row: 'junk' });
});

test('killed anywhere and run again, it loses no row and doubles none', async () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 30; round++) {
    const [disk, sink] = [new Disk(), new CountingSink()];
    let writes = 0;
    for (let run = 0; ; run++) {
      const killedAt = writes + random.between(1, 120);
      const isKilled = (): boolean => run < 20 && ++writes > killedAt;
      sink.fail = () => (isKilled() ? new Error('killed') : undefined);
      try {
        await loadRecords(disk.options(sink, rows, () => run < 20 && random.chance(0.1)));
        break;
      } catch (error) {
        expect(error).toEqual(new Error('killed'));
      }
    }
    const { rowsRead, written, unchanged, rejected } = disk.state;
    expect([rowsRead, written + unchanged + rejected]).toEqual([200, 200]);
    expect(sink.stored.size).toBe(200 - badLines.length);
    expect(disk.rejected.map(({ line }) => line)).toEqual(badLines);
  }
});

test('what the store cannot take for now is sent again; what fails for good ends the load', async () => {
  const [disk, sink, random] = [new Disk(), new CountingSink(), new SeededRandom(2)];
  sink.fail = () => (random.chance(0.3) ? new FeatureError('ServiceUnavailable', 'down') : undefined);
  expect(await loadRecords(disk.options(sink, rows))).toMatchObject({ rowsRead: 200, rejected: badLines.length });
  expect(sink.stored.size).toBe(200 - badLines.length);
  sink.fail = () => new FeatureError('ServiceUnavailable', 'down');
  await expect(loadRecords(new Disk().options(sink, rows))).rejects.toThrow('down');
});

test('a window ends before large records fill the memory', async () => {
  const large = Array.from({ length: 60 }, (_, index): SourceRow => {
    return { line: index + 1, cells: { id: String(index), t: '2024-01-01T00:00:00Z', b: 'x'.repeat(1 << 20) } };
  });
  let saves = 0;
  const options = new Disk().options(new CountingSink(), large);
  const save = async (): Promise<void> => {
    saves += 1;
  };
  await loadRecords({ ...options, save });
  expect(saves).toBeGreaterThan(6);
});

test('rows that were read are skipped', async () => {
  expect(await all(skipRows(rowsOf(rows.slice(0, 3)), 2))).toEqual([rows[2]]);
});
