/**
 * Reading JSON whose form is somebody else's: a member that is missing, or of another kind, is undefined or empty, never an error.
 */
import type { JsonValue } from '../../semantic-cache/cache-scope.js';
import type { JsonMembers } from '../llm-request.js';

/** @throws SyntaxError */
export function parseJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}

/** The members of an object; undefined for other values and for text that is no JSON. */
export function parseMembers(text: string): JsonMembers | undefined {
  try {
    return membersOf(parseJson(text));
  } catch {
    return undefined;
  }
}

export function membersOf(value: JsonValue | undefined): JsonMembers | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined;
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

/** Those items of a list that are objects. */
export function membersList(value: JsonValue | undefined): readonly JsonMembers[] {
  return listOf(value)
    .map(membersOf)
    .filter((members) => members !== undefined);
}

export function stringOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The members by name, those that are missing left out. */
export function picked(members: JsonMembers, names: readonly string[]): { [name: string]: JsonValue } {
  const found: { [name: string]: JsonValue } = {};
  for (const name of names) {
    const value = members[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** All members but these. */
export function without(members: JsonMembers, names: ReadonlySet<string>): { [name: string]: JsonValue } {
  const rest: { [name: string]: JsonValue } = {};
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && !names.has(name)) rest[name] = value;
  }
  return rest;
}

/** Sets members, those that are undefined left out. */
export function setMembers(target: { [name: string]: JsonValue }, members: JsonMembers | undefined): void {
  for (const [name, value] of Object.entries(members ?? {})) if (value !== undefined) target[name] = value;
}

/** A text in pieces of some words, as a model would have sent it: joined they are the text. */
export function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,16}\S*\s*/gu) ?? [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
