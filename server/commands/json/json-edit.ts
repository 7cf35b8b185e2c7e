/** Changes of the values that a path matches: which of them, and in which order. */
import { errors } from '../../errors.js';
import { DEPTH_LIMIT } from '../../json/json-parser.js';
import type { JsonPath } from '../../json/path/json-path.js';
import { findPlaces, type Place } from '../../json/path/path-matcher.js';
import { depthOf } from '../../json/tape.js';
import type { JsonValue } from '../../types/json.js';

/** Whether a value is one that a command works on. */
export type Accepts = (tape: Buffer, at: number) => boolean;

/** The places a path matches; undefined for those that a command does not work on. */
export function acceptedPlaces(document: JsonValue, path: JsonPath, accepts: Accepts): (Place | undefined)[] {
  const { tape } = document;
  return findPlaces(tape, path).map((place) => (accepts(tape, place.at) ? place : undefined));
}

/**
 * Changes places one by one, the last of the document first: none of them moves then before its turn has come, and what
 * is in a value is changed before the value.
 * @returns what `change` answers, in the order of the places
 */
export function changePlaces<Result>(
  places: readonly (Place | undefined)[],
  change: (place: Place) => Result,
): (Result | undefined)[] {
  const results: (Result | undefined)[] = places.map(() => undefined);
  const order = places.flatMap((place, index) => (place === undefined ? [] : [{ place, index }]));
  order.sort((a, b) => b.place.at - a.place.at || a.index - b.index);
  for (const { place, index } of order) results[index] = change(place);
  return results;
}

/** @throws ReplyError when a value would lie too deep inside so many containers */
export function checkDepth(containers: number, value: Buffer, at = 0): void {
  if (containers + depthOf(value, at) >= DEPTH_LIMIT) throw errors.jsonDepth;
}

/** The last of the results that are there: what a path without `$` answers. */
export function lastOf<Result>(results: readonly (Result | undefined)[]): Result | undefined {
  return results.findLast((result) => result !== undefined);
}
