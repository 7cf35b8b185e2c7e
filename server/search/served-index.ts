/**
 * An index as the server serves it: the engine's index, the keys it covers, and how far its backfill has come.
 */
import {
  bindExpression,
  type Document,
  type DocumentTraits,
  decodeText,
  type Evaluate,
  type FieldType,
  isTrue,
  parseQuery,
  propertiesOf,
  QueryError,
  SearchIndex,
  type VectorEngine,
} from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import { parseDouble } from '../base/double.js';
import { HashValue } from '../types/hash.js';
import type { JsonValue } from '../types/json.js';
import { type DocumentValue, isOfType } from './document-type.js';
import type { IndexDefinition } from './index-definition.js';
import { JsonDocument } from './json-document.js';

/** What a filter calls the key. */
const KEY_PROPERTY = '__key';

export interface AttributeFigures {
  /** Documents that carry the field. */
  readonly documents: number;
  /** Vectors there is room for. */
  readonly capacity: number | undefined;
  readonly memoryBytes: number;
}

/** The numbers of an index. */
export interface IndexFigures {
  readonly documents: number;
  readonly documentIdMax: number;
  readonly records: number;
  readonly memoryBytes: number;
  readonly vectorBytes: number;
  readonly shapeBytes: number;
  readonly textBytes: number;
  readonly words: number;
  readonly wordOccurrences: number;
  readonly failures: number;
  readonly lastError: string | undefined;
  readonly lastErrorKey: string | undefined;
  /** By alias. */
  readonly attributes: ReadonlyMap<string, AttributeFigures>;
}

/** What an index knows of the scan that fills it. */
export interface Filling {
  /** Part of the database that has been scanned, from 0 to 1. */
  readonly progress: number;
  /** A write has found the key's document invalid. */
  noteRefused(name: string): void;
}

export class ServedIndex {
  readonly index: SearchIndex;
  #definition: IndexDefinition;
  #document: HashDocument | JsonDocument;
  #condition: Evaluate<string> | undefined;
  readonly #prefixes: readonly Buffer[];
  /** The scan of keys that were there before the index; undefined once it is done. */
  backfill: Filling | undefined;
  /** How often the index was asked. */
  uses = 0;
  /** How often a document came or changed. */
  #writes = 0;
  /** How often it had been written to or asked when it was last looked at, and since when it is so often. */
  #idle = { activity: 0, sinceMs: 0 };

  /** @param engine what indexes vectors; the engine library's choice when there is none */
  constructor(definition: IndexDefinition, engine?: VectorEngine) {
    this.#definition = definition;
    this.index = new SearchIndex(definition.schema, engine === undefined ? {} : { engine });
    this.#document = documentOf(definition);
    this.#condition = this.#bindCondition();
    this.#prefixes = definition.prefixes.map((prefix) => Buffer.from(prefix, 'latin1'));
  }

  get definition(): IndexDefinition {
    return this.#definition;
  }

  /** Goes on with more fields. Documents there are already have to be put again. */
  alter(definition: IndexDefinition): void {
    this.index.extend(definition.schema);
    this.#definition = definition;
    this.#document = documentOf(definition);
    this.#condition = this.#bindCondition();
  }

  /** Whether a value is of the type of the index's documents. */
  accepts(value: DocumentValue): boolean {
    return isOfType(value, this.definition.documentType);
  }

  /** Whether a key of this name is a document of the index, if it holds one. */
  covers(key: ByteSlice): boolean {
    for (const prefix of this.#prefixes) {
      if (prefix.length <= key.length && startsWith(key, prefix)) return true;
    }
    return false;
  }

  /**
   * Indexes what a key holds now. An invalid document leaves the index, and so does one that the filter does not let pass.
   * @returns whether it is valid
   */
  put(key: string, value: DocumentValue): boolean {
    this.#writes++;
    this.#setValue(value);
    if (!this.#passes(key)) {
      this.#setValue(undefined);
      this.index.delete(key);
      return true;
    }
    const { status } = this.index.put(key, this.#document, this.#traits());
    if (status === 'indexed' && this.#document instanceof HashDocument) this.#document.shareVectors(this.index, key);
    this.#setValue(undefined);
    return status === 'indexed';
  }

  /** What cannot be reckoned does not pass. */
  #passes(key: string): boolean {
    try {
      return this.#condition === undefined || isTrue(this.#condition(key));
    } catch (failure) {
      if (failure instanceof QueryError) return false;
      throw failure;
    }
  }

  /** A property is a field by its alias, any other by its identifier, or the key. The row is the key. */
  #bindCondition(): Evaluate<string> | undefined {
    const { condition } = this.#definition;
    if (condition === undefined) return undefined;
    return bindExpression(condition, {
      property: (name) => {
        if (name === KEY_PROPERTY) return (key) => key;
        const identifier = identifierOf(this.#definition, name);
        return () => {
          const bytes = this.#document.text(identifier);
          return bytes && Buffer.from(bytes).toString('latin1');
        };
      },
    });
  }

  #setValue(value: HashValue | JsonValue | undefined): void {
    const document = this.#document;
    if (document instanceof HashDocument) document.value = value instanceof HashValue ? value : undefined;
    else document.value = value instanceof HashValue ? undefined : value;
  }

  /** What the document says of itself. A score that is none, and a language that is not known, are the index's. */
  #traits(): DocumentTraits {
    const { score, scoreField, languageField } = this.definition;
    const language = languageField === undefined ? undefined : this.#text(languageField)?.toLowerCase();
    if (scoreField === undefined) return { score, language };
    const own = parseDouble(this.#text(scoreField) ?? '');
    return { score: own !== undefined && own >= 0 && own <= 1 ? own : score, language };
  }

  #text(identifier: string): string | undefined {
    const bytes = this.#document.text(identifier);
    return bytes && decodeText(bytes);
  }

  /** How long nobody has written to it or asked it, in milliseconds, as far as that was looked at. */
  idleMs(nowMs: number): number {
    const activity = this.uses + this.#writes;
    if (activity !== this.#idle.activity || this.#idle.sinceMs === 0) this.#idle = { activity, sinceMs: nowMs };
    return nowMs - this.#idle.sinceMs;
  }

  figures(): IndexFigures {
    const info = this.index.info();
    const bytesOf = (type: FieldType): number =>
      info.attributes.reduce((sum, { field, memoryBytes }) => sum + (field.type === type ? memoryBytes : 0), 0);
    return {
      documents: info.documents,
      documentIdMax: info.documentIdMax,
      records: info.records,
      memoryBytes: info.memoryBytes,
      vectorBytes: bytesOf('VECTOR'),
      shapeBytes: bytesOf('GEOSHAPE'),
      textBytes: info.textBytes,
      words: info.words,
      wordOccurrences: info.wordOccurrences,
      failures: info.indexingFailures,
      lastError: info.lastIndexingError,
      lastErrorKey: info.lastIndexingErrorKey,
      attributes: new Map(info.attributes.map((attribute) => [attribute.field.alias, attribute])),
    };
  }

  /** Keys of every document indexed, oldest first. */
  keys(): string[] {
    const everything = parseQuery('*', { schema: this.definition.schema });
    return this.index.search(everything, { count: this.index.size }).hits.map(({ key }) => key);
  }
}

function documentOf(definition: IndexDefinition): HashDocument | JsonDocument {
  const { schema, scoreField, languageField, documentType, condition } = definition;
  const filtered = condition === undefined ? [] : propertiesOf(condition);
  const traits = [scoreField, languageField].filter((name) => name !== undefined);
  const named = [...traits, ...filtered.map((name) => identifierOf(definition, name))];
  const identifiers = [...schema.fields.map(({ identifier }) => identifier), ...named];
  return documentType === 'JSON' ? new JsonDocument(identifiers) : new HashDocument(identifiers);
}

function identifierOf({ schema }: IndexDefinition, name: string): string {
  return schema.field(name)?.identifier ?? name;
}

/** Reads a hash as the engine reads documents. One serves all documents of an index in turn. */
class HashDocument implements Document {
  value: HashValue | undefined;
  readonly #fields: ReadonlyMap<string, ByteSlice>;

  constructor(identifiers: readonly string[]) {
    this.#fields = new Map(identifiers.map((identifier) => [identifier, ByteSlice.fromLatin1(identifier)]));
  }

  get(identifier: string): Uint8Array | undefined {
    const field = this.#fields.get(identifier);
    return field === undefined ? undefined : this.value?.get(field)?.view();
  }

  text(identifier: string): Uint8Array | undefined {
    return this.get(identifier);
  }

  /** Lets the index hold the vectors that it has indexed for the hash, too. */
  shareVectors(index: SearchIndex, key: string): void {
    index.forEachRow(key, (identifier, rows, id) => {
      const field = this.#fields.get(identifier);
      if (field !== undefined) this.value?.shareWith(rows, id, field);
    });
  }
}

function startsWith(key: ByteSlice, prefix: Buffer): boolean {
  for (let i = 0; i < prefix.length; i++) if (key.buffer[key.start + i] !== prefix[i]) return false;
  return true;
}
