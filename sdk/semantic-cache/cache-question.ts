/** A lookup before and after validation, and how it is written down. */
import { type CacheAttributes, checkedAttributes } from './cache-attributes.js';
import type { CheckedConfig } from './cache-config.js';
import { type CacheScope, scopeDigest } from './cache-scope.js';
import { type DecisionFrame, DecisionNotes } from './decision-record.js';
import type { Digest } from './digest.js';
import { exactDigest } from './entry-identity.js';
import type { PendingPrompt } from './pending-prompts.js';
import { checkedPrompt, checkFraction } from './request-checks.js';
import { ownScope } from './two-writers.js';

export type CacheTier = 'exact' | 'semantic';

const defaultTiers: readonly CacheTier[] = ['exact', 'semantic'];

export interface LookupRequest {
  readonly prompt: string;
  /** By default the scope without any field: whatever was stored with no scope. */
  readonly scope?: CacheScope | undefined;
  /** Whoever asks, under the two-writers rule (two-writers.ts): sees answers of its own beside those that are shared. */
  readonly principal?: string | undefined;
  /** Only entries that carry all of these. */
  readonly attributes?: CacheAttributes | undefined;
  /** Under an error budget a further condition; without one, in place of the cache's. */
  readonly minSimilarity?: number | undefined;
  /** Fewer wrong answers than the cache accepts; a larger share than the cache's changes nothing. */
  readonly maxErrorRate?: number | undefined;
  /** Which tiers to ask, in this order. */
  readonly tiers?: readonly CacheTier[] | undefined;
}

/** A question that is compared with pending ones. */
export interface PreparedQuestion extends PendingPrompt {
  readonly scope: Digest;
  /** Digest of scope and prompt: equal for the questions of which one answer serves all. */
  readonly exact: Digest;
}

export interface OwnAnswers {
  readonly scope: Digest;
  readonly exact: Digest;
}

/** A lookup after validation. */
export interface Question {
  readonly prompt: string;
  readonly scope: Digest;
  readonly exact: Digest;
  /** Of the answers that only this principal sees. */
  readonly own: OwnAnswers | undefined;
  readonly attributes: CacheAttributes;
  /** Undefined: nothing but the error budget. */
  readonly minSimilarity: number | undefined;
  readonly maxErrorRate: number | undefined;
  readonly tiers: readonly CacheTier[];
  readonly lookupId: Digest;
  /** What is found out about it. */
  readonly notes: DecisionNotes;
}

export interface QuestionContext {
  readonly config: CheckedConfig;
  readonly lookupId: Digest;
  /** Of the request, where it has been asked for: digests are not made twice. */
  readonly identity?: PreparedQuestion | undefined;
}

/** @throws CacheError `invalid-request` */
export function questionOf(request: LookupRequest, { config, lookupId, identity }: QuestionContext): Question {
  const prompt = identity?.prompt ?? checkedPrompt(request.prompt, config.promptCharsMax);
  const scope = identity?.scope ?? scopeDigest(request.scope ?? {});
  const minSimilarity = request.minSimilarity ?? config.minSimilarity;
  checkFraction('minSimilarity', minSimilarity);
  checkFraction('maxErrorRate', request.maxErrorRate);
  return {
    prompt,
    scope,
    exact: identity?.exact ?? exactDigest(scope, prompt),
    own: request.principal === undefined ? undefined : ownAnswers(scope, request.principal, prompt),
    attributes: checkedAttributes(request.attributes),
    minSimilarity: minSimilarity === undefined ? undefined : Math.max(minSimilarity, config.similarityFloor),
    maxErrorRate: request.maxErrorRate,
    tiers: request.tiers ?? defaultTiers,
    lookupId,
    notes: new DecisionNotes(),
  };
}

/** Digests of the question in every scope it is asked in: where it is asked first comes first. */
export function exactsOf({ exact, own }: Question): readonly Digest[] {
  return own === undefined ? [exact] : [own.exact, exact];
}

function ownAnswers(shared: Digest, principal: string, prompt: string): OwnAnswers {
  const scope = ownScope(shared, principal);
  return { scope, exact: exactDigest(scope, prompt) };
}

/** @param maxErrorRate of the cache; undefined where a fixed similarity decides */
export function frameOf(
  question: Question,
  { scope = {} }: LookupRequest,
  embedderId: string,
  maxErrorRate: number | undefined,
): DecisionFrame {
  const { scope: scopeDigest, exact, tiers, minSimilarity } = question;
  const accepted =
    maxErrorRate === undefined ? undefined : Math.min(maxErrorRate, question.maxErrorRate ?? maxErrorRate);
  return { scope, scopeDigest, exact, tiers, minSimilarity, maxErrorRate: accepted, embedderId };
}
