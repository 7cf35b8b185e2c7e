/**
 * Questions that are under way to a model, so that the same question, or one that means the same, waits for the answer
 * instead of asking again. One flight is one call of a model; who leads it asks, who joins it waits.
 *
 * What is found here is decided without a wait in between: of many requests that come at once the first leads, and the others see its
 * flight. A flight that has landed is found for a while by requests that began before it landed and by no others: their
 * lookup may have been too early to see what was stored, later ones see it, and see that it was deleted, too.
 *
 * Bounded: those that have landed make room for others, and above FLIGHTS_MAX under way nothing is shared: requests go to the
 * model as they would without a cache.
 */
import type { Digest } from '../semantic-cache/digest.js';
import type { PendingPrompt } from '../semantic-cache/semantic-cache.js';
import type { StoredAnswer } from './stored-answer.js';

const FLIGHTS_MAX = 4096;
/** Flights of one scope that a prompt is compared with: as many as a comparison of vectors takes a fraction of a millisecond for. */
const COMPARED_MAX = 512;

/** How a flight ends for those who wait. */
export type Landing =
  | { readonly outcome: 'answer'; readonly answer: StoredAnswer }
  /** The model refused the request for what it is: the same request is refused again. */
  | { readonly outcome: 'refusal'; readonly status: number; readonly contentType: string; readonly body: Uint8Array }
  /** Nothing to share. */
  | { readonly outcome: 'nothing' };

/** A question as flights compare it. */
export interface FlightQuestion {
  /** The cache it is asked in. */
  readonly cacheId: string;
  readonly scope: Digest;
  /** Digest of scope and prompt. */
  readonly exact: Digest;
  readonly prompt: string;
  /** Undefined: it is found by equal prompts alone. */
  readonly vector: Float32Array | undefined;
}

export class Flight implements PendingPrompt {
  readonly question: FlightQuestion;
  readonly landing: Promise<Landing>;
  #land: (landing: Landing) => void = () => undefined;
  /** The number of flights that had landed when this one did; undefined while it is under way. */
  landedAt: number | undefined;

  constructor(question: FlightQuestion) {
    this.question = question;
    this.landing = new Promise((resolve) => {
      this.#land = resolve;
    });
  }

  get prompt(): string {
    return this.question.prompt;
  }

  get vector(): Float32Array | undefined {
    return this.question.vector;
  }

  /** Tells those who wait; the first landing counts. */
  land(landing: Landing): void {
    this.#land(landing);
  }
}

export class Flights {
  readonly #byExact = new Map<string, Flight>();
  readonly #byScope = new Map<string, Set<Flight>>();
  /** Those that have landed, the earliest first. */
  readonly #landedFlights = new Set<Flight>();
  #landed = 0;

  /** What a request notes when it begins, for `same` and `others`. */
  get moment(): number {
    return this.#landed;
  }

  get size(): number {
    return this.#byExact.size;
  }

  /** The flight of an equal question. */
  same(question: FlightQuestion, since: number): Flight | undefined {
    const flight = this.#byExact.get(exactKey(question));
    return flight !== undefined && isJoinable(flight, since) ? flight : undefined;
  }

  /** Flights of the same scope, the latest last. */
  others(question: FlightQuestion, since: number): Flight[] {
    const flights = [...(this.#byScope.get(scopeKey(question)) ?? [])];
    return flights.slice(-COMPARED_MAX).filter((flight) => isJoinable(flight, since));
  }

  /** @returns undefined when there are too many, or one like it is under way: the question is asked alone */
  begin(question: FlightQuestion): Flight | undefined {
    const key = exactKey(question);
    const earlier = this.#byExact.get(key);
    if (earlier !== undefined && earlier.landedAt === undefined) return undefined;
    if (earlier !== undefined) this.forget(earlier);
    if (this.#byExact.size >= FLIGHTS_MAX) this.#forgetEarliest();
    if (this.#byExact.size >= FLIGHTS_MAX) return undefined;
    const flight = new Flight(question);
    this.#byExact.set(key, flight);
    const scope = scopeKey(question);
    const flights = this.#byScope.get(scope) ?? new Set();
    flights.add(flight);
    this.#byScope.set(scope, flights);
    return flight;
  }

  /** The flight's answer, which those who wait have been told, is stored, or will not be. */
  landed(flight: Flight): void {
    flight.landedAt = this.#landed;
    this.#landed++;
    if (this.#byExact.get(exactKey(flight.question)) === flight) this.#landedFlights.add(flight);
  }

  /** The flight is found no more. */
  forget(flight: Flight): void {
    const { question } = flight;
    const key = exactKey(question);
    if (this.#byExact.get(key) === flight) this.#byExact.delete(key);
    this.#landedFlights.delete(flight);
    const flights = this.#byScope.get(scopeKey(question));
    flights?.delete(flight);
    if (flights?.size === 0) this.#byScope.delete(scopeKey(question));
  }

  #forgetEarliest(): void {
    for (const flight of this.#landedFlights) {
      this.forget(flight);
      return;
    }
  }
}

function isJoinable(flight: Flight, since: number): boolean {
  return flight.landedAt === undefined || flight.landedAt >= since;
}

/** A cache's id has no blanks, and digests have a fixed length. */
function exactKey({ cacheId, exact }: FlightQuestion): string {
  return `${exact} ${cacheId}`;
}

function scopeKey({ cacheId, scope }: FlightQuestion): string {
  return `${scope} ${cacheId}`;
}
