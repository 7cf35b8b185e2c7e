/**
 * The fields of documents as columns: a function from a document's id to the value. Numbers are read from the attribute index, and
 * so are tags that are one value and are written as the index holds them, unless the document shows them as a list: no document is
 * touched. All else is read from the document. Names are those of the schema first, then those of the documents themselves.
 */
import type { Attribute } from '../attribute/attribute.js';
import type { DocumentId, DocumentTable } from '../document-table.js';
import { byteText, numberOf, type Value } from '../expression/value.js';

export type ReadColumn = (id: DocumentId) => Value;

/** Where documents are read. Texts have one character a byte. */
export interface DocumentReader {
  /** By key. */
  field(identifier: string): (key: string) => string | undefined;
  forEach(key: string, visit: (field: string, value: string) => void): void;
  /** Whether a field that is not indexed is not there: so it is in hashes; JSON has empty lists. */
  readonly isPlain: boolean;
}

export interface ColumnSource {
  readonly documents: DocumentTable;
  attribute(alias: string): Attribute | undefined;
}

/** The column of a field of the schema. */
export function declaredColumn(alias: string, source: ColumnSource, reader: DocumentReader): ReadColumn | undefined {
  const attribute = source.attribute(alias);
  if (attribute === undefined) return undefined;
  const read = fieldColumn(attribute.field.identifier, source, reader);
  if (attribute.type === 'NUMERIC') {
    const { index } = attribute;
    if (reader.isPlain) return (id) => index.valueOf(id);
    return (id) => {
      const known = index.isListed(id) ? undefined : index.valueOf(id);
      if (known !== undefined) return known;
      const value = read(id);
      return numberOf(value) ?? value;
    };
  }
  if (attribute.type === 'TAG') {
    const { index } = attribute;
    const isThere = (id: DocumentId): boolean => reader.isPlain || index.has(id);
    return (id) => (index.isRewritten(id) || !isThere(id) ? read(id) : index.onlyValueOf(id));
  }
  return read;
}

/** The column of a field as documents call it. @param name one character a byte */
export function fieldColumn(name: string, { documents }: ColumnSource, reader: DocumentReader): ReadColumn {
  const read = reader.field(name);
  return (id) => {
    const key = documents.keyOf(id);
    return key === undefined ? undefined : read(key);
  };
}

/** The column of keys. */
export function keyColumn({ documents }: ColumnSource): ReadColumn {
  return (id) => documents.keyOf(id);
}

/** The column of what is called so: an alias, or a field of documents. */
export function namedColumn(name: string, source: ColumnSource, reader: DocumentReader): ReadColumn {
  return declaredColumn(name, source, reader) ?? fieldColumn(byteText(name), source, reader);
}
