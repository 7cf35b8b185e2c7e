/** JSON.DEBUG: what values take, and how many there are. */
import { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { findValues } from '../../json/path/path-matcher.js';
import { endOf, forEachMember, isContainer } from '../../json/tape.js';
import type { JsonValue } from '../../types/json.js';
import type { ArgumentParser } from '../argument-parser.js';
import type { CommandEntry, KeySpec } from '../command.js';
import { compilePath, jsonCommand, optionalPath, readDocument } from './json-command.js';
import { firstOrThrow } from './json-get.js';
import { writeIntegers } from './json-string.js';

type Measure = (document: JsonValue, at: number) => number;

interface DebugRequest {
  /** Undefined for HELP. */
  readonly measure: Measure | undefined;
  readonly key: ByteSlice;
  readonly path: ByteSlice;
}

const HELP: readonly string[] = [
  'MEMORY <key> [path] - reports memory usage',
  'FIELDS <key> [path] - reports the number of fields',
  'HELP                - this message',
];

/** The key follows the subcommand, which HELP has not. */
const keys: readonly KeySpec[] = [
  { first: 2, last: 2, step: 1, flags: ['RO'], movable: (argv) => (argv.length > 2 ? [2] : []), optional: true },
];

const jsonDebug = jsonCommand<DebugRequest>({
  name: 'JSON.DEBUG',
  arity: -2,
  flags: ['readonly'],
  keys,
  since: '1.0.0',
  complexity: 'O(N) where N is the size of the value',
  summary: 'This is a container command for debugging related tasks',
  syntax: '<MEMORY key [path] | FIELDS key [path] | HELP>',
  parse: parseDebug,
  run: ({ db, reply }, { measure, key, path: text }) => {
    if (measure === undefined) {
      reply.array(HELP.length);
      for (const line of HELP) reply.bulkText(line);
      return;
    }
    const document = readDocument(db, key);
    const path = compilePath(text);
    if (path.isLegacy) reply.integer(document === undefined ? 0 : measure(document, firstOrThrow(document.tape, path)));
    else {
      const values = document === undefined ? [] : findValues(document.tape, path);
      writeIntegers(
        reply,
        false,
        values.map((at) => (document === undefined ? undefined : measure(document, at))),
      );
    }
  },
});

export const jsonDebugCommands: readonly CommandEntry[] = [jsonDebug];

function parseDebug(args: ArgumentParser): DebugRequest {
  const nothing = ByteSlice.fromLatin1('');
  if (args.flag('HELP')) return { measure: undefined, key: nothing, path: nothing };
  const measure = args.flag('MEMORY') ? bytesOf : args.flag('FIELDS') ? fieldsOf : undefined;
  if (measure === undefined) args.fail(errors.jsonDebug);
  else if (args.remaining === 0) args.fail(errorFor.wrongArity(args.commandName));
  const request = { measure, key: args.bytes(), path: optionalPath(args) };
  args.rest();
  return request;
}

/** The whole document takes its block, a part its bytes. */
function bytesOf(document: JsonValue, at: number): number {
  return at === 0 ? document.memoryBytes() : endOf(document.tape, at) - at;
}

/** A scalar is one field; a container has the fields of its members, and each container inside it is one more. */
function fieldsOf(document: JsonValue, at: number): number {
  const { tape } = document;
  if (!isContainer(tape, at)) return 1;
  let fields = 0;
  forEachMember(tape, at, (_entry, value) => {
    fields += fieldsOf(document, value) + (isContainer(tape, value) ? 1 : 0);
  });
  return fields;
}
