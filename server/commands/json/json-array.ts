/** JSON commands on arrays: JSON.ARRAPPEND, ARRINDEX, ARRINSERT, ARRLEN, ARRPOP, ARRTRIM. */
import { ByteSink } from '../../base/byte-sink.js';
import type { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { equalValues } from '../../json/comparison.js';
import { parseJson, parseJsonInto } from '../../json/json-parser.js';
import { jsonText } from '../../json/json-text.js';
import { findValues, type Place } from '../../json/path/path-matcher.js';
import { countAt, elementAt, endOf, forEachMember, Tag, tagAt } from '../../json/tape.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import type { JsonValue } from '../../types/json.js';
import type { ArgumentParser } from '../argument-parser.js';
import type { CommandEntry } from '../command.js';
import {
  compilePath,
  existingDocument,
  jsonCommand,
  optionalPath,
  type PathRequest,
  parseIndex,
  parsePathRequest,
  readDocument,
} from './json-command.js';
import { acceptedPlaces, changePlaces, checkDepth, lastOf } from './json-edit.js';
import { firstOrThrow } from './json-get.js';
import { type ReplyFormat, writeTyped } from './json-reply.js';
import { writeIntegers } from './json-string.js';

interface ElementsRequest extends PathRequest {
  readonly values: readonly ByteSlice[];
  /** Before which element; undefined for the end. */
  readonly index?: number;
}

interface SearchRequest extends PathRequest {
  readonly value: ByteSlice;
  readonly start: number;
  /** Not searched itself; 0 for the end. */
  readonly stop: number;
}

interface PopRequest extends PathRequest {
  readonly index: number;
  /** Undefined when it is not named. */
  readonly format: ReplyFormat | undefined;
}

interface TrimRequest extends PathRequest {
  readonly start: number;
  /** The last that is kept. */
  readonly stop: number;
}

const complexity =
  'O(1) when path is evaluated to a single value, O(N) when path is evaluated to multiple values, where N is the size of the key';
const linear =
  'O(N) when path is evaluated to a single value where N is the size of the array, O(N) when path is evaluated to multiple values, where N is the size of the key';
/** The default of JSON.ARRPOP without a path. */
const LAST = -1;
const POP_FORMATS: readonly ReplyFormat[] = ['STRINGS', 'EXPAND1', 'EXPAND'];

const jsonArrappend = jsonCommand<ElementsRequest>({
  name: 'JSON.ARRAPPEND',
  arity: -4,
  flags: ['write', 'denyoom'],
  since: '1.0.0',
  complexity,
  summary: 'Append the JSON values into the array at path after the last element in it',
  syntax: 'key path value [value ...]',
  parse: (args) => ({ key: args.bytes(), path: args.bytes(), values: args.rest() }),
  run: (context, request) => {
    const lengths = addElements(existingDocument(context.db, request.key), request);
    if (lastOf(lengths) !== undefined) context.changed('json.arrappend', request.key);
    writeIntegers(context.reply, compilePath(request.path).isLegacy, lengths);
  },
});

const jsonArrinsert = jsonCommand<ElementsRequest>({
  name: 'JSON.ARRINSERT',
  arity: -5,
  flags: ['write', 'denyoom'],
  since: '1.0.0',
  complexity: linear,
  summary: 'Insert the json values into the array at path before the index (shifts to the right)',
  syntax: 'key path index value [value ...]',
  parse: (args) => ({ key: args.bytes(), path: args.bytes(), index: parseIndex(args), values: args.rest() }),
  run: (context, request) => {
    const lengths = addElements(existingDocument(context.db, request.key), request);
    if (lastOf(lengths) !== undefined) context.changed('json.arrinsert', request.key);
    writeIntegers(context.reply, compilePath(request.path).isLegacy, lengths);
  },
});

const jsonArrindex = jsonCommand<SearchRequest>({
  name: 'JSON.ARRINDEX',
  arity: -4,
  flags: ['readonly'],
  since: '1.0.0',
  complexity: linear,
  summary: 'Search for the first occurrence of a JSON value in an array',
  syntax: 'key path value [start [stop]]',
  parse: parseSearch,
  run: ({ db, reply }, request) => {
    const document = readDocument(db, request.key);
    const value = parseJson(request.value);
    if (document === undefined) throw errors.jsonNoPath;
    const path = compilePath(request.path);
    const { tape } = document;
    if (path.isLegacy) {
      const at = firstOrThrow(tape, path);
      if (!isArray(tape, at)) throw errorFor.jsonValueType('array');
      reply.integer(search(tape, at, value, request));
      return;
    }
    const found = findValues(tape, path).map((at) =>
      isArray(tape, at) ? search(tape, at, value, request) : undefined,
    );
    writeIntegers(reply, false, found);
  },
});

const jsonArrlen = jsonCommand<PathRequest>({
  name: 'JSON.ARRLEN',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity,
  summary: 'Report the length of the JSON array at path in key',
  syntax: 'key [path]',
  parse: parsePathRequest,
  run: ({ db, reply }, { key, path: text }) => {
    const document = readDocument(db, key);
    const path = compilePath(text);
    if (document === undefined) {
      if (!path.isLegacy) throw errors.jsonNoKey;
      reply.nil();
      return;
    }
    const { tape } = document;
    if (path.isLegacy) {
      const at = firstOrThrow(tape, path);
      if (!isArray(tape, at)) throw errorFor.jsonNoPathOr('not an array');
      reply.integer(countAt(tape, at));
      return;
    }
    writeIntegers(
      reply,
      false,
      findValues(tape, path).map((at) => (isArray(tape, at) ? countAt(tape, at) : undefined)),
    );
  },
});

const jsonArrpop = jsonCommand<PopRequest>({
  name: 'JSON.ARRPOP',
  arity: -2,
  flags: ['write'],
  since: '1.0.0',
  complexity: linear,
  summary: 'Remove and return the element at the specified index in the array at path',
  syntax: 'key [FORMAT <STRINGS | EXPAND1 | EXPAND>] [path [index]]',
  parse: parsePop,
  run: (context, request) => {
    const { reply } = context;
    if (request.format !== undefined && reply.protocol === 2) throw errors.jsonFormatInResp2;
    const document = existingDocument(context.db, request.key);
    const path = compilePath(request.path);
    const format = request.format ?? 'STRINGS';
    if (path.isLegacy && format !== 'STRINGS') throw errors.jsonLegacyFormat;
    const places = acceptedPlaces(document, path, isArray);
    if (path.isLegacy && lastOf(places) === undefined) throw errorFor.jsonNoPathOr('not an array');
    const popped = changePlaces(places, (place) => pop(document, place, request.index));
    const last = lastOf(popped);
    if (last !== undefined) context.changed('json.arrpop', request.key);
    if (!path.isLegacy) reply.array(popped.length);
    for (const element of path.isLegacy ? [last] : popped) writePopped(reply, element, format);
  },
});

const jsonArrtrim = jsonCommand<TrimRequest>({
  name: 'JSON.ARRTRIM',
  arity: 5,
  flags: ['write'],
  since: '1.0.0',
  complexity: linear,
  summary: 'Trim an array so that it contains only the specified inclusive range of elements',
  syntax: 'key path start stop',
  parse: (args) => ({ key: args.bytes(), path: args.bytes(), start: parseIndex(args), stop: parseIndex(args) }),
  run: (context, request) => {
    const document = existingDocument(context.db, request.key);
    const path = compilePath(request.path);
    const lengths = changePlaces(acceptedPlaces(document, path, isArray), (place) => trim(document, place, request));
    const isChanged = lastOf(lengths) !== undefined;
    if (path.isLegacy && !isChanged) throw errorFor.jsonNoPathOr('not an array');
    if (isChanged) context.changed('json.arrtrim', request.key);
    writeIntegers(context.reply, path.isLegacy, lengths);
  },
});

export const jsonArrayCommands: readonly CommandEntry[] = [
  jsonArrappend,
  jsonArrindex,
  jsonArrinsert,
  jsonArrlen,
  jsonArrpop,
  jsonArrtrim,
];

function isArray(tape: Buffer, at: number): boolean {
  return tagAt(tape, at) === Tag.array;
}

function parseSearch(args: ArgumentParser): SearchRequest {
  const [key, path, value] = [args.bytes(), args.bytes(), args.bytes()];
  const start = args.remaining > 0 ? parseIndex(args) : 0;
  const stop = args.remaining > 0 ? parseIndex(args) : 0;
  if (args.remaining > 0) args.fail(errorFor.wrongArity(args.commandName));
  return { key, path, value, start, stop };
}

function parsePop(args: ArgumentParser): PopRequest {
  const key = args.bytes();
  let format: ReplyFormat | undefined;
  if (args.option('FORMAT')) {
    format = POP_FORMATS.find((known) => args.flag(known));
    if (format === undefined) args.fail(errors.jsonReplyFormat);
  }
  const path = optionalPath(args);
  // An index that is none is the last one, as in RedisJSON.
  const index = args.remaining > 0 ? Number.parseInt(args.text(), 10) : LAST;
  args.rest();
  return { key, path, format, index: Number.isNaN(index) ? LAST : index };
}

/** @returns the new length of each array. @throws ReplyError before anything is changed */
function addElements(document: JsonValue, { path: text, values, index }: ElementsRequest): (number | undefined)[] {
  const sink = new ByteSink();
  for (const value of values) parseJsonInto(value, sink);
  const elements = sink.bytes();
  const path = compilePath(text);
  const places = acceptedPlaces(document, path, isArray);
  if (path.isLegacy && lastOf(places) === undefined) throw errorFor.jsonNoPathOr('not an array');
  for (const place of places) if (place !== undefined) checkAddition(document.tape, place, elements, index);
  return changePlaces(places, ({ at, containers }) => {
    const { tape } = document;
    const count = countAt(tape, at);
    const before = index === undefined ? endOf(tape, at) : elementAt(tape, at, index < 0 ? index + count : index);
    document.insert(before, [...containers, at], elements, values.length);
    return count + values.length;
  });
}

function checkAddition(tape: Buffer, { at, containers }: Place, elements: Buffer, index = 0): void {
  const count = countAt(tape, at);
  const fromFront = index < 0 ? index + count : index;
  if (fromFront < 0 || fromFront > count) throw errors.jsonInsertIndex;
  for (let element = 0; element < elements.length; element = endOf(elements, element)) {
    checkDepth(containers.length + 1, elements, element);
  }
}

/** @returns the index of the first element that equals the value, or -1 */
function search(tape: Buffer, at: number, value: Buffer, { start, stop }: SearchRequest): number {
  const count = countAt(tape, at);
  const from = start < 0 ? Math.max(0, count + start) : Math.min(start, count - 1);
  const to = stop === 0 ? count : stop < 0 ? Math.max(0, count + stop) : Math.min(stop, count);
  let index = 0;
  let found = -1;
  forEachMember(tape, at, (_entry, element) => {
    const isIn = index >= from && index < to;
    if (found < 0 && isIn && equalValues({ tape, at: element }, { tape: value, at: 0 }, 'by type')) found = index;
    index++;
  });
  return found;
}

/** Takes an element out of an array. @returns it, or undefined when the array is empty */
function pop(document: JsonValue, { at, containers }: Place, index: number): Buffer | undefined {
  const { tape } = document;
  const count = countAt(tape, at);
  if (count === 0) return undefined;
  const element = elementAt(tape, at, index < 0 ? Math.max(0, count + index) : Math.min(index, count - 1));
  const end = endOf(tape, element);
  const popped = Buffer.from(tape.subarray(element, end));
  document.remove(element, end, [...containers, at], 1);
  return popped;
}

function writePopped(reply: ReplyWriter, element: Buffer | undefined, format: ReplyFormat): void {
  if (element === undefined) reply.nil();
  else if (format === 'STRINGS') reply.bulk(jsonText(element));
  else writeTyped(reply, element, 0, format === 'EXPAND');
}

/** Keeps a range of an array. @returns how many are left */
function trim(document: JsonValue, { at, containers }: Place, { start, stop }: TrimRequest): number {
  const { tape } = document;
  const count = countAt(tape, at);
  const last = stop < 0 ? Math.max(0, count + stop) : Math.min(stop, count - 1);
  const first = start < 0 ? Math.max(0, count + start) : start;
  const [from, to] = first > last || first >= count ? [0, 0] : [first, last + 1];
  const inner = [...containers, at];
  const tail = elementAt(tape, at, to);
  const end = endOf(tape, at);
  const head = elementAt(tape, at, 0);
  const kept = elementAt(tape, at, from);
  document.remove(tail, end, inner, count - to);
  document.remove(head, kept, inner, from);
  return to - from;
}
