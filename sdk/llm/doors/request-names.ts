/**
 * Members of requests that mean the same in several wire formats: each list once.
 */

/** Controls of the cache that stand in a body, as LiteLLM's clients send them: for the gateway, not for the model. */
export const gatewayNames: ReadonlySet<string> = new Set(['cache']);

/** OpenAI's, in completions and responses: how an answer travels, who pays, and what the provider notes. */
export const openAiDeliveryNames: readonly string[] = [
  ...['stream', 'stream_options', 'user', 'metadata', 'store', 'service_tier', 'safety_identifier'],
  ...['prompt_cache_key', 'prompt_cache_retention'],
];

/** Anthropic's and Bedrock's words for why a message ends when it is whole. */
export const wholeStopReasons = { end_turn: 'whole', stop_sequence: 'whole', tool_use: 'whole' } as const;
