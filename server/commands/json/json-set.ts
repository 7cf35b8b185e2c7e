/** JSON commands that set values: JSON.SET, JSON.MSET, JSON.MERGE. */
import { ByteSink } from '../../base/byte-sink.js';
import { ByteSlice } from '../../base/byte-slice.js';
import { errorFor, errors } from '../../errors.js';
import { type FloatType, roundFloatArrays } from '../../json/float-arrays.js';
import { writeMerged } from '../../json/json-merge.js';
import { parseJson } from '../../json/json-parser.js';
import type { JsonPath } from '../../json/path/json-path.js';
import { findPlaces, findValues, outermostFromEnd, type Place } from '../../json/path/path-matcher.js';
import { endOf, findEntry, Tag, tagAt } from '../../json/tape.js';
import { writeKeyHead } from '../../json/tape-writer.js';
import { JsonValue } from '../../types/json.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, type Context, keysAt } from '../command.js';
import { compilePath, documentForWrite, isRoot, jsonCommand } from './json-command.js';
import { changePlaces, checkDepth } from './json-edit.js';

type Condition = 'new' | 'existing' | 'none';

interface SetRequest {
  readonly key: ByteSlice;
  readonly path: ByteSlice;
  readonly json: ByteSlice;
  readonly condition: Condition;
  readonly floats?: FloatType | undefined;
}

const FLOAT_TYPES: readonly FloatType[] = ['BF16', 'FP16', 'FP32', 'FP64'];

const jsonSet = jsonCommand<SetRequest>({
  name: 'JSON.SET',
  arity: -4,
  flags: ['write', 'denyoom'],
  since: '1.0.0',
  complexity: 'O(M+N) where M is the size of the original value (if it exists) and N is the size of the new value',
  summary: 'Set the JSON value at path in key',
  syntax: 'key path value [NX | XX] [FPHA <BF16 | FP16 | FP32 | FP64>]',
  parse: parseSet,
  run: (context, request) => {
    const path = compilePath(request.path);
    const document = documentForWrite(context.db, request.key);
    const value = newValue(request);
    const mayBeSet = document !== undefined || request.condition !== 'existing';
    const isSet = mayBeSet && setValue(context, request.key, path, value, request.condition);
    answer(context, 'json.set', request.key, isSet);
  },
});

const jsonMset = jsonCommand<{ triplets: readonly SetRequest[] }>({
  name: 'JSON.MSET',
  arity: -4,
  flags: ['write', 'denyoom'],
  keys: keysAt(1, -1, 3, 'RW', 'update'),
  since: '2.6.0',
  complexity: 'O(K*(M+N)) where K is the number of keys, M the size of the original value and N that of the new value',
  summary: 'Set or update one or more JSON values according to the specified key-path-value triplets',
  syntax: 'key path value [key path value ...]',
  parse: parseMset,
  run: (context, { triplets }) => {
    for (const triplet of triplets) checkTriplet(context, triplet);
    let areAllSet = true;
    for (const { key, path, json } of triplets) {
      if (setValue(context, key, compilePath(path), parseJson(json), 'none')) context.changed('json.mset', key);
      else areAllSet = false;
    }
    if (areAllSet) context.reply.simple('OK');
    else context.reply.nil();
  },
});

const jsonMerge = jsonCommand<SetRequest>({
  name: 'JSON.MERGE',
  arity: -4,
  flags: ['write', 'denyoom'],
  since: '2.6.0',
  complexity: 'O(M+N) where M is the size of the original value (if it exists) and N is the size of the new value',
  summary:
    'Merge a given JSON value into matching paths. Consequently, JSON values at matching paths are updated, deleted, or expanded with new children',
  syntax: 'key path value',
  parse: parseMerge,
  run: (context, request) => {
    const path = compilePath(request.path);
    const document = documentForWrite(context.db, request.key);
    const patch = newValue(request);
    const places = document === undefined ? [] : findPlaces(document.tape, path);
    let isSet = true;
    if (document !== undefined && places.length > 0) mergeAt(document, places, patch);
    else isSet = setValue(context, request.key, path, patch, 'none');
    answer(context, 'json.merge', request.key, isSet);
  },
});

export const jsonSetCommands: readonly CommandEntry[] = [jsonSet, jsonMset, jsonMerge];

function answer(context: Context, event: string, key: ByteSlice, isSet: boolean): void {
  if (!isSet) {
    context.reply.nil();
    return;
  }
  context.changed(event, key);
  context.reply.simple('OK');
}

function mergeAt(document: JsonValue, places: readonly Place[], patch: Buffer): void {
  for (const { containers } of places) checkDepth(containers.length, patch);
  changePlaces(places, ({ at, containers }) => {
    const merged = new ByteSink();
    writeMerged(merged, { tape: document.tape, at }, { tape: patch, at: 0 });
    document.replace(at, containers, merged.bytes());
  });
}

function parseSet(args: ArgumentParser): SetRequest {
  const [key, path, json] = [args.bytes(), args.bytes(), args.bytes()];
  let condition: Condition = 'none';
  let floats: FloatType | undefined;
  while (args.remaining > 0) {
    if (condition === 'none' && args.flag('NX')) condition = 'new';
    else if (condition === 'none' && args.flag('XX')) condition = 'existing';
    else if (args.option('FORMAT')) checkFormat(args);
    else if (args.option('FPHA')) {
      floats = FLOAT_TYPES.find((type) => args.flag(type));
      if (floats === undefined) args.fail(errors.jsonFphaType);
    } else args.fail(errors.syntax);
  }
  return { key, path, json, condition, floats };
}

function parseMerge(args: ArgumentParser): SetRequest {
  const request = { key: args.bytes(), path: args.bytes(), json: args.bytes(), condition: 'none' } as const;
  while (args.remaining > 0) {
    if (args.option('FORMAT')) checkFormat(args);
    else args.fail(errors.syntax);
  }
  return request;
}

function checkFormat(args: ArgumentParser): void {
  const name = args.bytes().latin1();
  if (name !== 'STRING' && name !== 'JSON') args.fail(errors.jsonInputFormat);
}

function parseMset(args: ArgumentParser): { triplets: readonly SetRequest[] } {
  if (args.remaining % 3 !== 0) args.fail(errorFor.wrongArity(args.commandName));
  const triplets: SetRequest[] = [];
  while (args.remaining > 0) {
    triplets.push({ key: args.bytes(), path: args.bytes(), json: args.bytes(), condition: 'none' });
  }
  return { triplets };
}

/** The value of a request; a view that lives until JSON is read again. */
function newValue({ json, floats }: SetRequest): Buffer {
  const value = parseJson(json);
  return floats === undefined ? value : roundFloatArrays(value, floats);
}

/** Everything that may be wrong with one value of several, before any is set. */
function checkTriplet({ db }: Context, { key, path: text, json }: SetRequest): void {
  const path = compilePath(text);
  const document = documentForWrite(db, key);
  if (document !== undefined && !isRoot(path) && findValues(document.tape, path).length === 0) parentOf(document, path);
  if (document === undefined && !isRoot(path)) throw errors.jsonNotAtRoot;
  parseJson(json);
}

/** @returns whether anything was set. @throws ReplyError */
function setValue({ db }: Context, key: ByteSlice, path: JsonPath, value: Buffer, condition: Condition): boolean {
  const document = db.peek(JsonValue, key);
  if (document === undefined) {
    if (!isRoot(path)) throw errors.jsonNotAtRoot;
    db.forWrite(JsonValue, key).setRoot(value);
    return true;
  }
  if (isRoot(path)) {
    if (condition === 'new') return false;
    document.setRoot(value);
    return true;
  }
  const places = findPlaces(document.tape, path);
  if (places.length === 0) return condition !== 'existing' && addMember(document, path, value);
  if (condition === 'new') {
    if (!path.isStatic) throw errors.jsonPathNotStatic;
    return false;
  }
  const outermost = outermostFromEnd(document.tape, places);
  for (const { containers } of outermost) checkDepth(containers.length, value);
  for (const { at, containers } of outermost) document.replace(at, containers, value);
  return true;
}

/** Adds the member that a path ends with to the object it leads to. @returns whether there is such an object */
function addMember(document: JsonValue, path: JsonPath, value: Buffer): boolean {
  const { parent, key } = parentOf(document, path);
  if (parent === undefined) return false;
  checkDepth(parent.containers.length + 1, value);
  const entry = new ByteSink();
  writeKeyHead(entry, key.length);
  entry.raw(key);
  entry.raw(value);
  document.insert(endOf(document.tape, parent.at), [...parent.containers, parent.at], entry.bytes(), 1);
  return true;
}

/** The object that the last key of a path, which matches nothing, could be added to. @throws ReplyError when none ever could */
function parentOf(document: JsonValue, path: JsonPath): { parent: Place | undefined; key: Buffer } {
  const last = path.steps.at(-1);
  if (!path.isStatic || last === undefined) throw errors.jsonPathNotStatic;
  const key = last.type === 'members' ? last.keys[0] : undefined;
  if (key === undefined) throw errors.jsonArrayIndex;
  const { tape } = document;
  const [parent] = findPlaces(tape, { ...path, steps: path.steps.slice(0, -1) });
  const isObject = parent !== undefined && tagAt(tape, parent.at) === Tag.object;
  const canAdd = isObject && findEntry(tape, parent.at, ByteSlice.of(key)) < 0;
  return { parent: canAdd ? parent : undefined, key };
}
