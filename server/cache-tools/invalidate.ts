/**
 * `nearkey cache invalidate --cache ID --model MODEL`: deletes the answers of a model, or those stored before its new version, in a cache
 * behind the HTTP interface of a Nearkey.
 */
import { z } from 'zod';
import { addressOf, headersOf, urlOf } from './cache-address.js';
import { type Mistake, readToolArguments } from './tool-arguments.js';
import type { TransferIo } from './transfer.js';

export interface InvalidateRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly dryRun: boolean;
    readonly model?: string | undefined;
    readonly namespace?: string | undefined;
    readonly storedBeforeMillis?: number | undefined;
  };
}

export const invalidateUsage = `Usage: nearkey cache invalidate --cache ID [--model MODEL] [--namespace NAME] [--before TIME] [--dry-run] [--url URL] [--api-key KEY]

Deletes the entries that all of these select; at least one is needed.
--model MODEL     answers of this model
--namespace NAME  entries of this tenant
--before TIME     entries stored before: 2026-11-29T12:00:00Z, or milliseconds of Unix time
--dry-run         counts them only
--url URL         where the cache's Nearkey is (http://127.0.0.1:8080)
--api-key KEY     the key of its HTTP interface (or NEARKEY_HTTP_API_KEY)
`;

const answer = z.object({ entriesCount: z.int().nonnegative(), isDeleted: z.boolean() });

/** @param argv what follows `cache invalidate` */
export function parseInvalidateArguments(
  argv: readonly string[],
  apiKey: string | undefined,
): InvalidateRequest | Mistake {
  const typed = readToolArguments(argv, {
    options: new Map([
      ['--cache', undefined],
      ['--model', undefined],
      ['--namespace', undefined],
      ['--before', undefined],
      ['--url', 'http://127.0.0.1:8080'],
      ['--api-key', apiKey],
    ]),
    switches: new Set(['--dry-run']),
  });
  if ('mistake' in typed) return typed;
  const { options, switches } = typed;
  const cacheId = options.get('--cache');
  const model = options.get('--model');
  const namespace = options.get('--namespace');
  const before = options.get('--before');
  if (cacheId === undefined) return { mistake: 'there is no cache named: --cache ID' };
  if (model === undefined && namespace === undefined && before === undefined) {
    return { mistake: 'nothing says which entries: --model, --namespace or --before' };
  }
  const storedBeforeMillis = before === undefined ? undefined : momentOf(before);
  if (Number.isNaN(storedBeforeMillis)) return { mistake: `--before is no time: '${before}'` };
  const address = addressOf(cacheId, options);
  return {
    url: urlOf(address, '/invalidate'),
    headers: { 'content-type': 'application/json', ...headersOf(address) },
    body: { dryRun: switches.has('--dry-run'), model, namespace, storedBeforeMillis },
  };
}

/** @returns what is printed. @throws Error in words for the person who typed the command */
export async function runInvalidate(
  { url, headers, body }: InvalidateRequest,
  post: TransferIo['post'],
): Promise<string> {
  const { status, text } = await post(url, headers, JSON.stringify(body));
  if (status !== 200) throw new Error(`the cache answered ${status}: ${text.slice(0, 300)}`);
  const { entriesCount, isDeleted } = answer.parse(JSON.parse(text));
  return `${entriesCount} entries ${isDeleted ? 'deleted' : 'would be deleted'}\n`;
}

function momentOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}
