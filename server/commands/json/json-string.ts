/** JSON commands on strings and booleans: JSON.STRAPPEND, JSON.STRLEN, JSON.TOGGLE. */
import { ByteSink } from '../../base/byte-sink.js';
import type { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { parseJson } from '../../json/json-parser.js';
import { findValues } from '../../json/path/path-matcher.js';
import { isString, stringAt, Tag, tagAt } from '../../json/tape.js';
import { writeBoolean, writeStringHead } from '../../json/tape-writer.js';
import type { ArgumentParser } from '../argument-parser.js';
import type { CommandEntry } from '../command.js';
import {
  compilePath,
  existingDocument,
  jsonCommand,
  optionalPath,
  type PathRequest,
  parsePathRequest,
  readDocument,
} from './json-command.js';
import { acceptedPlaces, changePlaces, lastOf } from './json-edit.js';
import { firstOrThrow } from './json-get.js';

const complexity =
  'O(1) when path is evaluated to a single value, O(N) when path is evaluated to multiple values, where N is the size of the key';

const jsonStrappend = jsonCommand<PathRequest & { readonly json: ByteSlice }>({
  name: 'JSON.STRAPPEND',
  arity: -3,
  flags: ['write', 'denyoom'],
  since: '1.0.0',
  complexity,
  summary: 'Append the json-string values to the string at path',
  syntax: 'key [path] value',
  parse: parseAppend,
  run: (context, { key, path: text, json }) => {
    const document = existingDocument(context.db, key);
    const path = compilePath(text);
    const places = acceptedPlaces(document, path, isString);
    const isNeeded = places.some((place) => place !== undefined);
    if (path.isLegacy && !isNeeded) throw errorFor.jsonNoPathOr('not a string');
    const suffix = isNeeded ? parseSuffix(json) : Buffer.alloc(0);
    const lengths = changePlaces(places, ({ at, containers }) => {
      const { tape } = document;
      const old = stringAt(tape, at);
      const sink = new ByteSink();
      writeStringHead(sink, old.length + suffix.length);
      sink.range(old.buffer, old.start, old.end);
      sink.raw(suffix);
      document.replace(at, containers, sink.bytes());
      return old.length + suffix.length;
    });
    if (isNeeded) context.changed('json.strappend', key);
    writeIntegers(context.reply, path.isLegacy, lengths);
  },
});

const jsonStrlen = jsonCommand<PathRequest>({
  name: 'JSON.STRLEN',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity,
  summary: 'Report the length of the JSON String at path in key',
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
      if (!isString(tape, at)) throw errorFor.jsonValueType('string');
      reply.integer(stringAt(tape, at).length);
      return;
    }
    const lengths = findValues(tape, path).map((at) => (isString(tape, at) ? stringAt(tape, at).length : undefined));
    writeIntegers(reply, false, lengths);
  },
});

const jsonToggle = jsonCommand<PathRequest>({
  name: 'JSON.TOGGLE',
  arity: 3,
  flags: ['write'],
  since: '2.0.0',
  complexity,
  summary: 'Toggle the boolean value stored at path',
  syntax: 'key path',
  parse: (args) => ({ key: args.bytes(), path: args.bytes() }),
  run: (context, { key, path: text }) => {
    const document = existingDocument(context.db, key);
    const path = compilePath(text);
    const places = acceptedPlaces(document, path, isBoolean);
    const toggled = changePlaces(places, ({ at, containers }) => {
      const value = tagAt(document.tape, at) !== Tag.true;
      const sink = new ByteSink();
      writeBoolean(sink, value);
      document.replace(at, containers, sink.bytes());
      return value ? 1 : 0;
    });
    const last = lastOf(toggled);
    if (path.isLegacy && last === undefined) throw errorFor.jsonNoPathOr('not a bool');
    if (last !== undefined) context.changed('json.toggle', key);
    if (path.isLegacy) context.reply.bulkText(last === 1 ? 'true' : 'false');
    else writeIntegers(context.reply, false, toggled);
  },
});

export const jsonStringCommands: readonly CommandEntry[] = [jsonStrappend, jsonStrlen, jsonToggle];

function parseAppend(args: ArgumentParser): PathRequest & { readonly json: ByteSlice } {
  const key = args.bytes();
  if (args.remaining > 1) return { key, path: args.bytes(), json: lastOfRest(args) };
  return { key, json: args.bytes(), path: optionalPath(args) };
}

/** What follows the value is not looked at. */
function lastOfRest(args: ArgumentParser): ByteSlice {
  const json = args.bytes();
  args.rest();
  return json;
}

/** The UTF-8 of a string in JSON. @throws ReplyError, JsonSyntaxError */
function parseSuffix(json: ByteSlice): Buffer {
  const value = parseJson(json);
  if (!isString(value, 0)) throw errorFor.jsonValueType('string');
  return stringAt(value, 0).copy();
}

function isBoolean(tape: Buffer, at: number): boolean {
  const tag = tagAt(tape, at);
  return tag === Tag.true || tag === Tag.false;
}

/** An integer or nothing for each value of a path; the last integer alone for a path without `$`. */
export function writeIntegers(
  reply: { array(count: number): void; integer(value: number): void; nil(): void },
  isLegacy: boolean,
  integers: readonly (number | undefined)[],
): void {
  if (!isLegacy) reply.array(integers.length);
  for (const integer of isLegacy ? [lastOf(integers)] : integers) {
    if (integer === undefined) reply.nil();
    else reply.integer(integer);
  }
}
