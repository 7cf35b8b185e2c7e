/**
 * `nearkey cache warm|export|import FILE`: fills a cache of a Nearkey from a file of questions and answers, writes its entries into a file,
 * takes them from one. Files are lines of JSON. A thin skin over the HTTP interface: the cache behind it may lie anywhere.
 */
import { exportedEntry } from '@nearkey/sdk';
import { z } from 'zod';
import { addressOf, type CacheAddress, headersOf, urlOf } from './cache-address.js';
import { type Mistake, readToolArguments } from './tool-arguments.js';

export const transferUsage = `Usage: nearkey cache warm|export|import FILE --cache ID [--url URL] [--api-key KEY]

warm      stores what FILE holds: lines of {"prompt":...,"response":...}, with "attributes" and "ttlMillis" where there are any
export    writes every entry into FILE, a line each, without vectors
import    takes the entries of such a FILE; their vectors are made anew
--cache ID      the cache; --url URL where its Nearkey is (http://127.0.0.1:8080)
--api-key KEY   the key of its HTTP interface (or NEARKEY_HTTP_API_KEY)
`;

export type Transfer = 'warm' | 'export' | 'import';

export interface TransferRequest extends CacheAddress {
  readonly transfer: Transfer;
  readonly file: string;
}

/** What the tool reads from and writes to. */
export interface TransferIo {
  /** Of the file that is read; of an export, none. */
  readonly lines: AsyncIterable<string>;
  readonly bytes: number;
  /** To the file that is written. */
  write(line: string): void | Promise<void>;
  /** @param share from 0 to 1 */
  progress(share: number, text: string): void;
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<{ status: number; text: string }>;
  get(
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ status: number; lines: AsyncIterable<string> }>;
}

/** Entries of one call. */
const TOGETHER = 64;

const warmLine = z.object({
  prompt: z.string(),
  response: z.string(),
  attributes: z.record(z.string(), z.string()).optional(),
  ttlMillis: z.int().optional(),
});

export function isTransfer(tool: string | undefined): tool is Transfer {
  return tool === 'warm' || tool === 'export' || tool === 'import';
}

/** @param argv what follows `cache warm` and its like */
export function parseTransferArguments(
  transfer: Transfer,
  argv: readonly string[],
  apiKey: string | undefined,
): TransferRequest | Mistake {
  const typed = readToolArguments(argv, {
    options: new Map([
      ['--cache', undefined],
      ['--url', 'http://127.0.0.1:8080'],
      ['--api-key', apiKey],
    ]),
    operandsMax: 1,
  });
  if ('mistake' in typed) return typed;
  const { options, operands } = typed;
  const [file] = operands;
  const cacheId = options.get('--cache');
  if (file === undefined) return { mistake: 'there is no FILE' };
  if (cacheId === undefined) return { mistake: 'there is no cache named: --cache ID' };
  return { transfer, file, ...addressOf(cacheId, options) };
}

/** @returns how many entries were moved. @throws Error in words for the person who typed the command */
export async function runTransfer(request: TransferRequest, io: TransferIo): Promise<number> {
  if (request.transfer === 'export') return exportInto(request, io);
  return request.transfer === 'warm'
    ? send(request, io, warmLine, '/entries/batch')
    : send(request, io, exportedEntry, '/import');
}

async function send(request: TransferRequest, io: TransferIo, line: z.ZodType, path: string): Promise<number> {
  let waiting: unknown[] = [];
  let sent = 0;
  let bytes = 0;
  let number = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const url = urlOf(request, path);
    const headers = { ...headersOf(request), 'content-type': 'application/json' };
    const { status, text } = await io.post(url, headers, JSON.stringify({ entries: waiting }));
    if (status >= 300) throw new Error(`the cache answered ${status} near line ${number}: ${text.slice(0, 300)}`);
    sent += waiting.length;
    waiting = [];
    io.progress(io.bytes === 0 ? 1 : Math.min(1, bytes / io.bytes), `${sent} entries`);
  };
  for await (const text of io.lines) {
    number++;
    bytes += Buffer.byteLength(text) + 1;
    if (text.trim() === '') continue;
    const parsed = line.safeParse(jsonOf(text));
    if (!parsed.success) throw new Error(`line ${number} is no entry: ${z.prettifyError(parsed.error)}`);
    waiting.push(parsed.data);
    if (waiting.length >= TOGETHER) await flush();
  }
  await flush();
  return sent;
}

async function exportInto(request: TransferRequest, io: TransferIo): Promise<number> {
  const { status, lines } = await io.get(urlOf(request, '/entries.jsonl'), headersOf(request));
  if (status !== 200) throw new Error(`the cache answered ${status}`);
  let count = 0;
  for await (const line of lines) {
    if (line === '') continue;
    await io.write(`${line}\n`);
    count++;
    if (count % 1000 === 0) io.progress(0, `${count} entries`);
  }
  io.progress(1, `${count} entries`);
  return count;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
