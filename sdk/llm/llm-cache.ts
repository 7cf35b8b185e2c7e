/**
 * A semantic cache in front of one model, for wrappers of clients: a request as it is about to leave is answered from the cache or not, and
 * an answer that came is kept or not, by the same doors, scope and rules as in the gateway, so both work on the same entries.
 *
 * An answer whose time is over is none, whatever grace the cache gives it: the model is asked, and its answer is kept in its place.
 *
 * Never fails: whatever is wrong with the cache, there is no answer and the model is asked; `onError` hears of it.
 */
import type { SemanticCache } from '../semantic-cache/semantic-cache.js';
import { readControl } from './cache-control.js';
import { type CacheabilityRules, cacheability, defaultCacheabilityRules } from './cacheability.js';
import type { AnswerReading, FrontDoor, IncomingCall, ParsedCall, StreamDecoder } from './doors/front-door.js';
import { type BypassReason, type CacheEvidence, evidenceHeaders } from './evidence.js';
import { type LlmRequest, llmScope, type ScopedPrompt } from './llm-request.js';
import { decodeAnswer, encodeAnswer, type StoredAnswer, type StreamEvent } from './stored-answer.js';

export interface LlmCacheOptions {
  readonly cache: SemanticCache;
  /** Whoever may share answers, for example a tenant. */
  readonly namespace?: string;
  readonly ttlMs?: number | null;
  readonly minSimilarity?: number;
  readonly maxErrorRate?: number;
  readonly rules?: CacheabilityRules;
  /** An answer that is longer is passed on and not kept. */
  readonly answerBytesMax?: number;
  /** What the cache did with each request that could be one for a model. */
  readonly onEvidence?: (evidence: CacheEvidence) => void;
  readonly onError?: (error: unknown, operation: 'lookup' | 'store') => void;
}

/** A request on its way to the model. */
export interface LlmFinding {
  readonly door: FrontDoor;
  readonly evidence: CacheEvidence;
  /** Sent beside the answer, or with it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: not understood, to be sent as it is. */
  readonly parsed: ParsedCall | undefined;
  /** The body that is to be sent to the model. */
  readonly body: Uint8Array;
  /** Undefined: the model is to be asked. */
  readonly answer: StoredAnswer | undefined;
  /** Undefined: the answer of the model is not for the cache. */
  readonly asked: Asked | undefined;
}

interface Asked {
  readonly scoped: ScopedPrompt;
  readonly ttlMs: number | null | undefined;
}

const ANSWER_BYTES_MAX = 1_048_576;

export class LlmCache {
  readonly #options: LlmCacheOptions;

  constructor(options: LlmCacheOptions) {
    this.#options = options;
  }

  async find(door: FrontDoor, call: IncomingCall): Promise<LlmFinding> {
    const finding = await this.#found(door, call);
    this.#options.onEvidence?.(finding.evidence);
    return finding;
  }

  /** The body of a kept answer, or the events of one, as bytes in the form the caller asked for. Undefined when it has none. */
  replay({ door, answer, parsed }: LlmFinding): Uint8Array[] | undefined {
    if (answer === undefined || parsed === undefined) return undefined;
    try {
      if (!parsed.question.delivery.isStream) return [Buffer.from(door.replayJson(answer, parsed))];
      return door.replayStream(answer, parsed).map((event) => door.encode(event));
    } catch (error) {
      this.#options.onError?.(error, 'lookup');
      return undefined;
    }
  }

  /** Passes the pieces of an answer on as this caller wants to see them; one that ends as whole answers do is kept. */
  async *passed(finding: LlmFinding, body: AsyncIterable<Uint8Array>, isStream: boolean): AsyncGenerator<Uint8Array> {
    const reading = isStream ? new StreamReading(finding) : new WholeReading(finding);
    let length = 0;
    for await (const bytes of body) {
      length += bytes.byteLength;
      const shown = reading.push(bytes, length <= (this.#options.answerBytesMax ?? ANSWER_BYTES_MAX));
      if (shown.byteLength > 0) yield shown;
    }
    if (length <= (this.#options.answerBytesMax ?? ANSWER_BYTES_MAX)) await this.#keep(finding, () => reading.end());
  }

  async #found(door: FrontDoor, call: IncomingCall): Promise<LlmFinding> {
    const parsed = parsedBy(door, call);
    const finding = (evidence: CacheEvidence, more: Partial<LlmFinding> = {}): LlmFinding => ({
      door,
      evidence,
      headers: evidenceHeaders(evidence, call.headers),
      parsed,
      body: parsed?.passedBody ?? call.body,
      answer: undefined,
      asked: undefined,
      ...more,
    });
    const bypass = (reason: BypassReason): LlmFinding => finding({ status: 'bypass', reason });
    if (parsed === undefined) return bypass('not-understood');
    const control = readControl(call.headers, parsed.body.cache);
    const { cache, namespace, minSimilarity, maxErrorRate, rules = defaultCacheabilityRules } = this.#options;
    const request: LlmRequest = { ...parsed.question, tenant: namespace, attributes: control.attributes };
    const harmfulTools = [...rules.harmfulTools, ...control.harmfulTools];
    const reason = control.bypass ?? cacheability(request, { ...rules, harmfulTools });
    if (reason !== undefined) return bypass(reason);
    const ttlMs = control.ttlMs ?? this.#options.ttlMs;
    try {
      const scoped = llmScope(request);
      const ask = { body: parsed.upstreamBody, asked: { scoped, ttlMs } };
      if (control.isRefresh) return finding({ status: 'miss', reason: 'refresh' }, ask);
      const result = await cache.lookup({
        ...scoped,
        minSimilarity: strictest(Math.max, control.minSimilarity, minSimilarity),
        maxErrorRate: strictest(Math.min, control.maxErrorRate, maxErrorRate),
        tiers: control.tiers,
      });
      if (result.outcome === 'miss') {
        return finding({ status: 'miss', reason: result.reason, nearest: result.nearest }, ask);
      }
      if (result.isStale) return finding({ status: 'miss', reason: 'stale' }, ask);
      const { entry, tier, similarity, probability, hitId } = result;
      const ageMs = cache.ageMsOf(entry);
      if (control.maxAgeMs !== undefined && ageMs > control.maxAgeMs) {
        return finding({ status: 'miss', reason: 'too-old' }, ask);
      }
      const answer = decodeAnswer(entry.response);
      if (answer?.format !== door.format) return finding({ status: 'miss', reason: 'unreadable' }, ask);
      const found = { tier, similarity, probability, entryId: entry.id, hitId, ageMs };
      return finding({ status: 'hit', ...found }, { ...ask, answer });
    } catch (error) {
      this.#options.onError?.(error, 'lookup');
      return finding({ status: 'error', reason: 'cache-failed' });
    }
  }

  async #keep({ asked }: LlmFinding, read: () => AnswerReading): Promise<void> {
    if (asked === undefined) return;
    try {
      const reading = read();
      if (reading.outcome === 'none') return;
      const { scoped, ttlMs } = asked;
      await this.#options.cache.store({ ...scoped, response: encodeAnswer(reading.answer), ttlMs });
    } catch (error) {
      this.#options.onError?.(error, 'store');
    }
  }
}

/** An answer as it comes, piece by piece. */
interface Reading {
  /** @param isKept whether the piece belongs to what may be kept. @returns what the caller is to see */
  push(bytes: Uint8Array, isKept: boolean): Uint8Array;
  end(): AnswerReading;
}

class WholeReading implements Reading {
  readonly #door: FrontDoor;
  readonly #parts: Uint8Array[] = [];

  constructor({ door }: LlmFinding) {
    this.#door = door;
  }

  push(bytes: Uint8Array, isKept: boolean): Uint8Array {
    if (isKept) this.#parts.push(bytes);
    return bytes;
  }

  end(): AnswerReading {
    return this.#door.read(Buffer.concat(this.#parts).toString());
  }
}

/** Bytes that cannot be read are passed on as they are, and from then on nothing is kept. */
class StreamReading implements Reading {
  readonly #finding: LlmFinding;
  readonly #decoder: StreamDecoder;
  readonly #events: StreamEvent[] = [];
  #isReadable: boolean;

  constructor(finding: LlmFinding) {
    this.#finding = finding;
    this.#decoder = finding.door.streamDecoder();
    this.#isReadable = finding.asked !== undefined;
  }

  push(bytes: Uint8Array, isKept: boolean): Uint8Array {
    const { door, parsed } = this.#finding;
    if (!this.#isReadable || parsed === undefined) return bytes;
    try {
      const events = this.#decoder.push(bytes);
      if (isKept) this.#events.push(...events);
      const shown = events.flatMap((event) => door.forward(event, parsed) ?? []);
      return Buffer.concat(shown.map((event) => door.encode(event)));
    } catch {
      this.#isReadable = false;
      return bytes;
    }
  }

  end(): AnswerReading {
    if (!this.#isReadable) return { outcome: 'none', reason: 'unreadable' };
    return this.#finding.door.assemble(this.#events);
  }
}

/** A door that stumbles over a request has not understood it. */
function parsedBy(door: FrontDoor, call: IncomingCall): ParsedCall | undefined {
  try {
    return door.parse(call);
  } catch {
    return undefined;
  }
}

function strictest(
  of: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : of(a, b);
}
