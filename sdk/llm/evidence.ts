/**
 * What the cache did with a request, and how it says so: our own headers on every answer, and beside them those of the gateway
 * whose control headers the request carries, so that its clients see what they look for.
 */
import type { MissReason, Nearest } from '../semantic-cache/hit-decider.js';
import type { CacheTier } from '../semantic-cache/semantic-cache.js';
import type { NotCacheable } from './cacheability.js';

/** Why a request was not even looked up. */
export type BypassReason =
  | NotCacheable
  | 'no-store'
  | 'invalid-control'
  | 'not-understood'
  | 'beyond-limits'
  | 'cache-rests';

/** `hitDollars`: what the model would have cost, at its price; undefined where that is not known. */
export type CacheEvidence =
  | {
      readonly status: 'hit';
      readonly tier: CacheTier;
      readonly similarity: number;
      readonly probability: number | undefined;
      readonly entryId: string;
      readonly hitId: string;
      readonly ageMs: number;
      /** Served within the grace after its time, and asked anew meanwhile. */
      readonly isStale?: boolean;
      readonly hitDollars?: number | undefined;
    }
  /** Answered by what another request, under way at the same time, was answered. */
  | {
      readonly status: 'shared';
      readonly tier: CacheTier;
      readonly similarity: number;
      readonly hitDollars?: number | undefined;
    }
  | {
      readonly status: 'miss';
      readonly reason: MissReason | 'refresh' | 'too-old' | 'stale' | 'unreadable';
      readonly nearest?: Nearest | undefined;
    }
  | { readonly status: 'bypass'; readonly reason: BypassReason }
  /** The cache failed, and the model was asked: the code of the failure. */
  | { readonly status: 'error'; readonly reason: string };

/** Evidence of an answer for which the model was not asked. */
export type ServedEvidence = Extract<CacheEvidence, { status: 'hit' | 'shared' }>;

/** What a result that carries metadata says of it. */
export function servedMetadata(evidence: ServedEvidence): { [name: string]: string | number } {
  const { status, tier, similarity, hitDollars } = evidence;
  return {
    status,
    tier,
    similarity,
    ...(evidence.status === 'hit' ? { entryId: evidence.entryId } : {}),
    ...(hitDollars === undefined ? {} : { hitDollars }),
  };
}

type Headers = { [name: string]: string };

export function evidenceHeaders(evidence: CacheEvidence, sent: Readonly<Record<string, string>>): Headers {
  const headers: Headers = { 'x-nearkey-cache': evidence.status, ...ownHeaders(evidence) };
  for (const name of Object.keys(sent)) {
    for (const [prefix, alias] of aliases) if (name.startsWith(prefix)) Object.assign(headers, alias(evidence));
  }
  return headers;
}

function ownHeaders(evidence: CacheEvidence): Headers {
  switch (evidence.status) {
    case 'hit':
      return {
        'x-nearkey-cache-tier': evidence.tier,
        'x-nearkey-cache-similarity': evidence.similarity.toFixed(4),
        ...(evidence.probability === undefined
          ? {}
          : { 'x-nearkey-cache-probability': evidence.probability.toFixed(4) }),
        'x-nearkey-cache-entry': evidence.entryId,
        'x-nearkey-cache-hit': evidence.hitId,
        age: String(Math.max(0, Math.floor(evidence.ageMs / 1000))),
        ...(evidence.isStale ? { 'x-nearkey-cache-stale': 'true' } : {}),
        ...dollarsHeader(evidence.hitDollars),
      };
    case 'shared':
      return {
        'x-nearkey-cache-tier': evidence.tier,
        'x-nearkey-cache-similarity': evidence.similarity.toFixed(4),
        ...dollarsHeader(evidence.hitDollars),
      };
    case 'miss':
      return { 'x-nearkey-cache-reason': evidence.reason, ...nearestHeaders(evidence.nearest) };
    default:
      return { 'x-nearkey-cache-reason': evidence.reason };
  }
}

/** One token of the cheapest model is some millionths of a cent. */
function dollarsHeader(hitDollars: number | undefined): Headers {
  return hitDollars === undefined ? {} : { 'x-nearkey-cache-hit-dollars': hitDollars.toFixed(8) };
}

function nearestHeaders(nearest: Nearest | undefined): Headers {
  if (nearest === undefined) return {};
  return {
    'x-nearkey-cache-nearest': nearest.entryId,
    'x-nearkey-cache-similarity': nearest.similarity.toFixed(4),
    ...(nearest.refusedBy === undefined ? {} : { 'x-nearkey-cache-refused-by': nearest.refusedBy }),
    ...(nearest.probability === undefined ? {} : { 'x-nearkey-cache-probability': nearest.probability.toFixed(4) }),
  };
}

/** By the start of the names of a gateway's control headers. */
const aliases: readonly (readonly [string, (evidence: CacheEvidence) => Headers])[] = [
  ['cf-aig-', (evidence) => ({ 'cf-aig-cache-status': isFromCache(evidence) ? 'HIT' : 'MISS' })],
  ['helicone-', (evidence) => ({ 'helicone-cache': isFromCache(evidence) ? 'HIT' : 'MISS' })],
  ['x-vsr-', (evidence) => ({ 'x-vsr-cache-hit': String(isFromCache(evidence)) })],
  ['x-portkey-', (evidence) => ({ 'x-portkey-cache-status': portkeyStatus(evidence) })],
  ['cache-control', (evidence) => ({ 'x-cache-status': rfcStatus(evidence) })],
  ['x-litellm-', litellmHeaders],
];

function isFromCache({ status }: CacheEvidence): boolean {
  return status === 'hit' || status === 'shared';
}

function portkeyStatus(evidence: CacheEvidence): string {
  if (evidence.status === 'hit' || evidence.status === 'shared') {
    return evidence.tier === 'exact' ? 'HIT' : 'SEMANTIC HIT';
  }
  if (evidence.status === 'bypass') return 'DISABLED';
  return evidence.status === 'miss' && evidence.reason === 'refresh' ? 'REFRESH' : 'SEMANTIC MISS';
}

function rfcStatus(evidence: CacheEvidence): string {
  if (isFromCache(evidence)) return 'Hit';
  if (evidence.status === 'bypass') return 'Bypass';
  return evidence.status === 'miss' && evidence.reason === 'refresh' ? 'Refresh' : 'Miss';
}

function litellmHeaders(evidence: CacheEvidence): Headers {
  if (evidence.status !== 'hit') return {};
  return {
    'x-litellm-cache-key': evidence.entryId,
    'x-litellm-semantic-similarity': evidence.similarity.toFixed(4),
  };
}
