/** What a cache can be told when it is opened: its settings, their defaults, and what they must be. */
import { CacheError } from '../errors.js';
import { ttlMsMax } from './cache-entry.js';
import type { VolumeConfig } from './cache-ledger.js';
import type { FreshnessConfig } from './freshness.js';
import { isCount, isFraction } from './request-checks.js';

/** Cosine similarity of a semantic hit until the error budget has learned, chosen from curves: docs/similarity-threshold.md. */
export const DEFAULT_MIN_SIMILARITY = 0.9;
/** Wrong answers over all lookups. */
export const DEFAULT_MAX_ERROR_RATE = 0.01;
const DEFAULT_AUDIT_RATE = 0.05;
/** The context of a model of some 8,000 tokens; longer prompts hardly come twice. */
export const PROMPT_CHARS_MAX = 32_768;
/** Far above the longest answer of a model: a mistake is refused before it fills the store. */
export const RESPONSE_CHARS_MAX = 1_048_576;
/** Some gigabytes. */
const TRAIL_LENGTH_MAX = 10_000_000;

export interface SemanticCacheConfig extends FreshnessConfig, VolumeConfig {
  /** Wrong answers over all lookups that are accepted, 0..1; by default 0.01. */
  readonly maxErrorRate?: number | undefined;
  /** Share of would-be hits that are asked anew, so that the error budget learns from them; 0..1, by default 0.05. */
  readonly auditRate?: number | undefined;
  /** Takes the place of the error budget: least similarity of a semantic hit when the lookup names none; 0..1. */
  readonly minSimilarity?: number | undefined;
  /** No lookup can ask for less; 0..1, by default 0. */
  readonly similarityFloor?: number | undefined;
  /** How many nearest entries a lookup considers; 1..100, by default 12. */
  readonly candidatesMax?: number | undefined;
  /** For entries stored without a TTL; by default they live until they are invalidated. */
  readonly defaultTtlMs?: number | undefined;
  /** By default PROMPT_CHARS_MAX. */
  readonly promptCharsMax?: number | undefined;
  /** By default RESPONSE_CHARS_MAX. */
  readonly responseCharsMax?: number | undefined;
  /** Records of decisions that are kept, about (see decision-trail.ts); by default 0: none. */
  readonly trailLength?: number | undefined;
  /** Whether these hold the prompts; by default not. */
  readonly trailPrompts?: boolean | undefined;
}

export interface CheckedConfig {
  readonly maxErrorRate: number;
  readonly auditRate: number;
  readonly minSimilarity: number | undefined;
  readonly similarityFloor: number;
  readonly candidatesMax: number;
  readonly defaultTtlMs: number | null;
  readonly promptCharsMax: number;
  readonly responseCharsMax: number;
  readonly trailLength: number;
  readonly trailPrompts: boolean;
}

/** @throws CacheError `invalid-configuration` */
export function checkedConfig(config: SemanticCacheConfig): CheckedConfig {
  const checked = {
    maxErrorRate: config.maxErrorRate ?? DEFAULT_MAX_ERROR_RATE,
    auditRate: config.auditRate ?? DEFAULT_AUDIT_RATE,
    minSimilarity: config.minSimilarity,
    similarityFloor: config.similarityFloor ?? 0,
    candidatesMax: config.candidatesMax ?? 12,
    defaultTtlMs: config.defaultTtlMs ?? null,
    promptCharsMax: config.promptCharsMax ?? PROMPT_CHARS_MAX,
    responseCharsMax: config.responseCharsMax ?? RESPONSE_CHARS_MAX,
    trailLength: config.trailLength ?? 0,
    trailPrompts: config.trailPrompts ?? false,
  };
  const require = (isValid: boolean, name: keyof CheckedConfig, expected: string): void => {
    if (isValid) return;
    const message = `Cannot open the cache: expected ${name} to be ${expected}, received ${checked[name]}`;
    throw new CacheError('invalid-configuration', message);
  };
  require(isFraction(checked.maxErrorRate), 'maxErrorRate', 'a number from 0 to 1');
  require(isFraction(checked.auditRate), 'auditRate', 'a number from 0 to 1');
  require(checked.minSimilarity === undefined ||
    isFraction(checked.minSimilarity), 'minSimilarity', 'a number from 0 to 1');
  require(isFraction(checked.similarityFloor), 'similarityFloor', 'a number from 0 to 1');
  require(isCount(checked.candidatesMax, 100), 'candidatesMax', 'an integer from 1 to 100');
  require(checked.defaultTtlMs === null ||
    isCount(checked.defaultTtlMs, ttlMsMax), 'defaultTtlMs', `an integer from 1 to ${ttlMsMax}`);
  require(isCount(checked.promptCharsMax, 1_048_576), 'promptCharsMax', 'an integer from 1 to 1048576');
  require(isCount(checked.responseCharsMax, 67_108_864), 'responseCharsMax', 'an integer from 1 to 67108864');
  require(checked.trailLength === 0 ||
    isCount(checked.trailLength, TRAIL_LENGTH_MAX), 'trailLength', `an integer from 0 to ${TRAIL_LENGTH_MAX}`);
  return checked;
}
