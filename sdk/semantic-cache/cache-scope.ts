/**
 * What must match EXACTLY before two prompts are compared at all. An answer is never served across scopes, however alike
 * the prompts are: the scope is a hard partition (a TAG filter and a part of every key), never text that is embedded.
 *
 * `scopeDigest` is the only derivation. It is pure and versioned: a change in what goes in, or in how, raises the version,
 * so answers of an older derivation are never found again. Every field of `CacheScope` goes in, a missing field differs
 * from an empty one, the order of attributes and of object members does not matter, the order of list members does.
 */
import { CacheError } from '../errors.js';
import { type Digest, digestOf } from './digest.js';

const version = 'nearkey-scope-1';
const parametersDepthMax = 64;

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue | undefined };

export interface CacheScope {
  /** Tenant, user or application: whoever may share answers. */
  readonly namespace?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly systemPrompt?: string | undefined;
  /** Everything said around the prompt: earlier turns, tool results. */
  readonly conversation?: string | undefined;
  /** Whatever else shapes an answer: tools, tool choice, response format, sampling. */
  readonly parameters?: { readonly [name: string]: JsonValue | undefined } | undefined;
  /** Attributes that must be equal, name by name; in contrast to the ones a lookup merely filters by. */
  readonly attributes?: { readonly [name: string]: string } | undefined;
}

export function scopeDigest(scope: CacheScope): Digest {
  return digestOf(version, [
    scope.namespace,
    scope.provider,
    scope.model,
    scope.systemPrompt,
    scope.conversation,
    scope.parameters === undefined ? undefined : canonicalJson(scope.parameters),
    scope.attributes === undefined ? undefined : canonicalJson(scope.attributes),
  ]);
}

/** JSON with the members of every object in the order of their names; undefined members are left out, as JSON does. */
export function canonicalJson(value: JsonValue, depth = 0): string {
  if (depth > parametersDepthMax) {
    throw new CacheError('invalid-request', `Cannot derive a scope: nested deeper than ${parametersDepthMax} levels`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new CacheError('invalid-request', `Cannot derive a scope: expected a finite number, received ${value}`);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
