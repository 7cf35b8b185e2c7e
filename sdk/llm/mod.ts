/**
 * What a program imports from `@nearkey/sdk/llm` that stands between a client of a language model and the model: how the wire formats are
 * read and replayed, what callers ask of the cache, and how it is said what the cache did.
 */
export { type CacheControl, readControl } from './cache-control.js';
export { anthropicMessagesDoor } from './doors/anthropic-messages-door.js';
export { bedrockException, bedrockTarget } from './doors/bedrock-call.js';
export { bedrockConverseDoor } from './doors/bedrock-converse-door.js';
export { bedrockInvokeDoor } from './doors/bedrock-invoke-door.js';
export type {
  AnswerReading,
  FrontDoor,
  IncomingCall,
  NotStorable,
  ParsedCall,
  StreamDecoder,
} from './doors/front-door.js';
export { listOf, numberOf, parseMembers, stringOf } from './doors/json-reading.js';
export { openAiChatDoor } from './doors/openai-chat-door.js';
export { openAiProblem } from './doors/openai-problem.js';
export { openAiResponsesDoor } from './doors/openai-responses-door.js';
export { type BypassReason, type CacheEvidence, evidenceHeaders, type ServedEvidence } from './evidence.js';
export { type Flight, type FlightQuestion, Flights, type Landing } from './flights.js';
export { LlmCache, type LlmCacheOptions, type LlmFinding } from './llm-cache.js';
export { ModelPrices, type Price } from './model-prices.js';
export { type LlmCaller, SharedAnswers, type SharedAnswersOptions } from './shared-answers.js';
export { type AskedQuestion, type CallTurn, type JoinedCall, SharedCalls } from './shared-calls.js';
