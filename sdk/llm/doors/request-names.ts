/**
 * Members of requests that mean the same in several wire formats: each list once.
 */
import type { JsonMembers } from '../llm-request.js';
import { without } from './json-reading.js';

/** Controls of the cache that stand in a body, as LiteLLM's clients send them: for the gateway, not for the model. */
export const gatewayNames: ReadonlySet<string> = new Set(['cache']);

/**
 * What a model is sent of a body: as it came, unless it has controls of the cache.
 * @param members of the same body
 */
export function passedBodyOf(body: Uint8Array, members: JsonMembers): Uint8Array {
  return members.cache === undefined ? body : Buffer.from(JSON.stringify(without(members, gatewayNames)));
}

/** OpenAI's, in completions and responses: how an answer travels, who pays, and what the provider notes. */
export const openAiDeliveryNames: readonly string[] = [
  ...['stream', 'stream_options', 'user', 'metadata', 'store', 'service_tier', 'safety_identifier'],
  ...['prompt_cache_key', 'prompt_cache_retention'],
];

/** Anthropic's and Bedrock's words for why a message ends when it is whole. */
export const wholeStopReasons = { end_turn: 'whole', stop_sequence: 'whole', tool_use: 'whole' } as const;
