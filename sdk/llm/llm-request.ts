/**
 * A request to a language model, in no provider's form: what every wire format is read into, and the one derivation of what
 * must match exactly before two requests are compared (`llmScope`).
 *
 * The last user turn is the prompt: it may be similar. Everything else that can shape an answer is scope: a member of a
 * request that its wire format does not name goes into `other`, so what nobody has thought of keeps answers apart instead of mixing them.
 * Irrelevant are exactly the members of `LlmDelivery`: they say how an answer travels and who pays, and no model sees them.
 *
 * Pure and versioned: a change in what goes in, or in how, raises the version, and answers of an older one are never found again.
 */
import type { CacheAttributes } from '../semantic-cache/cache-attributes.js';
import { type CacheScope, canonicalJson, type JsonValue } from '../semantic-cache/cache-scope.js';

const version = 'nearkey-llm-1';

export interface JsonMembers {
  readonly [name: string]: JsonValue | undefined;
}

/** A tool the model may call. */
export interface LlmTool {
  readonly name: string;
  /** The provider runs it by itself: a web search, an interpreter. */
  readonly isHosted: boolean;
  /** As the caller wrote it. */
  readonly definition: JsonValue;
}

/** How an answer travels; none of it changes what an answer says. */
export interface LlmDelivery {
  readonly isStream: boolean;
  /** The provider's tag for abuse reports; a person who must have answers of their own is a tenant, or an attribute. */
  readonly endUser?: string | undefined;
}

/** What a wire format reads from a request. Names and texts as the caller wrote them. */
export interface LlmQuestion {
  readonly provider: string;
  /** The wire format: an answer is replayed in the one it came in. */
  readonly format: string;
  readonly model: string;
  readonly systemPrompt?: string | undefined;
  readonly tools: readonly LlmTool[];
  readonly toolChoice?: JsonValue | undefined;
  readonly responseFormat?: JsonValue | undefined;
  /** Temperature, top-p, token limits, stop words, seed; by the provider's names, but for `temperature`. */
  readonly sampling: JsonMembers & { readonly temperature?: number | undefined };
  /** Everything said around the last user turn: turns before it, tool results after it. */
  readonly conversation: JsonValue;
  /** The text of the last user turn; empty when there is none. */
  readonly lastUserTurn: string;
  /** Images, audio and documents of the last user turn, whole. */
  readonly media: readonly JsonValue[];
  /** Whatever else the request holds. */
  readonly other: JsonMembers;
  readonly delivery: LlmDelivery;
}

export interface LlmRequest extends LlmQuestion {
  /** Whoever may share answers. */
  readonly tenant?: string | undefined;
  /** The caller's own: must be equal. */
  readonly attributes: CacheAttributes;
}

export interface ScopedPrompt {
  /** Must match exactly. */
  readonly scope: CacheScope;
  /** May be similar. */
  readonly prompt: string;
}

/** @throws CacheError `invalid-request` when the request is nested too deeply */
export function llmScope(request: LlmRequest): ScopedPrompt {
  const { tenant, provider, model, systemPrompt, conversation, attributes } = request;
  return {
    prompt: request.lastUserTurn,
    scope: {
      namespace: tenant,
      provider,
      model,
      systemPrompt,
      conversation: canonicalJson(conversation),
      parameters: {
        version,
        format: request.format,
        tools: request.tools.map(({ name, isHosted, definition }) => [name, isHosted, definition]),
        toolChoice: request.toolChoice,
        responseFormat: request.responseFormat,
        sampling: request.sampling,
        media: request.media,
        other: request.other,
      },
      attributes: { ...attributes },
    },
  };
}
