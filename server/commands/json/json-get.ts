/** JSON commands that read values: JSON.GET, JSON.MGET, JSON.TYPE, JSON.RESP. */
import { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { type JsonFormat, jsonText, writtenJson } from '../../json/json-text.js';
import type { JsonPath } from '../../json/path/json-path.js';
import { findFirst, findValues } from '../../json/path/path-matcher.js';
import { typeAt } from '../../json/tape.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { JsonValue } from '../../types/json.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, keysAt } from '../command.js';
import { readsModuleTypes } from '../module-replies.js';
import {
  compilePath,
  jsonCommand,
  optionalPath,
  type PathRequest,
  parsePathRequest,
  readDocument,
} from './json-command.js';
import { type ReplyFormat, writeAsResp, writeTyped } from './json-reply.js';

interface GetRequest {
  readonly key: ByteSlice;
  readonly paths: readonly ByteSlice[];
  readonly format: JsonFormat;
  /** Undefined when it is not named. */
  readonly replyFormat: ReplyFormat | undefined;
}

const COMPACT: JsonFormat = { indent: '', newline: '', space: '' };
const FORMATS: readonly ReplyFormat[] = ['STRING', 'EXPAND1', 'EXPAND'];

const jsonGet = jsonCommand<GetRequest>({
  name: 'JSON.GET',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity: 'O(N) where N is the size of the JSON',
  summary: 'Get JSON value at path',
  syntax: 'key [INDENT indent] [NEWLINE newline] [SPACE space] [FORMAT <STRING | EXPAND1 | EXPAND>] [path [path ...]]',
  parse: parseGet,
  run: (context, request) => {
    const { reply, db } = context;
    if (request.replyFormat !== undefined && reply.protocol === 2) throw errors.jsonFormatInResp2;
    const isTyped = (request.replyFormat ?? 'STRING') !== 'STRING';
    const document = readDocument(db, request.key);
    if (document === undefined) {
      reply.nil();
      return;
    }
    const paths = request.paths.map(compilePath);
    if (isTyped) writeTypedValues(reply, document.tape, paths, request.replyFormat === 'EXPAND');
    else reply.bulk(textOf(document.tape, paths, request.format));
  },
});

const jsonMget = jsonCommand<{ keys: readonly ByteSlice[]; path: ByteSlice }>({
  name: 'JSON.MGET',
  arity: -3,
  flags: ['readonly'],
  keys: keysAt(1, -2, 1, 'RO', 'access'),
  since: '1.0.0',
  complexity: 'O(M*N) where M is the number of keys and N is the size of the value',
  summary: 'Return the values at path from multiple key arguments',
  syntax: 'key [key ...] path',
  parse: (args) => {
    const rest = args.rest();
    return { keys: rest.slice(0, -1), path: rest.at(-1) ?? ByteSlice.fromLatin1('.') };
  },
  run: ({ db, reply }, { keys, path: text }) => {
    const path = compilePath(text);
    reply.array(keys.length);
    for (const key of keys) {
      const held = db.held(key);
      const found = held instanceof JsonValue ? singleText(held.tape, path) : undefined;
      if (found === undefined) reply.nil();
      else reply.bulk(found);
    }
  },
});

const jsonType = jsonCommand<PathRequest>({
  name: 'JSON.TYPE',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity:
    'O(1) when path is evaluated to a single value, O(N) when path is evaluated to multiple values, where N is the size of the key',
  summary: 'Report the type of JSON value at path',
  syntax: 'key [path]',
  parse: parsePathRequest,
  run: (context, { key, path: text }) => {
    const { db, reply } = context;
    const document = readDocument(db, key);
    if (readsModuleTypes(context)) reply.array(1);
    if (document === undefined) {
      reply.nil();
      return;
    }
    const path = compilePath(text);
    const { tape } = document;
    if (path.isLegacy) {
      const at = findFirst(tape, path);
      if (at === undefined) reply.nil();
      else reply.bulkText(typeAt(tape, at));
      return;
    }
    const values = findValues(tape, path);
    reply.array(values.length);
    for (const at of values) reply.bulkText(typeAt(tape, at));
  },
});

const jsonResp = jsonCommand<PathRequest>({
  name: 'JSON.RESP',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity:
    'O(N) when path is evaluated to a single value, where N is the size of the value, O(N) when path is evaluated to multiple values, where N is the size of the key',
  summary: 'Return the JSON in key in Redis serialization protocol specification form',
  syntax: 'key [path]',
  parse: parsePathRequest,
  run: ({ db, reply }, { key, path: text }) => {
    const document = readDocument(db, key);
    if (document === undefined) {
      reply.nil();
      return;
    }
    const path = compilePath(text);
    const { tape } = document;
    if (path.isLegacy) {
      writeAsResp(reply, tape, firstOrThrow(tape, path));
      return;
    }
    const values = findValues(tape, path);
    reply.array(values.length);
    for (const at of values) writeAsResp(reply, tape, at);
  },
});

export const jsonGetCommands: readonly CommandEntry[] = [jsonGet, jsonMget, jsonType, jsonResp];

/** The first value of a path without `$`. @throws ReplyError when there is none */
export function firstOrThrow(tape: Buffer, path: JsonPath): number {
  const at = findFirst(tape, path);
  if (at === undefined) throw errors.jsonNoPath;
  return at;
}

function parseGet(args: ArgumentParser): GetRequest {
  const key = args.bytes();
  const paths: ByteSlice[] = [];
  let format = COMPACT;
  let replyFormat: ReplyFormat | undefined;
  while (args.remaining > 0) {
    if (args.flag('INDENT')) format = { ...format, indent: textArgument(args) };
    else if (args.flag('NEWLINE')) format = { ...format, newline: textArgument(args) };
    else if (args.flag('SPACE')) format = { ...format, space: textArgument(args) };
    else if (args.flag('FORMAT')) replyFormat = parseReplyFormat(args);
    else if (!args.flag('NOESCAPE')) paths.push(args.bytes());
  }
  return { key, paths: paths.length === 0 ? [optionalPath(args)] : paths, format, replyFormat };
}

function textArgument(args: ArgumentParser): string {
  if (args.remaining === 0) args.fail(errorFor.wrongArity(args.commandName));
  return args.text();
}

function parseReplyFormat(args: ArgumentParser): ReplyFormat | undefined {
  const format = FORMATS.find((known) => args.flag(known));
  if (format === undefined) args.fail(errors.jsonReplyFormat);
  return format;
}

/** The reply to one path: an array of its values, or its first value when it is written without `$`. */
function singleText(tape: Buffer, path: JsonPath, format = COMPACT): ByteSlice | undefined {
  if (path.isLegacy) {
    const at = findFirst(tape, path);
    if (at === undefined) return undefined;
    return format === COMPACT ? jsonText(tape, at) : writtenJson((writer) => writer.value(tape, at), format);
  }
  const values = findValues(tape, path);
  return writtenJson((writer) => writer.array(values.length, (i) => writer.value(tape, values[i] ?? 0)), format);
}

/** The reply to several paths: an object of the reply to each; arrays, unless every path is written without `$`. */
function textOf(tape: Buffer, paths: readonly JsonPath[], format: JsonFormat): ByteSlice {
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) {
    const text = singleText(tape, only, format);
    if (text === undefined) throw errors.jsonNoPath;
    return text;
  }
  const areLegacy = paths.every(({ isLegacy }) => isLegacy);
  const found = [...new Map(paths.map((path) => [path.text, findValues(tape, path)]))];
  if (areLegacy && found.some(([, values]) => values.length === 0)) throw errors.jsonNoPath;
  return writtenJson((writer) => {
    writer.object(found.length, (i) => {
      const [text, values] = found[i] ?? ['', []];
      writer.key(ByteSlice.fromText(text));
      if (areLegacy) writer.value(tape, values[0] ?? 0);
      else writer.array(values.length, (j) => writer.value(tape, values[j] ?? 0));
    });
  }, format);
}

function writeTypedValues(reply: ReplyWriter, tape: Buffer, paths: readonly JsonPath[], deep: boolean): void {
  reply.array(paths.length);
  for (const path of paths) {
    const values = findValues(tape, path);
    reply.array(values.length);
    for (const at of values) writeTyped(reply, tape, at, deep);
  }
}
