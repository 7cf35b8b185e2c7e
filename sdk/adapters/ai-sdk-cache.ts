/**
 * Middleware for Vercel's AI SDK, in the shapes of versions 6 (`aiSdkCache`) and 5 (`aiSdk5Cache`):
 * `wrapLanguageModel({ model, middleware: aiSdkCache({ cache }) })`.
 *
 * What must match exactly and what may be similar is derived as for every language model (llm/llm-request.ts). A generated answer is stored
 * whole, a streamed one with its parts; each serves both ways: text and tool calls, usage and finish reason come back as they were, and
 * `providerMetadata.nearkey` says by what, and how many dollars were saved (`hitDollars`, where the model's price is known). Of calls that come
 * at once and ask the same, one asks the model. Not stored: answers that were cut off or filtered, and streams that failed or were left.
 *
 * Fails open: see `SharedAnswers`.
 */
import { z } from 'zod';
import { type CacheabilityRules, cacheability, defaultCacheabilityRules } from '../llm/cacheability.js';
import { servedMetadata } from '../llm/evidence.js';
import { type JsonMembers, type LlmRequest, llmScope } from '../llm/llm-request.js';
import {
  type AskedAnswer,
  type FoundAnswer,
  type OpenCall,
  SharedAnswers,
  type SharedAnswersOptions,
} from '../llm/shared-answers.js';
import type { StoredAnswer } from '../llm/stored-answer.js';
import type { JsonValue } from '../semantic-cache/cache-scope.js';

export interface AiSdkCacheOptions extends SharedAnswersOptions {
  readonly rules?: CacheabilityRules;
}

/** What of a call's parameters is read; the rest counts as it is. */
const paramsSchema = z.looseObject({
  prompt: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.looseObject({ type: z.string(), name: z.string() })).nullish(),
  temperature: z.number().nullish(),
});
const samplingNames = [
  ...['temperature', 'maxOutputTokens', 'stopSequences', 'topP', 'topK', 'presencePenalty', 'frequencyPenalty', 'seed'],
];
/** How an answer travels. */
const deliveryNames = ['abortSignal', 'headers', 'includeRawChunks'];
const knownNames = new Set(['prompt', 'tools', 'toolChoice', 'responseFormat', ...samplingNames, ...deliveryNames]);

const partSchema = z.looseObject({ type: z.string() });
type Part = z.infer<typeof partSchema>;

/** A generated answer as both versions have it. */
const resultSchema = z.looseObject({
  content: z.array(partSchema),
  finishReason: z.unknown(),
  usage: z.looseObject({}),
});
type Result = z.infer<typeof resultSchema>;

const wholeReasons: ReadonlySet<unknown> = new Set(['stop', 'tool-calls']);
/** Parts that make up one piece of content, by how their names begin. */
const growing = ['text', 'reasoning'] as const;

/** What the SDK hands to a middleware, in the members that are read. Results are the SDK's own, whatever its version. */
interface Wrapped {
  readonly params: object;
  readonly model: { readonly provider: string; readonly modelId: string };
}

interface Generating<Result> extends Wrapped {
  readonly doGenerate: () => PromiseLike<Result>;
}

interface Streaming<Result> extends Wrapped {
  readonly doStream: () => PromiseLike<Result>;
}

interface AiSdkWrappers {
  wrapGenerate<Result extends object>(options: Generating<Result>): Promise<Result>;
  wrapStream<Result extends { stream: ReadableStream }>(options: Streaming<Result>): Promise<Result>;
}

export type AiSdkCache = AiSdkWrappers & { readonly specificationVersion: 'v3' };
export type AiSdk5Cache = AiSdkWrappers & { readonly middlewareVersion: 'v2' };

export function aiSdkCache(options: AiSdkCacheOptions): AiSdkCache {
  return { specificationVersion: 'v3', ...wrappers(new AiSdkAnswers(options, 'ai-sdk-3')) };
}

export function aiSdk5Cache(options: AiSdkCacheOptions): AiSdk5Cache {
  return { middlewareVersion: 'v2', ...wrappers(new AiSdkAnswers(options, 'ai-sdk-2')) };
}

function wrappers(answers: AiSdkAnswers): AiSdkWrappers {
  return {
    async wrapGenerate<Result extends object>({ doGenerate, params, model }: Generating<Result>) {
      const { found, call } = await answers.find(params, model);
      // Entries of one format are results of one version of the SDK.
      if (found !== undefined) return z.custom<Result>().parse(found.result);
      try {
        const result = await doGenerate();
        await answers.keep(call, result, undefined);
        return result;
      } finally {
        call?.leave();
      }
    },
    async wrapStream<Result extends { stream: ReadableStream }>({ doStream, params, model }: Streaming<Result>) {
      const { found, call } = await answers.find(params, model);
      if (found !== undefined) return z.custom<Result>().parse({ stream: streamOf(found.parts) });
      try {
        const result = await doStream();
        return { ...result, stream: answers.collected(call, result.stream) };
      } catch (error) {
        call?.leave();
        throw error;
      }
    },
  };
}

interface Found {
  readonly result: Result;
  readonly parts: readonly Part[];
}

class AiSdkAnswers {
  readonly #options: AiSdkCacheOptions;
  readonly #answers: SharedAnswers;
  readonly #format: string;

  constructor(options: AiSdkCacheOptions, format: string) {
    this.#options = options;
    this.#answers = new SharedAnswers(options);
    this.#format = format;
  }

  /** What the cache has, or the call whose answer is for it; neither: the call is not for the cache. */
  async find(
    params: object,
    model: { readonly provider: string; readonly modelId: string },
  ): Promise<{ readonly found?: Found; readonly call?: OpenCall | undefined }> {
    const asked = this.#asked(params, model);
    if (asked === undefined) return {};
    const signal = 'abortSignal' in params && params.abortSignal instanceof AbortSignal ? params.abortSignal : null;
    const found = await this.#answers.find(asked, signal);
    if (found.answer === undefined) return { call: found.call };
    const shown = this.#shown(found);
    return shown === undefined ? { call: this.#answers.open(asked) } : { found: shown };
  }

  #asked(params: object, model: { readonly provider: string; readonly modelId: string }): AskedAnswer | undefined {
    const question = requestOf(params, model, this.#format);
    if (question === undefined) return undefined;
    const { tenant, principal } = this.#answers.caller();
    const llm: LlmRequest = { ...question, tenant };
    if (cacheability(llm, this.#options.rules ?? defaultCacheabilityRules) !== undefined) return undefined;
    return { request: { ...llmScope(llm), principal }, format: this.#format, model: model.modelId };
  }

  /** Undefined when it cannot be read. */
  #shown({ answer, evidence }: Extract<FoundAnswer, { answer: object }>): Found | undefined {
    const nearkey = servedMetadata(evidence);
    try {
      const stored = resultSchema.parse(JSON.parse(answer.body));
      const parts = answer.events?.map(({ data }) => partSchema.parse(JSON.parse(data))) ?? partsOf(stored);
      return {
        result: { ...stored, ...revived(stored), providerMetadata: metadata(stored, nearkey) },
        parts: parts.map((part) => shown(part, nearkey)),
      };
    } catch (error) {
      this.#options.onError?.(error, 'lookup');
      return undefined;
    }
  }

  /** Without effect where the answer is none that is kept. */
  async keep(call: OpenCall | undefined, given: object, parts: readonly Part[] | undefined): Promise<void> {
    if (call === undefined) return;
    let answer: StoredAnswer;
    try {
      const result = resultSchema.parse(given);
      if (!wholeReasons.has(unified(result.finishReason))) return;
      const { request: _request, ...kept } = result;
      answer = {
        format: this.#format,
        text: textOf(result.content),
        body: JSON.stringify({ ...kept, response: withoutTransport(result.response) }),
        events: parts?.map((part) => ({ data: JSON.stringify(part) })),
        usage: { inputTokens: total(result.usage.inputTokens), outputTokens: total(result.usage.outputTokens) },
      };
    } catch (error) {
      this.#options.onError?.(error, 'store');
      return;
    }
    await call.keep(answer);
  }

  /** Passes parts on as they come; when a stream has ended as whole ones do, its answer is kept. */
  collected<StreamPart extends { readonly type: string }>(
    call: OpenCall | undefined,
    stream: ReadableStream<StreamPart>,
  ): ReadableStream<StreamPart> {
    const reader = stream.getReader();
    const parts: Part[] = [];
    const ended = async (): Promise<void> => {
      const result = resultOf(parts);
      const kept = parts.filter(({ type }) => type !== 'raw');
      if (result !== undefined) await this.keep(call, result, kept);
    };
    return new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            parts.push({ ...value });
            controller.enqueue(value);
            return;
          }
          await ended();
          call?.leave();
          controller.close();
        } catch (error) {
          call?.leave();
          controller.error(error);
        }
      },
      async cancel(reason) {
        call?.leave();
        await reader.cancel(reason);
      },
    });
  }
}

function requestOf(
  given: object,
  model: { readonly provider: string; readonly modelId: string },
  format: string,
): LlmRequest | undefined {
  const params = paramsSchema.safeParse(jsonOf(given));
  if (!params.success) return undefined;
  const { prompt, tools, temperature } = params.data;
  const members = jsonMembers(params.data);
  const messages = prompt.map(jsonMembers);
  const last = prompt.findLastIndex(({ role }) => role === 'user');
  const content = z.array(z.looseObject({ type: z.string(), text: z.string().optional() }));
  const turn = content.safeParse(prompt[last]?.content);
  const turnParts = turn.success ? turn.data : [];
  const firstTurn = prompt.findIndex(({ role }) => role !== 'system');
  const start = firstTurn === -1 ? prompt.length : firstTurn;
  const picked = (names: readonly string[]): JsonMembers =>
    Object.fromEntries(names.map((name) => [name, members[name] ?? undefined]));
  return {
    provider: model.provider,
    format,
    model: model.modelId,
    systemPrompt: start === 0 ? undefined : JSON.stringify(messages.slice(0, start)),
    tools: (tools ?? []).map((tool) => ({
      name: tool.name,
      isHosted: tool.type !== 'function',
      definition: jsonMembers(tool),
    })),
    toolChoice: members.toolChoice,
    responseFormat: members.responseFormat,
    sampling: { ...picked(samplingNames), temperature: temperature ?? undefined },
    conversation: last === -1 ? messages : [messages.slice(start, last), messages.slice(last + 1)],
    lastUserTurn: turnParts.flatMap(({ type, text }) => (type === 'text' ? [text ?? ''] : [])).join('\n'),
    media: turnParts.filter(({ type }) => type !== 'text').map(jsonMembers),
    other: picked(Object.keys(members).filter((name) => !knownNames.has(name))),
    delivery: { isStream: false },
    attributes: {},
  };
}

/** A value as JSON would carry it: what has no form in JSON is gone. */
function jsonOf(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => (deliveryNames.includes(name) ? undefined : member)),
  );
}

/** @param value that has come from JSON */
function jsonMembers(value: object): { [name: string]: JsonValue } {
  const members: { [name: string]: JsonValue } = JSON.parse(JSON.stringify(value));
  return members;
}

/** Version 6 has a reason of its own and the provider's, version 5 its own. */
function unified(finishReason: unknown): unknown {
  const both = z.object({ unified: z.string() }).safeParse(finishReason);
  return both.success ? both.data.unified : finishReason;
}

function total(tokens: unknown): number {
  const detailed = z.object({ total: z.number() }).safeParse(tokens);
  if (detailed.success) return detailed.data.total;
  return typeof tokens === 'number' ? tokens : 0;
}

function textOf(content: readonly Part[]): string {
  return content
    .map((part) => {
      if (part.type === 'text') return String(part.text);
      return part.type === 'tool-call' ? `${part.toolName}(${part.input})` : '';
    })
    .filter((text) => text !== '')
    .join('\n');
}

function withoutTransport(response: unknown): unknown {
  const members = z.looseObject({}).safeParse(response);
  if (!members.success) return undefined;
  const { headers: _headers, body: _body, ...kept } = members.data;
  return kept;
}

/** Moments are text in JSON, and dates to those who read them. */
function revived(result: Result): object {
  const response = z.looseObject({ timestamp: z.string() }).safeParse(result.response);
  if (!response.success) return {};
  return { response: { ...response.data, timestamp: new Date(response.data.timestamp) } };
}

function metadata(members: { readonly [name: string]: unknown }, nearkey: object): object {
  const given = z.looseObject({}).safeParse(members.providerMetadata);
  return { ...(given.success ? given.data : {}), nearkey };
}

function shown(part: Part, nearkey: object): Part {
  if (part.type === 'finish') return { ...part, providerMetadata: metadata(part, nearkey) };
  if (part.type !== 'response-metadata' || typeof part.timestamp !== 'string') return part;
  return { ...part, timestamp: new Date(part.timestamp) };
}

/** A stream made of an answer that came whole. */
function partsOf({ content, finishReason, usage, warnings, response, providerMetadata }: Result): Part[] {
  const parts: Part[] = [{ type: 'stream-start', warnings: warnings ?? [] }];
  const head = z.looseObject({}).safeParse(response);
  if (head.success) parts.push({ ...head.data, type: 'response-metadata' });
  for (const [index, part] of content.entries()) {
    const name = growing.find((type) => type === part.type);
    if (name === undefined) {
      parts.push(part);
      continue;
    }
    const id = String(index);
    const more = part.providerMetadata === undefined ? {} : { providerMetadata: part.providerMetadata };
    parts.push({ type: `${name}-start`, id }, { type: `${name}-delta`, id, delta: part.text });
    parts.push({ type: `${name}-end`, id, ...more });
  }
  const more = providerMetadata === undefined ? {} : { providerMetadata };
  parts.push({ type: 'finish', finishReason, usage, ...more });
  return parts;
}

/** The answer that a stream was; undefined when it did not end as whole ones do. */
function resultOf(parts: readonly Part[]): object | undefined {
  const finish = parts.find(({ type }) => type === 'finish');
  if (finish === undefined || parts.some(({ type }) => type === 'error')) return undefined;
  const content: Part[] = [];
  const open = new Map<string, { type: string; text: string; providerMetadata?: unknown }>();
  for (const part of parts) {
    const [name = '', step] = part.type.split(/-(?=start$|delta$|end$)/);
    const key = `${name} ${part.id}`;
    if (name === 'text' || name === 'reasoning') {
      const piece = open.get(key) ?? { type: name, text: '' };
      if (step === 'start') content.push(piece);
      open.set(key, piece);
      if (step === 'delta') piece.text += String(part.delta);
      if (part.providerMetadata !== undefined) piece.providerMetadata = part.providerMetadata;
    } else if (contentTypes.has(part.type)) content.push(part);
  }
  const { type: _type, ...response } = parts.find(({ type }) => type === 'response-metadata') ?? { type: '' };
  const { finishReason, usage, providerMetadata } = finish;
  const warnings = parts.find(({ type }) => type === 'stream-start')?.warnings ?? [];
  return { content, finishReason, usage, warnings, response, providerMetadata };
}

const contentTypes: ReadonlySet<string> = new Set([
  'tool-call',
  'tool-result',
  'file',
  'source',
  'tool-approval-request',
]);

function streamOf<T>(parts: readonly T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}
