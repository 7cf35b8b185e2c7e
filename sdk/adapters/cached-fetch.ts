/**
 * A `fetch` with a semantic cache in it, for clients of language models that take one: `new OpenAI({ fetch: cachedFetch({ cache }) })`,
 * `new Anthropic({ fetch: cachedFetch({ cache }) })`. Chat completions, responses and messages go by the cache, in one piece or as
 * streams; everything else goes where it went.
 *
 * The headers of an answer say what the cache did (`x-nearkey-cache` and its kin), and those of a request ask for it (`cache-control`,
 * `x-nearkey-...`), as with the gateway. Of calls that come at once and ask the same, one asks the model. A call that misses is answered
 * when its answer is stored. Fails open: see `LlmCache`.
 */
import type { FrontDoor } from '../llm/doors/front-door.js';
import { LlmCache, type LlmCacheOptions, type LlmFinding } from '../llm/llm-cache.js';
import { anthropicMessagesDoor, openAiChatDoor, openAiResponsesDoor } from '../llm/mod.js';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface CachedFetchOptions extends LlmCacheOptions {
  /** Asks the model; by default the global one. */
  readonly fetch?: Fetch;
}

/** By how a path ends. */
const doors: Readonly<Record<string, FrontDoor>> = {
  '/chat/completions': openAiChatDoor,
  '/responses': openAiResponsesDoor,
  '/messages': anthropicMessagesDoor,
};
const headerPrefixNotSent = 'x-nearkey-';

export function cachedFetch(options: CachedFetchOptions): Fetch {
  const llm = new LlmCache(options);
  const ask = options.fetch ?? globalThis.fetch;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const [, door] = Object.entries(doors).find(([end]) => url.pathname.endsWith(end)) ?? [];
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const body = door === undefined || method !== 'POST' ? undefined : await bodyOf(input, init);
    if (door === undefined || body === undefined) return ask(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const path = url.pathname + url.search;
    const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
    const finding = await llm.find(door, { path, headers: Object.fromEntries(headers), body }, signal);
    const kept = llm.replay(finding);
    if (kept !== undefined) return replayed(finding, kept);
    try {
      const response = await ask(url, {
        ...init,
        method,
        headers: sent(headers),
        body: Buffer.from(finding.body),
        ...(signal === null ? {} : { signal }),
      });
      return passedOn(llm, finding, response);
    } catch (error) {
      llm.leave(finding);
      throw error;
    }
  };
}

/** Undefined where there is none that can be read before it is sent. */
async function bodyOf(input: string | URL | Request, init: RequestInit | undefined): Promise<Uint8Array | undefined> {
  const body = init?.body;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  if (body !== undefined || !(input instanceof Request)) return undefined;
  return Buffer.from(await input.clone().arrayBuffer());
}

/** What the cache was asked is not the model's business, and a body may have grown. */
function sent(headers: Headers): Headers {
  const passed = new Headers(headers);
  for (const name of headers.keys()) if (name.startsWith(headerPrefixNotSent)) passed.delete(name);
  passed.delete('content-length');
  return passed;
}

function replayed({ door, parsed, headers }: LlmFinding, parts: readonly Uint8Array[]): Response {
  const isStream = parsed?.question.delivery.isStream === true;
  const contentType = isStream ? door.streamType : door.jsonType;
  return new Response(Buffer.concat(parts), { status: 200, headers: { ...headers, 'content-type': contentType } });
}

function passedOn(llm: LlmCache, finding: LlmFinding, response: Response): Response {
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  // The body has been decoded, and may be shorter or longer for it.
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  for (const [name, value] of Object.entries(finding.headers)) headers.set(name, value);
  if (body === null || status !== 200) {
    llm.leave(finding);
    return new Response(body, { status, statusText, headers });
  }
  const isStream = (headers.get('content-type') ?? '').startsWith(finding.door.streamType);
  const reader = body.getReader();
  const passed = llm.passed(finding, piecesOf(reader), isStream);
  return new Response(streamOf(passed, reader), { status, statusText, headers });
}

async function* piecesOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}

/** A caller who reads no more ends the answer, even while its next piece is waited for: then it ends as answers that broke off do. */
function streamOf(
  parts: AsyncGenerator<Uint8Array>,
  answer: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await answer.cancel(reason);
      // Who waits for the answer hears that there will be none.
      await parts.return(undefined);
    },
  });
}
