/**
 * One call of a model for questions that come at once: a question that is equal to one under way, or means the same by the rules of a
 * lookup, waits for that answer. Whoever stands between callers and a model has one of these, and asks it twice: before the cache for the
 * equal question, and after a miss also for a paraphrase.
 *
 * Invariants: who leads a call ends it, by `stored` or `failed`, whatever happens; who waits, waits for a limited time and for a limited
 * number of calls, then asks alone.
 */
import type { LookupRequest, PreparedQuestion, SemanticCache } from '../semantic-cache/semantic-cache.js';
import type { Timer } from '../timer.js';
import type { CacheEvidence } from './evidence.js';
import { type Flight, type FlightQuestion, Flights, type Landing } from './flights.js';

/** Calls a question waits for before it is asked alone, whoever else asks. */
const CALLS_WAITED_FOR_MAX = 2;
/** Longer than a lookup takes that began before a call was over. */
const LANDED_KEPT_MS = 10_000;

export interface SharedCallsOptions {
  /** How long a question waits for the answer to another. */
  readonly waitMs: number;
  readonly timer: Timer;
  /** For calls that are over and forgotten after a while; by default the same. */
  readonly idleTimer?: Timer;
}

/** A question on its way. */
export interface AskedQuestion {
  readonly cache: SemanticCache;
  readonly request: LookupRequest;
  readonly identity: PreparedQuestion;
  /** See `Flights.moment`. */
  readonly since: number;
}

/** A call that a question waits for. */
export interface JoinedCall {
  readonly flight: Flight;
  readonly evidence: Extract<CacheEvidence, { status: 'shared' }>;
}

export type CallTurn =
  | { readonly outcome: 'answered' }
  /** The model is to be asked. Without a flight: alone, nobody waits for it. */
  | { readonly outcome: 'lead'; readonly flight: Flight | undefined };

export class SharedCalls {
  readonly #options: SharedCallsOptions;
  readonly #flights = new Flights();

  constructor(options: SharedCallsOptions) {
    this.#options = options;
  }

  /** A question as it begins. */
  question(cache: SemanticCache, request: LookupRequest, identity: PreparedQuestion): AskedQuestion {
    return { cache, request, identity, since: this.#flights.moment };
  }

  /** The call of the equal question. */
  same({ cache, request, identity, since }: AskedQuestion): JoinedCall | undefined {
    const flight = this.#flights.same({ ...identity, cacheId: roomOf(cache, request) }, since);
    return flight === undefined ? undefined : { flight, evidence: { status: 'shared', tier: 'exact', similarity: 1 } };
  }

  /**
   * Waits for the call of an equal or similar question as long as there is one.
   * @param waited waits for a call, and tells whether the question is answered by it
   */
  async joinOrLead(asked: AskedQuestion, waited: (joined: JoinedCall) => Promise<boolean>): Promise<CallTurn> {
    const question = await flightQuestion(asked);
    for (let waits = 0; waits < CALLS_WAITED_FOR_MAX; waits++) {
      const joined = this.same(asked) ?? this.#similar(asked, question);
      // Begun in the same turn as it was found that there is none: no other question comes between.
      if (joined === undefined) return { outcome: 'lead', flight: this.#flights.begin(question) };
      if (await waited(joined)) return { outcome: 'answered' };
    }
    return { outcome: 'lead', flight: undefined };
  }

  /** How a call ends, or that it takes too long to wait for: then others shall not wait for it either. */
  async landing(flight: Flight): Promise<Landing> {
    const { timer, waitMs } = this.#options;
    let takeBack = (): void => undefined;
    const impatience = new Promise<Landing>((resolve) => {
      takeBack = timer.after(waitMs, () => {
        this.#flights.forget(flight);
        resolve({ outcome: 'nothing' });
      });
    });
    const landing = await Promise.race([flight.landing, impatience]);
    takeBack();
    return landing;
  }

  /** The answer, which those who wait have been told, is stored, or will not be. */
  stored(flight: Flight): void {
    const { timer, idleTimer = timer } = this.#options;
    this.#flights.landed(flight);
    idleTimer.after(LANDED_KEPT_MS, () => this.#flights.forget(flight));
  }

  /** There is no answer to share. */
  failed(flight: Flight, landing: Landing): void {
    // Forgotten before those who waited go on, so that one of them leads the next.
    this.#flights.forget(flight);
    flight.land(landing);
  }

  #similar({ cache, request, since }: AskedQuestion, question: FlightQuestion): JoinedCall | undefined {
    if (request.tiers !== undefined && !request.tiers.includes('semantic')) return undefined;
    const nearest = cache.nearestPending(question, this.#flights.others(question, since), request);
    if (nearest === undefined) return undefined;
    const { pending: flight, similarity } = nearest;
    return { flight, evidence: { status: 'shared', tier: 'semantic', similarity } };
  }
}

/** Without a vector where there is none to be had: such a question is shared with equal ones only. */
async function flightQuestion({ cache, request, identity }: AskedQuestion): Promise<FlightQuestion> {
  const cacheId = roomOf(cache, request);
  try {
    return { ...(await cache.prepare(identity)), cacheId };
  } catch {
    return { ...identity, cacheId };
  }
}

/** Who waits for one another's answers: those of one cache, and under the two-writers rule of one principal. */
function roomOf({ cacheId }: SemanticCache, { principal }: LookupRequest): string {
  return principal === undefined ? cacheId : `${cacheId} ${principal}`;
}
