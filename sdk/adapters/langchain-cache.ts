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
 * What came from the cache says so in `generationInfo.nearkey`, and of chat models in `response_metadata.nearkey`: by which tier, and how many
 * dollars were saved (`hitDollars`, where the model's price is known).
 *
 * With `waitMs`, of calls that come at once and ask the same, one asks the model. It is 0 by default, because LangChain does not tell a
 * cache of a call that failed: who waits for one waits as long as that, and so does a text that stands twice in one `generate`.
 *
 * Fails open: a cache that is ill is a miss, `onError` hears of it.
 */
import { BaseCache } from '@langchain/core/caches';
import { type BaseMessage, mapStoredMessageToChatMessage, type StoredMessage } from '@langchain/core/messages';
import type { ChatGeneration, Generation } from '@langchain/core/outputs';
import { z } from 'zod';
import { type ServedEvidence, servedMetadata } from '../llm/evidence.js';
import {
  type AnswerCodec,
  type AskedAnswer,
  type OpenCall,
  SharedAnswers,
  type SharedAnswersOptions,
} from '../llm/shared-answers.js';
import type { StoredAnswer, TokenUsage } from '../llm/stored-answer.js';

export interface LangChainCacheOptions extends Omit<SharedAnswersOptions, 'onError'> {
  readonly onError?: (error: unknown, operation: 'lookup' | 'update') => void;
}

/** Calls that have been looked up and whose answers have not come; those above are forgotten, the earliest first. */
const OPEN_CALLS_MAX = 4096;
const format = 'langchain';

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
  readonly #answers: SharedAnswers;
  /** By text and model. */
  readonly #open = new Map<string, OpenCall>();

  constructor({ waitMs = 0, onError, ...options }: LangChainCacheOptions) {
    super();
    this.#options = { ...options, ...(onError === undefined ? {} : { onError }) };
    const told = (error: unknown, operation: 'lookup' | 'store'): void =>
      onError?.(error, operation === 'store' ? 'update' : operation);
    this.#answers = new SharedAnswers({ ...options, waitMs, onError: told }, generationsCodec);
  }

  override async lookup(text: string, llmKey: string): Promise<Generation[] | null> {
    if (mediaPlaceholder.test(text)) return null;
    const found = await this.#answers.find(this.#asked(text, llmKey));
    if (found.answer === undefined) {
      if (found.call !== undefined) this.#begun(`${llmKey} ${text}`, found.call);
      return null;
    }
    try {
      return decodeGenerations(found.answer.body).map((generation) => marked(generation, found.evidence));
    } catch (error) {
      this.#options.onError?.(error, 'lookup');
      return null;
    }
  }

  override async update(text: string, llmKey: string, generations: Generation[]): Promise<void> {
    if (mediaPlaceholder.test(text)) return;
    const key = `${llmKey} ${text}`;
    const call = this.#open.get(key) ?? this.#answers.open(this.#asked(text, llmKey));
    this.#open.delete(key);
    if (!generations.every(isComplete)) return call.leave();
    try {
      await call.keep(answerOf(encodeGenerations(generations)));
    } catch (error) {
      this.#options.onError?.(error, 'update');
      call.leave();
    }
  }

  #begun(key: string, call: OpenCall): void {
    this.#open.get(key)?.leave();
    this.#open.set(key, call);
    const [earliest] = this.#open.keys();
    if (this.#open.size <= OPEN_CALLS_MAX || earliest === undefined) return;
    this.#open.get(earliest)?.leave();
    this.#open.delete(earliest);
  }

  #asked(text: string, llmKey: string): AskedAnswer {
    const { prompt, conversation } = splitPrompt(text);
    const { tenant, principal } = this.#answers.caller();
    const scope = { namespace: tenant, conversation, parameters: { llmKey } };
    return { request: { prompt, scope, principal }, format, model: modelOf(llmKey) };
  }
}

const generationsCodec: AnswerCodec = { encode: ({ body }) => body, decode: answerOf };

/** @throws Error when the text is no generations */
function answerOf(body: string): StoredAnswer {
  const generations = storedGenerations.parse(JSON.parse(body));
  const text = generations.map((generation) => generation.text).join('\n');
  return { format, text, body, usage: usageOf(generations.map(({ message }) => message?.data)) };
}

/** Of messages that say what was used for them. */
function usageOf(messages: readonly unknown[]): TokenUsage {
  const used = z.looseObject({ usage_metadata: z.object({ input_tokens: z.number(), output_tokens: z.number() }) });
  const usage = { inputTokens: 0, outputTokens: 0 };
  for (const message of messages) {
    const { data } = used.safeParse(message);
    usage.inputTokens += data?.usage_metadata.input_tokens ?? 0;
    usage.outputTokens += data?.usage_metadata.output_tokens ?? 0;
  }
  return usage;
}

/** The name in the key of a model's parameters, `name:json` for each; empty where there is none. */
function modelOf(llmKey: string): string {
  return /(?:^|,)model(?:_?name|_?id)?:"([^"]*)"/i.exec(llmKey)?.[1] ?? '';
}

/** Says that a generation came from the cache, and by what. */
function marked(generation: Generation, evidence: ServedEvidence): Generation {
  const nearkey = servedMetadata(evidence);
  if (isChatGeneration(generation)) {
    const { message } = generation;
    message.response_metadata = { ...message.response_metadata, nearkey };
  }
  return { ...generation, generationInfo: { ...generation.generationInfo, nearkey } };
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
