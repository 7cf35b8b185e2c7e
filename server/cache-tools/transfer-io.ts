/** Files and HTTP for `nearkey cache warm|export|import|invalidate`. */
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { type Output, ProgressLine } from '../base/progress-line.js';
import type { TransferIo, TransferRequest } from './transfer.js';

export interface OpenTransfer {
  readonly io: TransferIo;
  /** Resolves when what was written is in the file. */
  close(): Promise<void>;
}

/** @throws Error when a file cannot be read */
export function openTransfer(
  { transfer, file }: TransferRequest,
  output: Output,
  clock: { nowMs(): number },
): OpenTransfer {
  const isExport = transfer === 'export';
  const bytes = isExport ? 0 : statSync(file).size;
  const written = isExport ? createWriteStream(file) : undefined;
  const bar = new ProgressLine(output, clock);
  let last: readonly [number, string] = [0, 'no entries'];
  const io: TransferIo = {
    lines: isExport ? noLines() : linesOf(createReadStream(file)),
    bytes,
    write: async (line) => {
      if (written?.write(line) === false) await new Promise<void>((resolve) => written.once('drain', resolve));
    },
    progress(share, text) {
      last = [share, text];
      bar.show(share, text);
    },
    post,
    async get(url, headers) {
      const { status, body } = await fetch(url, { headers });
      return { status, lines: body === null ? noLines() : linesOfBytes(body) };
    },
  };
  return {
    io,
    async close() {
      bar.end(...last);
      written?.end();
      if (written !== undefined) await finished(written);
    },
  };
}

export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

function linesOf(input: NodeJS.ReadableStream): AsyncIterable<string> {
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

async function* noLines(): AsyncGenerator<string, void, undefined> {
  yield* [];
}

async function* linesOfBytes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
