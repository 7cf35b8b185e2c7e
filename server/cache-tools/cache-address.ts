/** Where a cache is behind the HTTP interface of a Nearkey, and what lets its callers in. */
export interface CacheAddress {
  /** Of the Nearkey, without a slash at its end. */
  readonly url: string;
  readonly cacheId: string;
  readonly apiKey: string | undefined;
}

/** @param options with `--url` and `--api-key` */
export function addressOf(cacheId: string, options: ReadonlyMap<string, string | undefined>): CacheAddress {
  return { url: (options.get('--url') ?? '').replace(/\/+$/, ''), cacheId, apiKey: options.get('--api-key') };
}

/** @param path below the cache's own */
export function urlOf({ url, cacheId }: CacheAddress, path: string): string {
  return `${url}/v1/caches/${encodeURIComponent(cacheId)}${path}`;
}

export function headersOf({ apiKey }: CacheAddress): { [name: string]: string } {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}
