/**
 * One field of a schema with its index, whatever its type: reading a document's bytes is apart from storing what was
 * read, so that a document with one bad field leaves no trace in the indexes of the others.
 */
import { decodeText } from '../decode-text.js';
import type { DocumentId } from '../document-table.js';
import { ListedValues } from '../listed-values.js';
import { parseNumber } from '../parse-number.js';
import type { Field, GeoField, GeoShapeField, NumericField, TagField, TextField, VectorField } from '../schema.js';
import { SeveralVectors } from '../several-vectors.js';
import { decodeVector } from '../vector/decode-vector.js';
import { DocumentVectors } from '../vector/document-vectors.js';
import type { VectorElements } from '../vector/elements.js';
import type { VectorEngine } from '../vector/vector-engine.js';
import type { SequenceOf } from '../vector/vector-index.js';
import { GeoIndex, parsePoint } from './geo.js';
import { GeoShapeIndex, placeWkt } from './geo-shape.js';
import { NumericIndex } from './numeric.js';
import { TagIndex } from './tag.js';
import { TextFieldIndex } from './text-field.js';

export type Attribute =
  | { readonly type: 'TAG'; readonly field: TagField; readonly index: TagIndex }
  | { readonly type: 'NUMERIC'; readonly field: NumericField; readonly index: NumericIndex }
  | { readonly type: 'TEXT'; readonly field: TextField; readonly index: TextFieldIndex }
  | { readonly type: 'GEO'; readonly field: GeoField; readonly index: GeoIndex }
  | { readonly type: 'GEOSHAPE'; readonly field: GeoShapeField; readonly index: GeoShapeIndex }
  | { readonly type: 'VECTOR'; readonly field: VectorField; readonly index: DocumentVectors };

/** A value ready to be stored, or why it cannot be. */
export type Staged = { readonly store: (id: DocumentId) => void } | { readonly reason: string };

export interface AttributeInfo {
  readonly field: Field;
  /** Documents that carry the field. */
  readonly documents: number;
  /**
   * Entries: (document, value) pairs of a TAG field; none of a TEXT field, whose words are counted for all fields together;
   * else the same as `documents`.
   */
  readonly records: number;
  /** Distinct values of a TAG field. */
  readonly values: number | undefined;
  /** Vectors a VECTOR field can hold before it grows. */
  readonly capacity: number | undefined;
  readonly memoryBytes: number;
}

/** What indexes of vectors are made with. */
export interface VectorMaking {
  readonly engine: VectorEngine;
  readonly sequenceOf: SequenceOf;
  /** Seeds the draw of levels. */
  readonly seed: number;
}

export function createAttribute(field: Field, { engine, sequenceOf, seed }: VectorMaking): Attribute {
  switch (field.type) {
    case 'TAG':
      return { type: 'TAG', field, index: new TagIndex(field) };
    case 'NUMERIC':
      return { type: 'NUMERIC', field, index: new NumericIndex() };
    case 'TEXT':
      return { type: 'TEXT', field, index: new TextFieldIndex() };
    case 'GEO':
      return { type: 'GEO', field, index: new GeoIndex() };
    case 'GEOSHAPE':
      return { type: 'GEOSHAPE', field, index: new GeoShapeIndex() };
    case 'VECTOR':
      return {
        type: 'VECTOR',
        field,
        index: new DocumentVectors((sequence) => engine.create(field, sequence, seed), sequenceOf),
      };
  }
}

/** Reads what a document has for a field without storing anything. */
export function stage(attribute: Attribute, value: Uint8Array | ListedValues | SeveralVectors): Staged {
  if (value instanceof ListedValues) return stageBytes(attribute, value.bytes, true);
  if (value instanceof SeveralVectors) {
    if (attribute.type === 'VECTOR') return stageVectors(attribute.index, attribute.field, value.vectors);
    return { reason: 'Several vectors are for VECTOR fields' };
  }
  return stageBytes(attribute, value, false);
}

/** @param isListed whether the document shows something else than what is indexed */
function stageBytes(attribute: Attribute, bytes: Uint8Array, isListed: boolean): Staged {
  switch (attribute.type) {
    case 'TAG': {
      const text = decodeText(bytes);
      const values = attribute.index.split(text);
      // A list in JSON is no text of a tag.
      return { store: (id) => attribute.index.put(id, values, isListed ? `[${text}]` : text) };
    }
    case 'NUMERIC':
      return stageNumber(attribute.index, decodeText(bytes), isListed);
    case 'TEXT':
      return { store: (id) => attribute.index.put(id) };
    case 'GEO':
      return stagePoint(attribute.index, decodeText(bytes));
    case 'GEOSHAPE':
      return stageShape(attribute.index, attribute.field, decodeText(bytes));
    case 'VECTOR':
      return stageVectors(attribute.index, attribute.field, [bytes]);
  }
}

function stageNumber(index: NumericIndex, text: string, isListed: boolean): Staged {
  const values: number[] = [];
  for (const part of text.includes('\0') ? text.split('\0') : [text]) {
    const value = parseNumber(part);
    if (value === undefined) return { reason: `Invalid numeric value: '${text.slice(0, quotedCharsMax)}'` };
    values.push(value);
  }
  const [first = 0, ...more] = values;
  return {
    store: (id) => {
      index.put(id, first, ...more);
      index.setListed(id, isListed);
    },
  };
}

function stagePoint(index: GeoIndex, text: string): Staged {
  const point = parsePoint(text);
  if (point === undefined) return { reason: `Invalid geo string: '${text.slice(0, quotedCharsMax)}'` };
  return { store: (id) => index.put(id, point) };
}

function stageShape(index: GeoShapeIndex, { coordinates }: GeoShapeField, text: string): Staged {
  const shape = placeWkt(text, coordinates);
  if ('fault' in shape) return { reason: `Error indexing geoshape: ${shape.fault}` };
  return { store: (id) => index.put(id, shape) };
}

function stageVectors(index: DocumentVectors, { dim, elementType }: VectorField, blobs: readonly Uint8Array[]): Staged {
  const vectors: VectorElements[] = [];
  for (const bytes of blobs) {
    const decoded = decodeVector(bytes, dim, elementType);
    switch (decoded.kind) {
      case 'vector':
        vectors.push(decoded.vector);
        break;
      case 'wrong-size': {
        const expected = `expected size ${decoded.expectedBytes}`;
        return { reason: `Could not add vector with blob size ${bytes.length} (${expected})` };
      }
      case 'not-finite':
        return { reason: `Could not add vector: element ${decoded.at} is not a finite number` };
    }
  }
  const [first, ...more] = vectors;
  if (first === undefined) return { reason: 'Could not add vector: there is none' };
  return { store: (id) => index.put(id, first, ...more) };
}

/** A bad value is quoted in an error, but not a megabyte of it. */
const quotedCharsMax = 64;

export function attributeInfo(attribute: Attribute): AttributeInfo {
  const { field, type } = attribute;
  const { memoryBytes } = attribute.index;
  if (type === 'TAG') {
    const { documents, records, values } = attribute.index;
    return { field, documents, records, values, capacity: undefined, memoryBytes };
  }
  const documents = attribute.index.size;
  const records = type === 'TEXT' ? 0 : documents;
  const capacity = type === 'VECTOR' ? attribute.index.capacity : undefined;
  return { field, documents, records, values: undefined, capacity, memoryBytes };
}
