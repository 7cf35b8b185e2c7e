/** What becomes of rows that are refused: none is lost silently. */
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import type { Rejection } from '@nearkey/sdk/features';
import { isMissing } from './missing-file.js';

/** Rows that were refused, a JSON object a line. It is there only if there are any; what a load that was cut off noted after its last state is cut off. */
export class RejectedFile {
  #file: FileHandle | undefined;
  #bytes: number;

  constructor(
    private readonly path: string,
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  async add(rejections: readonly Rejection[]): Promise<number> {
    this.#file ??= await this.#open();
    const text = rejections.map((rejection) => `${JSON.stringify(rejection, asJson)}\n`).join('');
    const { bytesWritten } = await this.#file.write(text, this.#bytes);
    await this.#file.sync();
    this.#bytes += bytesWritten;
    return this.#bytes;
  }

  /** Takes away what an earlier run has left, if this one has nothing to say. */
  async close(): Promise<void> {
    if (this.#bytes === 0) await rm(this.path, { force: true });
    await this.#file?.close();
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.path, this.#bytes === 0 ? 'w' : 'r+');
    await file.truncate(this.#bytes);
    return file;
  }
}

/** Integers of Parquet have more digits than numbers of JSON. */
function asJson(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** What an earlier run has noted in a file: all of it, or nothing when the file is gone or shorter than it was. */
export async function bytesNoted(path: string, bytes: number): Promise<number> {
  if (bytes === 0) return 0;
  try {
    const { size } = await stat(path);
    return size < bytes ? 0 : bytes;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
