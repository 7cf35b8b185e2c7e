/**
 * A semantic cache in front of one model, for wrappers of clients: a request as it is about to leave is answered from the cache, or by a
 * call that is under way, or not; and an answer that came is kept or not. By the same doors, scope and rules as in the gateway, so both
 * work on the same entries.
 *
 * Never fails: see `SharedAnswers`. Who was told to ask the model hands its answer to `passed`, or says by `leave` that there is none.
 */
import { readControl } from './cache-control.js';
import { type CacheabilityRules, cacheability, defaultCacheabilityRules } from './cacheability.js';
import type { AnswerReading, FrontDoor, IncomingCall, ParsedCall, StreamDecoder } from './doors/front-door.js';
import { type BypassReason, type CacheEvidence, evidenceHeaders } from './evidence.js';
import { type LlmRequest, llmScope, type ScopedPrompt } from './llm-request.js';
import { type AskedAnswer, type OpenCall, SharedAnswers, type SharedAnswersOptions } from './shared-answers.js';
import type { StoredAnswer, StreamEvent } from './stored-answer.js';

export interface LlmCacheOptions extends SharedAnswersOptions {
  readonly rules?: CacheabilityRules;
  /** An answer that is longer is passed on and not kept. */
  readonly answerBytesMax?: number;
  /** What the cache did with each request that could be one for a model. */
  readonly onEvidence?: (evidence: CacheEvidence) => void;
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
  readonly call: OpenCall | undefined;
}

const ANSWER_BYTES_MAX = 1_048_576;

export class LlmCache {
  readonly #options: LlmCacheOptions;
  readonly #answers: SharedAnswers;

  constructor(options: LlmCacheOptions) {
    this.#options = options;
    this.#answers = new SharedAnswers(options);
  }

  /** @throws the signal's reason, and nothing else */
  async find(door: FrontDoor, call: IncomingCall, signal?: AbortSignal | null): Promise<LlmFinding> {
    const finding = await this.#found(door, call, signal);
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
    const { answerBytesMax = ANSWER_BYTES_MAX } = this.#options;
    let length = 0;
    try {
      for await (const bytes of body) {
        length += bytes.byteLength;
        const shown = reading.push(bytes, length <= answerBytesMax);
        if (shown.byteLength > 0) yield shown;
      }
      if (length <= answerBytesMax) await this.#keep(finding, () => reading.end());
    } finally {
      this.leave(finding);
    }
  }

  /** The model gave no answer that could be passed on. */
  leave({ call }: LlmFinding): void {
    call?.leave();
  }

  async #found(door: FrontDoor, call: IncomingCall, signal?: AbortSignal | null): Promise<LlmFinding> {
    const parsed = parsedBy(door, call);
    const finding = (evidence: CacheEvidence, more: Partial<LlmFinding> = {}): LlmFinding => ({
      door,
      evidence,
      headers: evidenceHeaders(evidence, call.headers),
      parsed,
      body: parsed?.passedBody ?? call.body,
      answer: undefined,
      call: undefined,
      ...more,
    });
    if (parsed === undefined) return finding({ status: 'bypass', reason: 'not-understood' });
    const asked = this.#asked(door, call, parsed);
    if (typeof asked === 'string') return finding({ status: 'bypass', reason: asked });
    const found = await this.#answers.find(asked, signal);
    if (found.answer !== undefined) return finding(found.evidence, { answer: found.answer });
    return finding(found.evidence, {
      call: found.call,
      ...(found.call === undefined ? {} : { body: parsed.upstreamBody }),
    });
  }

  /** What is asked of the cache, or why nothing is. */
  #asked(door: FrontDoor, call: IncomingCall, parsed: ParsedCall): AskedAnswer | BypassReason {
    const control = readControl(call.headers, parsed.body.cache);
    const { rules = defaultCacheabilityRules } = this.#options;
    const { tenant, principal } = this.#answers.caller();
    const llm: LlmRequest = { ...parsed.question, tenant, attributes: control.attributes };
    const harmfulTools = [...rules.harmfulTools, ...control.harmfulTools];
    const reason = control.bypass ?? cacheability(llm, { ...rules, harmfulTools });
    if (reason !== undefined) return reason;
    const scoped = scopeOf(llm);
    if (scoped === undefined) return 'beyond-limits';
    const { minSimilarity, maxErrorRate, tiers, isRefresh, maxAgeMs, ttlMs } = control;
    const request = { ...scoped, principal, minSimilarity, maxErrorRate, tiers };
    return { request, format: door.format, model: parsed.question.model, isRefresh, maxAgeMs, ttlMs };
  }

  async #keep({ call }: LlmFinding, read: () => AnswerReading): Promise<void> {
    if (call === undefined) return;
    let reading: AnswerReading;
    try {
      reading = read();
    } catch (error) {
      this.#options.onError?.(error, 'store');
      return;
    }
    if (reading.outcome === 'answer') await call.keep(reading.answer);
  }
}

/** Undefined of a request that is nested too deeply. */
function scopeOf(llm: LlmRequest): ScopedPrompt | undefined {
  try {
    return llmScope(llm);
  } catch {
    return undefined;
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
    this.#isReadable = finding.call !== undefined;
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
