/** JSON commands that take values away: JSON.DEL, its alias JSON.FORGET, and JSON.CLEAR. */
import { ByteSink } from '../../base/byte-sink.js';
import type { ByteSlice } from '../../base/byte-slice.js';
import { errorFor } from '../../errors.js';
import { findPlaces, outermostFromEnd } from '../../json/path/path-matcher.js';
import { countAt, doubleAt, endOf, isContainer, isNumber, Tag, tagAt } from '../../json/tape.js';
import { closeContainer, openContainer, writeInteger } from '../../json/tape-writer.js';
import type { ArgumentParser } from '../argument-parser.js';
import type { CommandEntry, Context } from '../command.js';
import {
  compilePath,
  documentForWrite,
  existingDocument,
  jsonCommand,
  optionalPath,
  type PathRequest,
  parsePathRequest,
} from './json-command.js';

const deleteMetadata = {
  arity: -2,
  flags: ['write'],
  since: '1.0.0',
  complexity:
    'O(N) when path is evaluated to a single value where N is the size of the deleted value, O(N) when path is evaluated to multiple values, where N is the size of the key',
  summary: 'Delete a value',
  syntax: 'key [path]',
  parse: parsePathRequest,
  run: runDelete,
} as const;

const jsonDel = jsonCommand<PathRequest>({ ...deleteMetadata, name: 'JSON.DEL' });
const jsonForget = jsonCommand<PathRequest>({ ...deleteMetadata, name: 'JSON.FORGET' });

const jsonClear = jsonCommand<PathRequest>({
  name: 'JSON.CLEAR',
  arity: -2,
  flags: ['write'],
  since: '2.0.0',
  complexity:
    'O(N) when path is evaluated to a single value where N is the size of the values, O(N) when path is evaluated to multiple values, where N is the size of the key',
  summary: 'Clear container values (arrays/objects) and set numeric values to 0',
  syntax: 'key [path]',
  parse: parseClear,
  run: (context, { key, path: text }) => {
    const document = existingDocument(context.db, key);
    const { tape } = document;
    const places = findPlaces(tape, compilePath(text)).filter(({ at }) => isClearable(tape, at));
    const outermost = outermostFromEnd(tape, places);
    for (const { at, containers } of outermost) document.replace(at, containers, cleared(tagAt(document.tape, at)));
    if (outermost.length > 0) context.changed('json.clear', key);
    context.reply.integer(outermost.length);
  },
});

export const jsonDeleteCommands: readonly CommandEntry[] = [jsonDel, jsonForget, jsonClear];

function runDelete(context: Context, { key, path: text }: PathRequest): void {
  const { db, reply } = context;
  const document = documentForWrite(db, key);
  const path = document === undefined ? undefined : compilePath(text);
  if (document === undefined || path === undefined) {
    reply.integer(0);
    return;
  }
  const outermost = outermostFromEnd(document.tape, findPlaces(document.tape, path));
  if (outermost[0]?.at === 0) {
    deleteKey(context, key);
    reply.integer(1);
    return;
  }
  for (const { at, entry, containers } of outermost) document.remove(entry, endOf(document.tape, at), containers, 1);
  if (outermost.length > 0) {
    // The document whose last member goes is gone itself, as in Redis 8.
    if (countAt(document.tape, 0) === 0) deleteKey(context, key);
    else context.changed('json.del', key);
  }
  reply.integer(outermost.length);
}

function deleteKey(context: Context, key: ByteSlice): void {
  context.db.delete(key);
  context.changed('json.del', key);
  context.changed('del', key);
}

function parseClear(args: ArgumentParser): PathRequest {
  const request = { key: args.bytes(), path: optionalPath(args) };
  if (args.remaining > 0) args.fail(errorFor.wrongArity(args.commandName));
  return request;
}

function isClearable(tape: Buffer, at: number): boolean {
  if (isContainer(tape, at)) return countAt(tape, at) > 0;
  return isNumber(tape, at) && doubleAt(tape, at) !== 0;
}

function cleared(tag: number): Buffer {
  const sink = new ByteSink();
  if (tag === Tag.array || tag === Tag.object) closeContainer(sink, openContainer(sink, tag), 0);
  else writeInteger(sink, 0);
  return sink.bytes();
}
