/**
 * Middleware that puts a SemanticCache in front of a JSON route which answers a prompt. Fits Express 4 and 5; typed by
 * structure, so Express is not imported.
 *
 *   app.post('/ask', express.json(), semanticCache({ cache, promptOf, scopeOf }), (req, res) => { ... res.json(answer) })
 *
 * Evidence on every response:
 *   x-nearkey-cache: hit | miss | bypass        x-nearkey-cache-reason: why it was a miss or a bypass
 *   x-nearkey-cache-tier, x-nearkey-similarity, x-nearkey-entry-id: on a hit
 *
 * Only a complete answer is stored: what the route passes to `res.json` with a 2xx status and no `set-cookie` or `no-store`
 * header, once it has been sent in full. Streams and `res.send` pass through unseen. The caller opts out with
 * `cache-control: no-cache` (no lookup) or `no-store` (neither lookup nor store).
 *
 * Fails open: when the cache is ill the route runs as if there were none, the response says so, `onError` hears of it.
 * `scopeOf` has no default because it decides who shares answers; when it throws, the cache is bypassed.
 */
import { z } from 'zod';
import type { CacheAttributes } from '../semantic-cache/cache-attributes.js';
import type { CacheScope } from '../semantic-cache/cache-scope.js';
import type { LookupRequest, LookupResult, SemanticCache } from '../semantic-cache/semantic-cache.js';

/** What is used of an Express request. */
export interface CachedRequest {
  readonly method: string;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly body?: unknown;
}

/** What is used of an Express response. */
export interface CachedResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  getHeader(name: string): unknown;
  json(body: unknown): unknown;
  once(event: 'finish', listener: () => void): unknown;
}

export interface ExpressCacheOptions<Request extends CachedRequest> {
  readonly cache: SemanticCache;
  /** The prompt of a request; undefined when it has none, and the cache is bypassed. */
  readonly promptOf: (request: Request) => string | undefined;
  /** What must match exactly: who asks, which model, which system prompt. `{}` shares answers with everyone. */
  readonly scopeOf: (request: Request) => CacheScope;
  /** Attributes of the stored entry, and the filter of the lookup. */
  readonly attributesOf?: (request: Request) => CacheAttributes;
  readonly ttlMs?: number | null;
  readonly minSimilarity?: number;
  readonly onError?: (error: unknown, operation: 'lookup' | 'store') => void;
}

const storedResponse = z.object({ status: z.int().min(200).max(299), body: z.unknown() });

export function semanticCache<Request extends CachedRequest>(
  options: ExpressCacheOptions<Request>,
): (request: Request, response: CachedResponse, next: (error?: unknown) => void) => Promise<void> {
  return async (request, response, next) => {
    const directives = cacheControl(request);
    if (directives.has('no-store')) {
      bypass(response, 'no-store');
      next();
      return;
    }
    let question: LookupRequest | null;
    let result: LookupResult | null = null;
    try {
      question = questionOf(request, options);
      if (question !== null && !directives.has('no-cache')) result = await options.cache.lookup(question);
      if (result?.outcome === 'hit' && !result.isStale) {
        replay(response, result);
        return;
      }
    } catch (error) {
      options.onError?.(error, 'lookup');
      bypass(response, 'error');
      next();
      return;
    }
    if (question === null) {
      bypass(response, 'no-prompt');
    } else {
      if (result === null) bypass(response, 'no-cache');
      else markMiss(response, result.outcome === 'hit' ? 'stale' : result.reason);
      storeWhenSent(response, question, options);
    }
    next();
  };
}

function questionOf<Request extends CachedRequest>(
  request: Request,
  options: ExpressCacheOptions<Request>,
): LookupRequest | null {
  if (request.method !== 'POST') return null;
  const prompt = options.promptOf(request);
  if (prompt === undefined) return null;
  const { minSimilarity } = options;
  return { prompt, scope: options.scopeOf(request), attributes: options.attributesOf?.(request), minSimilarity };
}

function replay(response: CachedResponse, hit: Extract<LookupResult, { outcome: 'hit' }>): void {
  const { status, body } = storedResponse.parse(JSON.parse(hit.entry.response));
  response.setHeader('x-nearkey-cache', 'hit');
  response.setHeader('x-nearkey-cache-tier', hit.tier);
  response.setHeader('x-nearkey-similarity', hit.similarity.toFixed(4));
  response.setHeader('x-nearkey-entry-id', hit.entry.id);
  response.statusCode = status;
  response.json(body);
}

/** Takes note of what the route answers, and stores it after the last byte left. */
function storeWhenSent<Request extends CachedRequest>(
  response: CachedResponse,
  question: LookupRequest,
  options: ExpressCacheOptions<Request>,
): void {
  const json = response.json.bind(response);
  response.json = (body) => {
    const { statusCode: status } = response;
    if (isStorable(response)) {
      const stored = JSON.stringify({ status, body });
      const { prompt, scope, attributes } = question;
      response.once('finish', () => {
        options.cache
          .store({ prompt, scope, attributes, response: stored, ttlMs: options.ttlMs })
          .catch((error: unknown) => options.onError?.(error, 'store'));
      });
    }
    return json(body);
  };
}

function isStorable(response: CachedResponse): boolean {
  if (response.statusCode < 200 || response.statusCode > 299) return false;
  if (response.getHeader('set-cookie') !== undefined) return false;
  return !/\b(no-store|private)\b/i.test(String(response.getHeader('cache-control') ?? ''));
}

function cacheControl(request: CachedRequest): ReadonlySet<string> {
  const header = String(request.headers['cache-control'] ?? '');
  return new Set(header.split(',').map((directive) => directive.trim().toLowerCase()));
}

function markMiss(response: CachedResponse, reason: string): void {
  response.setHeader('x-nearkey-cache', 'miss');
  response.setHeader('x-nearkey-cache-reason', reason);
}

function bypass(response: CachedResponse, reason: string): void {
  response.setHeader('x-nearkey-cache', 'bypass');
  response.setHeader('x-nearkey-cache-reason', reason);
}
