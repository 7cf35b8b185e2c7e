/**
 * JSON commands that count: JSON.NUMINCRBY, JSON.NUMMULTBY, JSON.NUMPOWBY. Integers stay integers of 64 bits as long as the
 * operand is one; otherwise the result is a double. Nothing is changed when one of the results does not fit.
 */
import { ByteSink } from '../../base/byte-sink.js';
import type { ByteSlice } from '../../base/byte-slice.js';
import { INT64_MAX, INT64_MIN } from '../../base/integer.js';
import { errorFor, errors } from '../../errors.js';
import { parseJson } from '../../json/json-parser.js';
import { jsonText, writtenJson } from '../../json/json-text.js';
import type { JsonPath } from '../../json/path/json-path.js';
import type { Place } from '../../json/path/path-matcher.js';
import { doubleAt, integerAt, isNumber, typeAt } from '../../json/tape.js';
import { writeDouble, writeInteger } from '../../json/tape-writer.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import type { ArgumentParser } from '../argument-parser.js';
import type { CommandEntry, Context } from '../command.js';
import { readsModuleTypes } from '../module-replies.js';
import { compilePath, existingDocument, jsonCommand } from './json-command.js';
import { acceptedPlaces, changePlaces, lastOf } from './json-edit.js';
import { writeTyped } from './json-reply.js';

interface NumberRequest {
  readonly key: ByteSlice;
  readonly path: ByteSlice;
  readonly operand: ByteSlice;
}

/** What a command does with a number and its operand. */
interface Arithmetic {
  readonly event: string;
  /** Undefined when there is no integer result. */
  readonly integers: (value: bigint, operand: bigint) => bigint | undefined;
  readonly doubles: (value: number, operand: number) => number;
}

const metadata = {
  arity: 4,
  flags: ['write'],
  complexity:
    'O(1) when path is evaluated to a single value, O(N) when path is evaluated to multiple values, where N is the size of the key',
  syntax: 'key path value',
  since: '1.0.0',
  parse: (args: ArgumentParser): NumberRequest => ({ key: args.bytes(), path: args.bytes(), operand: args.bytes() }),
} as const;

const jsonNumincrby = jsonCommand<NumberRequest>({
  ...metadata,
  name: 'JSON.NUMINCRBY',
  summary: 'Increment the number value stored at path by number',
  run: runWith({
    event: 'json.numincrby',
    integers: (value, operand) => value + operand,
    doubles: (value, operand) => value + operand,
  }),
});

const jsonNummultby = jsonCommand<NumberRequest>({
  ...metadata,
  name: 'JSON.NUMMULTBY',
  summary: 'Multiply the number value stored at path by number',
  run: runWith({
    event: 'json.nummultby',
    integers: (value, operand) => value * operand,
    doubles: (value, operand) => value * operand,
  }),
});

const jsonNumpowby = jsonCommand<NumberRequest>({
  ...metadata,
  name: 'JSON.NUMPOWBY',
  summary: 'Raise the number value stored at path to the power of number',
  run: runWith({ event: 'json.numpowby', integers: power, doubles: (value, operand) => value ** operand }),
});

export const jsonNumberCommands: readonly CommandEntry[] = [jsonNumincrby, jsonNummultby, jsonNumpowby];

/** A power that 64 bits cannot hold is not computed. */
function power(value: bigint, exponent: bigint): bigint | undefined {
  if (exponent < 0n) return undefined;
  const isUnit = value >= -1n && value <= 1n;
  if (exponent > 64n && !isUnit) return INT64_MAX + 1n;
  return isUnit && exponent > 1n ? value ** (2n + (exponent & 1n)) : value ** exponent;
}

function runWith(arithmetic: Arithmetic): (context: Context, request: NumberRequest) => void {
  return (context, request) => {
    const document = existingDocument(context.db, request.key);
    const path = compilePath(request.path);
    const places = acceptedPlaces(document, path, isNumber);
    const results = resultsFor(document.tape, places, arithmetic, request.operand);
    const asTypes = readsModuleTypes(context);
    if (path.isLegacy && !asTypes && results.size === 0) {
      throw errorFor.jsonNoPathOr('does not contains a number');
    }
    changePlaces([...results.keys()], (place) =>
      document.replace(place.at, place.containers, results.get(place) ?? NONE),
    );
    if (results.size > 0) context.changed(arithmetic.event, request.key);
    writeResults(
      context.reply,
      asTypes,
      path,
      places.map((place) => (place === undefined ? undefined : results.get(place))),
    );
  };
}

const NONE = Buffer.alloc(0);

/** The result at each place; one that a path leads to twice is counted twice. @throws ReplyError */
function resultsFor(
  tape: Buffer,
  places: readonly (Place | undefined)[],
  arithmetic: Arithmetic,
  operandText: ByteSlice,
): Map<Place, Buffer> {
  const results = new Map<Place, Buffer>();
  const latest = new Map<number, Buffer>();
  let operand: Buffer | undefined;
  for (const place of places) {
    if (place === undefined) continue;
    operand ??= parseOperand(operandText);
    const before = latest.get(place.at);
    const result = resultOf(before ?? tape, before === undefined ? place.at : 0, operand, arithmetic);
    latest.set(place.at, result);
    results.set(place, result);
  }
  return results;
}

function parseOperand(text: ByteSlice): Buffer {
  const operand = Buffer.from(parseJson(text));
  if (!isNumber(operand, 0)) throw errors.jsonBadNumber;
  return operand;
}

function resultOf(tape: Buffer, at: number, operand: Buffer, { integers, doubles }: Arithmetic): Buffer {
  const sink = new ByteSink();
  const areIntegers = typeAt(tape, at) === 'integer' && typeAt(operand, 0) === 'integer';
  const exact = areIntegers ? integers(BigInt(integerAt(tape, at)), BigInt(integerAt(operand, 0))) : undefined;
  if (exact !== undefined) {
    if (exact > INT64_MAX || exact < INT64_MIN) throw errors.jsonOverflow;
    writeInteger(sink, exact);
  } else {
    const result = doubles(doubleAt(tape, at), doubleAt(operand, 0));
    if (!Number.isFinite(result)) throw errors.jsonNotNumber;
    writeDouble(sink, result);
  }
  return sink.bytes();
}

/** As types an array of numbers; otherwise an array as JSON, or the last number for a path without `$`. */
function writeResults(
  reply: ReplyWriter,
  asTypes: boolean,
  path: JsonPath,
  results: readonly (Buffer | undefined)[],
): void {
  if (asTypes) {
    reply.array(results.length);
    for (const result of results) {
      if (result === undefined) reply.nil();
      else writeTyped(reply, result, 0, false);
    }
  } else if (path.isLegacy) {
    reply.bulk(jsonText(lastOf(results) ?? NONE));
  } else {
    const nothing = Buffer.of(0);
    reply.bulk(writtenJson((writer) => writer.array(results.length, (i) => writer.value(results[i] ?? nothing, 0))));
  }
}
