/** How the engine reads fields of documents that it does not hold. */
import type { DocumentReader } from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import type { Database } from '../keyspace/database.js';
import { type DocumentType, fieldsAt } from './document-type.js';

export function documentReader(database: Database, type: DocumentType): DocumentReader {
  return {
    isPlain: type === 'HASH',
    field: (identifier) => {
      const name = ByteSlice.fromLatin1(identifier);
      return (key) => fieldsAt(database, ByteSlice.fromLatin1(key), type)?.get(name)?.latin1();
    },
    forEach: (key, visit) => {
      fieldsAt(database, ByteSlice.fromLatin1(key), type)?.forEach((field, value) => {
        visit(field.latin1(), value.latin1());
      });
    },
  };
}
