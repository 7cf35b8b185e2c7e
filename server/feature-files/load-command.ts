/** `nearkey features load`: a file into a group. The rules of loading are the SDK's; here are the files, and what a person sees. */
import { resolve } from 'node:path';
import { type FeatureGroup, type LoadCheckpoint, type LoadState, loadRecords, noRows } from '@nearkey/sdk/features';
import type { Clock } from '../base/clock.js';
import { type Output, ProgressLine } from '../base/progress-line.js';
import { readCheckpoint, removeCheckpoint, saveCheckpoint } from './checkpoint-file.js';
import type { FeatureTarget } from './feature-target.js';
import { bytesNoted, RejectedFile } from './rejected-file.js';
import { openRowFile, type RowFile, type RowFormat } from './row-file.js';

export interface LoadCommand {
  readonly path: string;
  readonly format: RowFormat;
  readonly group: string;
  readonly skippedColumns: readonly string[];
  readonly rejectedPath: string;
  readonly checkpointPath: string;
  /** From the first row, whatever a checkpoint says. */
  readonly isAnew: boolean;
}

export interface LoadSurroundings {
  readonly target: FeatureTarget;
  readonly clock: Clock;
  /** Where it is told how far the work is. */
  readonly progress: Output;
  readonly pause: (ms: number) => Promise<void>;
}

const pauseMs = 200;

/** @returns what became of the rows, those of an earlier run that was cut off with them */
export async function runLoad(command: LoadCommand, surroundings: LoadSurroundings): Promise<LoadState> {
  const { target, clock, progress, pause } = surroundings;
  const group = await target.group(command.group);
  const file = await openRowFile(command.path, command.format);
  const identity = identityOf(command, file, target, group);
  const saved = command.isAnew ? noRows : await startOf(command, identity);
  if (saved.rowsRead > 0) progress.write(`going on after ${saved.rowsRead} rows of ${command.checkpointPath}\n`);
  const start = { ...saved, rejectedBytes: await bytesNoted(command.rejectedPath, saved.rejectedBytes) };
  if (start.rejectedBytes < saved.rejectedBytes) {
    progress.write(
      `${command.rejectedPath} is gone, or has been cut: the ${saved.rejected} rows refused before are not in the new one\n`,
    );
  }
  const rejected = new RejectedFile(command.rejectedPath, start.rejectedBytes);
  const line = new ProgressLine(progress, clock);
  try {
    const state = await loadRecords({
      group,
      rowsAfter: (count) => file.rowsAfter(count),
      skippedColumns: new Set(command.skippedColumns),
      sink: target.sink(group),
      start,
      reject: (rejections) => rejected.add(rejections),
      save: async (at) => {
        await saveCheckpoint(command.checkpointPath, { ...identity, state: at });
        line.show(file.share(), summary(at));
      },
      pause: (attempt) => pause(pauseMs * 2 ** attempt),
    });
    line.end(1, summary(state));
    await removeCheckpoint(command.checkpointPath);
    return state;
  } finally {
    await rejected.close();
  }
}

export function summary({ rowsRead, written, unchanged, stale, rejected }: LoadState): string {
  const parts = [`${rowsRead} rows`, `${written} written`];
  if (unchanged > 0) parts.push(`${unchanged} there already`);
  if (stale > 0) parts.push(`${stale} older than stored`);
  parts.push(`${rejected} rejected`);
  return parts.join(', ');
}

function identityOf(
  command: LoadCommand,
  file: RowFile,
  target: FeatureTarget,
  { definition }: FeatureGroup,
): Omit<LoadCheckpoint, 'state'> {
  return {
    file: resolve(command.path),
    fileBytes: file.bytes,
    modifiedMs: file.modifiedMs,
    format: command.format,
    skippedColumns: [...command.skippedColumns].sort(),
    target: target.name,
    group: command.group,
    groupCreatedAtMs: definition.createdAtMs,
  };
}

async function startOf({ checkpointPath }: LoadCommand, identity: Omit<LoadCheckpoint, 'state'>): Promise<LoadState> {
  const checkpoint = await readCheckpoint(checkpointPath);
  if (checkpoint === undefined) return noRows;
  const { state, ...of } = checkpoint;
  if (JSON.stringify(of) === JSON.stringify(identity)) return state;
  throw new Error(
    `${checkpointPath} is of another load (${of.file} into ${of.group} at ${of.target}, or the file, how it is read, or the group has changed): --anew starts from the first row`,
  );
}
