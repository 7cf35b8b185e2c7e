/** JSON commands on objects: JSON.OBJKEYS, JSON.OBJLEN. */
import { errorFor, errors } from '../../errors.js';
import { findFirst, findValues } from '../../json/path/path-matcher.js';
import { countAt, forEachMember, keyAt, Tag, tagAt } from '../../json/tape.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import type { CommandEntry } from '../command.js';
import { compilePath, jsonCommand, type PathRequest, parsePathRequest, readDocument } from './json-command.js';
import { writeIntegers } from './json-string.js';

const complexity =
  'O(1) when path is evaluated to a single value, O(N) when path is evaluated to multiple values, where N is the size of the key';

const jsonObjkeys = jsonCommand<PathRequest>({
  name: 'JSON.OBJKEYS',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity,
  summary: "Return the keys in the object that's referenced by path",
  syntax: 'key [path]',
  parse: parsePathRequest,
  run: ({ db, reply }, { key, path: text }) => {
    const document = readDocument(db, key);
    const path = compilePath(text);
    if (document === undefined && !path.isLegacy) throw errors.jsonNoKey;
    const tape = document?.tape;
    if (path.isLegacy) {
      const at = tape === undefined ? undefined : findFirst(tape, path);
      if (tape === undefined || at === undefined) reply.nil();
      else if (tagAt(tape, at) !== Tag.object) throw errorFor.jsonNoPathOr('not an object');
      else writeKeys(reply, tape, at);
      return;
    }
    const values = tape === undefined ? [] : findValues(tape, path);
    reply.array(values.length);
    for (const at of values) {
      if (tape === undefined || tagAt(tape, at) !== Tag.object) reply.nil();
      else writeKeys(reply, tape, at);
    }
  },
});

const jsonObjlen = jsonCommand<PathRequest>({
  name: 'JSON.OBJLEN',
  arity: -2,
  flags: ['readonly'],
  since: '1.0.0',
  complexity,
  summary: 'Report the number of keys in the JSON object at path in key',
  syntax: 'key [path]',
  parse: parsePathRequest,
  run: ({ db, reply }, { key, path: text }) => {
    const document = readDocument(db, key);
    const path = compilePath(text);
    if (document === undefined) {
      if (!path.isLegacy) throw errorFor.jsonNoPathOr('not an object');
      reply.nil();
      return;
    }
    const { tape } = document;
    if (path.isLegacy) {
      const at = findFirst(tape, path);
      if (at === undefined) reply.nil();
      else if (tagAt(tape, at) !== Tag.object) throw errorFor.jsonValueType('object');
      else reply.integer(countAt(tape, at));
      return;
    }
    const counts = findValues(tape, path).map((at) => (tagAt(tape, at) === Tag.object ? countAt(tape, at) : undefined));
    writeIntegers(reply, false, counts);
  },
});

export const jsonObjectCommands: readonly CommandEntry[] = [jsonObjkeys, jsonObjlen];

function writeKeys(reply: ReplyWriter, tape: Buffer, at: number): void {
  reply.array(countAt(tape, at));
  forEachMember(tape, at, (entry) => {
    reply.bulk(keyAt(tape, entry));
  });
}
