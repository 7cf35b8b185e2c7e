/**
 * LangChain's cache interface over a SemanticCache: `new ChatOpenAI({ cache: new LangChainCache({ cache }) })`.
 *
 * LangChain hands over one text with all messages, a line of a role per message ("System: ...", "Human: ..."). The last human
 * turn is the prompt and may be paraphrased; everything around it and the model's identity with all its parameters are
 * the scope and must match exactly. A text that merely looks like a role line is cut in the wrong place at worst: what is not
 * the prompt must match exactly, so a wrong cut costs a hit and never shares an answer. (A message of a custom role cannot be
 * told from a line of the turn before it, and counts as part of that turn.)
 *
 * Stored whole: text, generationInfo, the message with tool calls, usage and metadata. Not stored: answers that were cut off or
 * filtered. Not looked up at all: prompts with images, audio or files, of which LangChain's text shows only a placeholder.
 *
 * Fails open: a cache that is ill is a miss, `onError` hears of it.
 */
import { BaseCache } from '@langchain/core/caches';
import { type BaseMessage, mapStoredMessageToChatMessage, type StoredMessage } from '@langchain/core/messages';
import type { ChatGeneration, Generation } from '@langchain/core/outputs';
import { z } from 'zod';
import type { SemanticCache } from '../semantic-cache/semantic-cache.js';

export interface LangChainCacheOptions {
  readonly cache: SemanticCache;
  /** Whoever may share answers, for example a tenant. */
  readonly namespace?: string;
  readonly ttlMs?: number | null;
  readonly minSimilarity?: number;
  readonly onError?: (error: unknown, operation: 'lookup' | 'update') => void;
}

/** The prompt of a LangChain text, and everything around it. */
export interface SplitPrompt {
  readonly prompt: string;
  readonly conversation: string;
}

const roleLine = /^(System|Human|AI|Tool|Function): /gm;
/** What LangChain writes where a message holds something that is not text. */
const mediaPlaceholder = /\[(image|audio|video|file)\]/;
/** The reasons providers give for an answer that is not the whole answer. */
const incompleteReasons: ReadonlySet<string> = new Set([
  'length',
  'max_tokens',
  'model_length',
  'content_filter',
  'content_filtered',
  'guardrail_intervened',
  'safety',
  'refusal',
]);

/** What the constructors of LangChain's messages take. */
const messageFields = [
  ...['content', 'name', 'id', 'role', 'additional_kwargs', 'response_metadata', 'usage_metadata'],
  ...['tool_calls', 'invalid_tool_calls', 'tool_call_id', 'artifact', 'status'],
];

const storedGenerations = z.array(
  z.object({
    text: z.string(),
    generationInfo: z.record(z.string(), z.unknown()).optional(),
    message: z.custom<StoredMessage>(isStoredMessage).optional(),
  }),
);

export class LangChainCache extends BaseCache {
  readonly #options: LangChainCacheOptions;

  constructor(options: LangChainCacheOptions) {
    super();
    this.#options = options;
  }

  override async lookup(text: string, llmKey: string): Promise<Generation[] | null> {
    if (mediaPlaceholder.test(text)) return null;
    try {
      const { prompt, conversation } = splitPrompt(text);
      const { minSimilarity } = this.#options;
      const result = await this.#options.cache.lookup({
        prompt,
        scope: this.#scope(conversation, llmKey),
        minSimilarity,
      });
      return result.outcome === 'hit' && !result.isStale ? decodeGenerations(result.entry.response) : null;
    } catch (error) {
      this.#options.onError?.(error, 'lookup');
      return null;
    }
  }

  override async update(text: string, llmKey: string, generations: Generation[]): Promise<void> {
    if (mediaPlaceholder.test(text) || !generations.every(isComplete)) return;
    try {
      const { prompt, conversation } = splitPrompt(text);
      const { ttlMs } = this.#options;
      const response = encodeGenerations(generations);
      await this.#options.cache.store({ prompt, response, scope: this.#scope(conversation, llmKey), ttlMs });
    } catch (error) {
      this.#options.onError?.(error, 'update');
    }
  }

  #scope(conversation: string, llmKey: string) {
    return { namespace: this.#options.namespace, conversation, parameters: { llmKey } };
  }
}

/** A text without role lines is one prompt: the call of a plain language model. */
export function splitPrompt(text: string): SplitPrompt {
  const turns = [...text.matchAll(roleLine)];
  const lastHuman = turns.findLastIndex((turn) => turn[1] === 'Human');
  const turn = turns[lastHuman];
  if (turns[0]?.index !== 0 || turn === undefined) return { prompt: text, conversation: '' };
  const start = turn.index + turn[0].length;
  const end = turns[lastHuman + 1]?.index ?? text.length;
  return { prompt: text.slice(start, end), conversation: JSON.stringify([text.slice(0, start), text.slice(end)]) };
}

function encodeGenerations(generations: readonly Generation[]): string {
  return JSON.stringify(
    generations.map((generation) => ({
      text: generation.text,
      generationInfo: generation.generationInfo,
      message: isChatGeneration(generation) ? storedMessage(generation.message) : undefined,
    })),
  );
}

/** LangChain's own `toDict` leaves out what was set after construction, such as the usage most models fill in late. */
function storedMessage(message: BaseMessage): { type: string; data: { [field: string]: unknown } } {
  const data: { [field: string]: unknown } = {};
  for (const field of messageFields) {
    const value: unknown = Reflect.get(message, field);
    if (value !== undefined) data[field] = value;
  }
  return { type: message.getType(), data };
}

function decodeGenerations(json: string): Generation[] {
  return storedGenerations.parse(JSON.parse(json)).map(({ text, generationInfo, message }) => ({
    text,
    ...(generationInfo === undefined ? {} : { generationInfo }),
    ...(message === undefined ? {} : { message: mapStoredMessageToChatMessage(message) }),
  }));
}

/** Where providers put why an answer ended: generationInfo, or the message's metadata. */
function isComplete(generation: Generation): boolean {
  const metadata = isChatGeneration(generation) ? generation.message.response_metadata : {};
  for (const source of [generation.generationInfo ?? {}, metadata]) {
    for (const name of ['finish_reason', 'finishReason', 'stop_reason', 'stopReason']) {
      const reason: unknown = source[name];
      if (typeof reason === 'string' && incompleteReasons.has(reason.toLowerCase())) return false;
    }
  }
  return true;
}

function isChatGeneration(generation: Generation): generation is ChatGeneration {
  return 'message' in generation && generation.message !== undefined;
}

function isStoredMessage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && 'data' in value;
}
