/**
 * JSON documents as the engine reads documents: an identifier is a path, a field has the values that the path matches, and
 * those in an array that it matches alone. Null is no value.
 */
import {
  type Document,
  encodeVector,
  type Field,
  ListedValues,
  RefusedField,
  SeveralVectors,
  type VectorField,
  vectorsPerDocumentMax,
} from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import { jsonText } from '../json/json-text.js';
import { type JsonPath, JsonPathError } from '../json/path/json-path.js';
import { findFirst, findValues } from '../json/path/path-matcher.js';
import { parsePath } from '../json/path/path-parser.js';
import { doubleAt, forEachMember, isString, type JsonType, stringAt, Tag, tagAt, typeAt } from '../json/tape.js';
import type { JsonValue } from '../types/json.js';

const WHOLE = ByteSlice.fromLatin1('$');
/** Between the texts of one field: no word goes across. */
const TEXT_SEPARATOR = '\n';
const NUMBER_SEPARATOR = '\0';

/** What a value that a field cannot hold is refused with. */
const REFUSALS: Readonly<Record<JsonType, string>> = {
  string: 'Invalid JSON type: String type can represent only TEXT, TAG, GEO or GEOMETRY field',
  integer: 'Invalid JSON type: Numeric type can represent only NUMERIC field',
  number: 'Invalid JSON type: Numeric type can represent only NUMERIC field',
  boolean: 'Invalid JSON type: Boolean type can be represent only TAG field',
  object: 'Invalid JSON type: Object type can represent only GEOMETRY fields',
  array: 'Invalid JSON type: Array type can represent only TEXT, TAG, NUMERIC, GEO or VECTOR field',
  null: 'Invalid JSON type',
};

/** One serves all documents of an index in turn. */
export class JsonDocument implements Document {
  value: JsonValue | undefined;
  readonly #paths: ReadonlyMap<string, JsonPath | undefined>;

  constructor(identifiers: readonly string[]) {
    this.#paths = new Map(identifiers.map((identifier) => [identifier, pathOf(ByteSlice.fromLatin1(identifier))]));
  }

  get(identifier: string, field: Field): Uint8Array | ListedValues | SeveralVectors | RefusedField | undefined {
    const path = this.#paths.get(identifier);
    const tape = this.value?.tape;
    return path === undefined || tape === undefined ? undefined : fieldValue(tape, path, field);
  }

  /** The text of a string, for what a document says of itself. */
  text(identifier: string): Uint8Array | undefined {
    const path = this.#paths.get(identifier);
    const tape = this.value?.tape;
    return path === undefined || tape === undefined ? undefined : shownValue(tape, path)?.view();
  }
}

/** The fields of a document as a reply shows them: a path has the first value it matches, strings without quotes. */
export class JsonFields {
  constructor(private readonly value: JsonValue) {}

  get(identifier: ByteSlice): ByteSlice | undefined {
    const path = pathOf(identifier);
    return path === undefined ? undefined : shownValue(this.value.tape, path);
  }

  getAll(identifier: ByteSlice): ByteSlice | undefined {
    const path = pathOf(identifier);
    const { tape } = this.value;
    const matches = path === undefined ? [] : findValues(tape, path);
    if (matches.length === 0) return undefined;
    return ByteSlice.fromLatin1(`[${matches.map((at) => jsonText(tape, at).latin1()).join(',')}]`);
  }

  forEach(visit: (field: ByteSlice, value: ByteSlice) => void): void {
    visit(WHOLE, ByteSlice.of(jsonText(this.value.tape).copy()));
  }
}

/** Undefined when the text is no path. */
export function pathOf(text: ByteSlice): JsonPath | undefined {
  try {
    return parsePath(text);
  } catch (failure) {
    if (failure instanceof JsonPathError) return undefined;
    throw failure;
  }
}

function shownValue(tape: Buffer, path: JsonPath): ByteSlice | undefined {
  const at = findFirst(tape, path);
  if (at === undefined || tagAt(tape, at) === Tag.null) return undefined;
  return isString(tape, at) ? stringAt(tape, at) : ByteSlice.of(jsonText(tape, at).copy());
}

function fieldValue(
  tape: Buffer,
  path: JsonPath,
  field: Field,
): Uint8Array | ListedValues | SeveralVectors | RefusedField | undefined {
  const matches = findValues(tape, path).filter((at) => tagAt(tape, at) !== Tag.null);
  const [only] = matches;
  if (only === undefined) return undefined;
  if (field.type === 'VECTOR') return vectorValue(tape, matches, field);
  const values = matches.length === 1 && tagAt(tape, only) === Tag.array ? elementsOf(tape, only) : matches;
  const refused = values.find((at) => !holds(field, typeAt(tape, at)));
  if (refused !== undefined) return new RefusedField(REFUSALS[typeAt(tape, refused)]);
  if (values.length === 0) return undefined;
  const bytes = Buffer.from(values.map((at) => textOf(tape, at)).join(separatorOf(field)));
  // What the document shows is the list, or its first value.
  return values === matches && matches.length === 1 ? bytes : new ListedValues(bytes);
}

/** The elements of an array that are not null. */
function elementsOf(tape: Buffer, at: number): number[] {
  const elements: number[] = [];
  forEachMember(tape, at, (_entry, value) => {
    if (tagAt(tape, value) !== Tag.null) elements.push(value);
  });
  return elements;
}

function holds({ type }: Field, value: JsonType): boolean {
  switch (type) {
    case 'TAG':
      return value === 'string' || value === 'boolean';
    case 'NUMERIC':
      return value === 'integer' || value === 'number';
    default:
      return value === 'string';
  }
}

function textOf(tape: Buffer, at: number): string {
  return isString(tape, at) ? stringAt(tape, at).utf8() : jsonText(tape, at).latin1();
}

function separatorOf(field: Field): string {
  if (field.type === 'TAG') return field.separator;
  return field.type === 'NUMERIC' ? NUMBER_SEPARATOR : TEXT_SEPARATOR;
}

/** An array of numbers, or numbers that a path matches one by one; or several such arrays, which a path matches or an array holds. */
function vectorValue(
  tape: Buffer,
  matches: readonly number[],
  field: VectorField,
): Uint8Array | SeveralVectors | RefusedField {
  const [only = 0] = matches;
  const values = matches.length === 1 && tagAt(tape, only) === Tag.array ? elementsOf(tape, only) : matches;
  if (values.length === 0 || values.some((at) => tagAt(tape, at) !== Tag.array)) return oneVector(tape, values, field);
  if (values.length > vectorsPerDocumentMax) return new RefusedField(`More than ${vectorsPerDocumentMax} vectors`);
  const vectors: Uint8Array[] = [];
  for (const at of values) {
    const vector = oneVector(tape, elementsOf(tape, at), field);
    if (vector instanceof RefusedField) return vector;
    vectors.push(vector);
  }
  const [first] = vectors;
  return vectors.length === 1 && first !== undefined ? first : new SeveralVectors(vectors);
}

function oneVector(tape: Buffer, elements: readonly number[], { elementType }: VectorField): Uint8Array | RefusedField {
  const refused = elements.find((at) => !['integer', 'number'].includes(typeAt(tape, at)));
  if (refused !== undefined) return new RefusedField(REFUSALS[typeAt(tape, refused)]);
  return encodeVector(
    elements.map((at) => doubleAt(tape, at)),
    elementType,
  );
}
