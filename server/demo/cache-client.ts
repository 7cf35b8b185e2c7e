/** The two calls of the cache's HTTP interface that the demo makes, one after the other over one connection. */
import { z } from 'zod';

export interface FoundAnswer {
  readonly entryId: string;
  readonly similarity: number;
  readonly tier: 'exact' | 'semantic';
}

export interface CacheClient {
  store(prompt: string, response: string): Promise<string>;
  /** The best entry for a prompt, undefined on a miss. */
  search(prompt: string): Promise<FoundAnswer | undefined>;
}

const REQUEST_TIMEOUT_MS = 30_000;

const storedSchema = z.object({ entryId: z.string() });
const foundSchema = z.object({
  data: z
    .array(z.object({ id: z.string(), similarity: z.number(), searchStrategy: z.enum(['exact', 'semantic']) }))
    .max(1),
});

/** `minSimilarity`: undefined leaves the threshold to the server. */
export function createCacheClient(origin: string, cacheId: string, minSimilarity?: number): CacheClient {
  const entries = `${origin}/v1/caches/${encodeURIComponent(cacheId)}/entries`;
  return {
    async store(prompt, response) {
      return storedSchema.parse(await post(entries, { prompt, response })).entryId;
    },
    async search(prompt) {
      const body = minSimilarity === undefined ? { prompt } : { prompt, similarityThreshold: minSimilarity };
      const [found] = foundSchema.parse(await post(`${entries}/search`, body)).data;
      if (found === undefined) return undefined;
      return { entryId: found.id, similarity: found.similarity, tier: found.searchStrategy };
    },
  };
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${new URL(url).pathname} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
