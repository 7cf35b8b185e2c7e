/** The state of a load in a file beside what is loaded. It is replaced as a whole: one that is there is never half of one. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type LoadCheckpoint, loadCheckpoint } from '@nearkey/sdk/features';
import { isMissing } from './missing-file.js';

/** Undefined where there is none. @throws Error for a file that is no checkpoint, or cannot be read */
export async function readCheckpoint(path: string): Promise<LoadCheckpoint | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return loadCheckpoint.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is no checkpoint of a load: remove it, or name another with --checkpoint`);
  }
}

export async function saveCheckpoint(path: string, checkpoint: LoadCheckpoint): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(checkpoint));
  await rename(`${path}.new`, path);
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}
