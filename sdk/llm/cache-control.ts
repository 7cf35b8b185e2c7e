/**
 * What a caller asks of the cache: our own headers, those of the usual gateways as aliases, and LiteLLM's `cache` in the body, all
 * read into one form. Two tables are the whole of it: directives, and headers.
 *
 * Callers may only tighten: where several are named, the strictest holds, and no header makes the cache serve what its
 * configuration would not. What cannot be read bypasses the cache: a control that is ignored would serve what was not wanted.
 */
import type { CacheAttributes } from '../semantic-cache/cache-attributes.js';
import { ttlMsMax } from '../semantic-cache/cache-entry.js';
import { cacheIdPattern } from '../semantic-cache/cache-keys.js';
import type { CacheTier } from '../semantic-cache/semantic-cache.js';

export interface CacheControl {
  /** Neither looked up nor stored, and why. */
  readonly bypass: 'no-store' | 'invalid-control' | undefined;
  /** Asked anew; the answer is stored. */
  readonly isRefresh: boolean;
  /** Entries that are older are not served. */
  readonly maxAgeMs: number | undefined;
  /** How long the answer is kept. */
  readonly ttlMs: number | undefined;
  readonly minSimilarity: number | undefined;
  readonly maxErrorRate: number | undefined;
  readonly tiers: readonly CacheTier[] | undefined;
  /** Another cache than the usual one. */
  readonly namespace: string | undefined;
  /** Must be equal. */
  readonly attributes: CacheAttributes;
  readonly harmfulTools: readonly string[];
}

interface Reading {
  isNoStore: boolean;
  isInvalid: boolean;
  isRefresh: boolean;
  maxAgeMs: number | undefined;
  ttlMs: number | undefined;
  minSimilarity: number | undefined;
  maxErrorRate: number | undefined;
  tiers: readonly CacheTier[] | undefined;
  namespace: string | undefined;
  attributes: { [name: string]: string };
  harmfulTools: string[];
}

type Reader = (reading: Reading, value: string) => void;

const attributePrefix = 'x-nearkey-attribute-';
/** Cloudflare's, Bifrost's and Helicone's own keys keep answers apart here: they never join what differs otherwise. */
const keyAttribute = 'cache-key';

const directives: Readonly<Record<string, Reader>> = {
  'no-store': (reading) => {
    reading.isNoStore = true;
  },
  bypass: (reading) => {
    reading.isNoStore = true;
  },
  'no-cache': (reading) => {
    reading.isRefresh = true;
  },
  'max-age': (reading, value) => {
    reading.maxAgeMs = least(reading.maxAgeMs, seconds(reading, value));
  },
  's-maxage': (reading, value) => {
    reading.maxAgeMs = least(reading.maxAgeMs, seconds(reading, value));
  },
  ttl: (reading, value) => {
    reading.ttlMs = least(reading.ttlMs, seconds(reading, value));
  },
  exact: (reading) => {
    reading.tiers = ['exact'];
  },
};

const headers: Readonly<Record<string, Reader>> = {
  'x-nearkey-cache-control': directiveList,
  'x-nearkey-cache-namespace': namespace,
  'x-nearkey-cache-min-similarity': minSimilarity,
  'x-nearkey-cache-max-error-rate': (reading, value) => {
    reading.maxErrorRate = fraction(reading, value);
  },
  'x-nearkey-harmful-tools': (reading, value) => {
    reading.harmfulTools.push(...listed(value));
  },
  'cache-control': directiveList,
  'x-vsr-cache-control': directiveList,
  'cf-aig-cache-ttl': ttl,
  'cf-aig-skip-cache': whenTrue(noStore),
  'cf-aig-cache-key': keptApart,
  'x-portkey-cache-force-refresh': whenTrue(refresh),
  'x-portkey-cache-namespace': namespace,
  'helicone-cache-enabled': (reading, value) => {
    if (value.toLowerCase() === 'false') reading.isNoStore = true;
  },
  'helicone-cache-seed': keptApart,
  'x-bf-cache-key': keptApart,
  'x-bf-cache-ttl': ttl,
  'x-bf-cache-threshold': minSimilarity,
  'x-bf-cache-type': (reading, value) => {
    if (value === 'direct') reading.tiers = ['exact'];
  },
  'x-bf-cache-no-store': whenTrue(noStore),
};

/** Members of LiteLLM's `cache`, and the directives they are. */
const bodyMembers: Readonly<Record<string, Reader>> = {
  ttl,
  's-maxage': (reading, value) => directives['s-maxage']?.(reading, value),
  'no-cache': whenTrue(refresh),
  'no-store': whenTrue(noStore),
  namespace,
};

/** @param bodyControl LiteLLM's `cache`, when the body has one */
export function readControl(sent: Readonly<Record<string, string>>, bodyControl: unknown): CacheControl {
  const reading: Reading = {
    isNoStore: false,
    isInvalid: false,
    isRefresh: false,
    maxAgeMs: undefined,
    ttlMs: undefined,
    minSimilarity: undefined,
    maxErrorRate: undefined,
    tiers: undefined,
    namespace: undefined,
    attributes: {},
    harmfulTools: [],
  };
  for (const [name, value] of Object.entries(sent)) {
    if (Object.hasOwn(headers, name)) headers[name]?.(reading, value.trim());
    else if (name.startsWith(attributePrefix)) reading.attributes[name.slice(attributePrefix.length)] = value;
  }
  if (typeof bodyControl === 'object' && bodyControl !== null) {
    for (const [name, value] of Object.entries(bodyControl)) {
      if (Object.hasOwn(bodyMembers, name)) bodyMembers[name]?.(reading, String(value));
    }
  }
  const { isNoStore, isInvalid, ...control } = reading;
  return { ...control, bypass: isNoStore ? 'no-store' : isInvalid ? 'invalid-control' : undefined };
}

function directiveList(reading: Reading, value: string): void {
  for (const directive of listed(value)) {
    const [name = '', given = ''] = directive.toLowerCase().split('=');
    if (Object.hasOwn(directives, name)) directives[name]?.(reading, given);
  }
}

function namespace(reading: Reading, value: string): void {
  if (!cacheIdPattern.test(value)) reading.isInvalid = true;
  else if (reading.namespace !== undefined && reading.namespace !== value) reading.isInvalid = true;
  else reading.namespace = value;
}

function minSimilarity(reading: Reading, value: string): void {
  const asked = fraction(reading, value);
  if (asked !== undefined) reading.minSimilarity = Math.max(asked, reading.minSimilarity ?? 0);
}

function keptApart(reading: Reading, value: string): void {
  reading.attributes[keyAttribute] = value;
}

function ttl(reading: Reading, value: string): void {
  reading.ttlMs = least(reading.ttlMs, seconds(reading, value));
}

function noStore(reading: Reading): void {
  reading.isNoStore = true;
}

function refresh(reading: Reading): void {
  reading.isRefresh = true;
}

function whenTrue(then: (reading: Reading) => void): Reader {
  return (reading, value) => {
    if (value.toLowerCase() === 'true' || value === '1') then(reading);
  };
}

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `300`, `30s`, `5m`, `1h`; in milliseconds, at most the longest life of an entry. */
function seconds(reading: Reading, value: string): number | undefined {
  const [, digits, unit = ''] = /^"?(\d{1,12})([smhd]?)"?$/.exec(value) ?? [];
  if (digits === undefined) {
    reading.isInvalid = true;
    return undefined;
  }
  return Math.min(Number(digits) * (unitSeconds[unit] ?? 1) * 1000, ttlMsMax);
}

function fraction(reading: Reading, value: string): number | undefined {
  const number = value === '' ? Number.NaN : Number(value);
  if (number >= 0 && number <= 1) return number;
  reading.isInvalid = true;
  return undefined;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function listed(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
