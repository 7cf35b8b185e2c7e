/** What an application imports from `@nearkey/sdk`. */
export { type Clock, systemClock } from './clock.js';
export type { CommandArgument, Commander, CommandReply } from './commander.js';
export { type CallClient, commanderFrom, type SendCommandClient } from './commanders/ioredis-commander.js';
export { KeyInvalidations, type KeyListener, type TrackingClient } from './commanders/key-invalidations.js';
export { type BedrockEmbedderOptions, bedrockEmbedder } from './embedders/bedrock-embedder.js';
export type { BedrockEmbeddingFamily } from './embedders/bedrock-embedding-models.js';
export { CachedEmbedder, type CachedEmbedderOptions } from './embedders/cached-embedder.js';
export { type Embedder, EmbedderError, type EmbedderErrorCode } from './embedders/embedder.js';
export { FunctionEmbedder, type FunctionEmbedderOptions } from './embedders/function-embedder.js';
export { type OnnxEmbedderOptions, onnxEmbedder } from './embedders/onnx/onnx-embedder.js';
export { type OpenAiEmbedderOptions, openAiEmbedder, probedDimension } from './embedders/openai-embedder.js';
export { PackagedEmbedder, type PackagedEmbedderOptions } from './embedders/packaged-embedder.js';
export { CacheError, type CacheErrorCode } from './errors.js';
export { answerTextJudge } from './llm/answer-text-judge.js';
export {
  type CacheabilityRules,
  cacheability,
  defaultCacheabilityRules,
  type NotCacheable,
} from './llm/cacheability.js';
export {
  type JsonMembers,
  type LlmDelivery,
  type LlmQuestion,
  type LlmRequest,
  type LlmTool,
  llmScope,
  type ScopedPrompt,
} from './llm/llm-request.js';
export {
  decodeAnswer,
  encodeAnswer,
  type StoredAnswer,
  type StreamEvent,
  type TokenUsage,
} from './llm/stored-answer.js';
export { type RandomSource, systemRandom } from './random.js';
export { type Chunk, type ChunkOptions, chunksOf } from './retrieval/chunks.js';
export type { CacheAttributes } from './semantic-cache/cache-attributes.js';
export { type CacheEntry, ttlMsMax } from './semantic-cache/cache-entry.js';
export { cacheIdPattern } from './semantic-cache/cache-keys.js';
export type { DaySavings, ModelSavings, Saving } from './semantic-cache/cache-savings.js';
export { type CacheScope, type JsonValue, scopeDigest } from './semantic-cache/cache-scope.js';
export type { CacheStatistics, CounterName } from './semantic-cache/cache-statistics.js';
export { type ExportedEntry, exportedEntry } from './semantic-cache/cache-transfer.js';
export {
  type AnswerJudge,
  type JudgedAnswers,
  type JudgeVerdict,
  wordJudge,
} from './semantic-cache/decision/answer-judge.js';
export { embeddingJudge } from './semantic-cache/decision/embedding-judge.js';
export type { BudgetState } from './semantic-cache/decision/error-budget.js';
export { featureNames } from './semantic-cache/decision/features.js';
export type { HeadQuality, TrainedHead } from './semantic-cache/decision/head-trainer.js';
export { modelJudge } from './semantic-cache/decision/model-judge.js';
export { type Interval, wilsonInterval } from './semantic-cache/decision/wilson-interval.js';
export type { DecisionRecord } from './semantic-cache/decision-record.js';
export {
  DecisionReplay,
  decideAgain,
  type ReplayConfig,
  type ReplayedDecision,
  type ReplayOutcome,
} from './semantic-cache/decision-replay.js';
export {
  parseTrailRecord,
  type TrailPage,
  type TrailRange,
  type TrailRecord,
} from './semantic-cache/decision-trail.js';
export { type Digest, digestOf } from './semantic-cache/digest.js';
export { type Miss, type MissReason, type Nearest, similarityOf } from './semantic-cache/hit-decider.js';
export { type Training, type TrainingRequest, trainCache } from './semantic-cache/learned-training.js';
export type { Vote, VoteOutcome } from './semantic-cache/live-truth.js';
export { exactPrompt, normalisePrompt } from './semantic-cache/prompt-normalisation.js';
export {
  type CacheTier,
  DEFAULT_MAX_ERROR_RATE,
  DEFAULT_MIN_SIMILARITY,
  type InvalidationFilter,
  type InvalidationOptions,
  type LookupRequest,
  type LookupResult,
  type NearestPending,
  type PendingPrompt,
  PROMPT_CHARS_MAX,
  type PreparedQuestion,
  RESPONSE_CHARS_MAX,
  SemanticCache,
  type SemanticCacheConfig,
  type SemanticCacheOptions,
  type StoreRequest,
  type WrongHits,
} from './semantic-cache/semantic-cache.js';
export { type GuardVerdict, guard, type TrapRule } from './semantic-cache/trap-guard.js';
