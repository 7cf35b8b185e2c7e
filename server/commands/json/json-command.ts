/** What the JSON commands share: their place in the command table, their keys, paths and values, and what they complain of. */
import { isUtf8 } from 'node:buffer';
import { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { FloatRangeError } from '../../json/float-arrays.js';
import { JsonSyntaxError } from '../../json/json-syntax-error.js';
import { type JsonPath, JsonPathError } from '../../json/path/json-path.js';
import { parsePath } from '../../json/path/path-parser.js';
import type { Database } from '../../keyspace/database.js';
import { JsonValue } from '../../types/json.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandDefinition, type CommandEntry, command, keysAt } from '../command.js';

/** The path of a command that names none. */
const ROOT = ByteSlice.fromLatin1('.');

/** A JSON command on one key, its first argument, unless it says otherwise. */
type JsonDefinition<Arguments> = Omit<CommandDefinition<Arguments>, 'acl' | 'group'>;

/** Seals a definition. Paths and values that cannot be read become errors of the command. */
export function jsonCommand<Arguments>(definition: JsonDefinition<Arguments>): CommandEntry {
  const isWrite = definition.flags.includes('write');
  return command<Arguments>({
    keys: keysAt(1, 1, 1, ...(isWrite ? ['RW', 'access', 'update'] : ['RO', 'access'])),
    ...definition,
    acl: ['json'],
    group: 'json',
    run: (context, parsed) => {
      try {
        return definition.run(context, parsed);
      } catch (failure) {
        if (failure instanceof JsonSyntaxError || failure instanceof JsonPathError) {
          throw errorFor.jsonUnreadable(failure.message);
        }
        if (failure instanceof FloatRangeError) throw errorFor.jsonOutOfRange(failure.type);
        throw failure;
      }
    },
  });
}

/** A key and a path that may be left out. What follows is not looked at, as in RedisJSON. */
export interface PathRequest {
  readonly key: ByteSlice;
  readonly path: ByteSlice;
}

export function parsePathRequest(args: ArgumentParser): PathRequest {
  const request = { key: args.bytes(), path: optionalPath(args) };
  args.rest();
  return request;
}

export function optionalPath(args: ArgumentParser): ByteSlice {
  return args.remaining > 0 ? args.bytes() : ROOT;
}

/** @throws JsonPathError, ReplyError */
export function compilePath(text: ByteSlice): JsonPath {
  if (!isUtf8(text.view())) throw errors.jsonUtf8;
  return parsePath(text);
}

/** Whether a path is the root and no more, so that it need not be evaluated. */
export function isRoot(path: JsonPath): boolean {
  return path.steps.length === 0;
}

/** The document at a key, for a command that reads. @throws ReplyError when the key holds another type */
export function readDocument(db: Database, key: ByteSlice): JsonValue | undefined {
  const held = db.held(key);
  if (held === undefined || held instanceof JsonValue) return held;
  throw errors.jsonWrongType;
}

/** The document at a key, for a command that changes it. @throws ReplyError when the key holds another type */
export function documentForWrite(db: Database, key: ByteSlice): JsonValue | undefined {
  const document = db.peek(JsonValue, key);
  if (document === undefined && db.typeName(key) !== undefined) throw errors.jsonWrongType;
  return document;
}

/** As `documentForWrite`, when there must be one. */
export function existingDocument(db: Database, key: ByteSlice): JsonValue {
  const document = documentForWrite(db, key);
  if (document === undefined) throw errors.jsonNoKey;
  return document;
}

/** An index as an argument. */
export function parseIndex(args: ArgumentParser): number {
  return args.integer(errors.jsonInteger);
}
