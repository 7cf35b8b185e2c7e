/**
 * What a query's text is read against: schema, parameters and limits; and what has been met so far: parameters used,
 * terms counted, names given to distances. One scope serves one query.
 */
import { decodeText } from '../decode-text.js';
import { QueryError } from '../errors.js';
import { defaultQueryLimits, type QueryLimits } from '../limits.js';
import { parseNumber } from '../parse-number.js';
import type { Field, Schema, TextField, VectorField } from '../schema.js';
import { decodeVector } from '../vector/decode-vector.js';
import type { VectorElements } from '../vector/elements.js';
import type { TextScope } from './predicate.js';
import type { Scanner } from './scanner.js';
import { failText } from './text-clause.js';

/** What a query text refers to. */
export interface QueryContext {
  readonly schema: Schema;
  /** PARAMS: names are case-sensitive, values are the client's bytes. */
  readonly parameters?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly limits?: Partial<QueryLimits> | undefined;
  readonly text?: Partial<TextOptions> | undefined;
}

/** How the words of a query are read. */
export interface TextOptions {
  /** Words stand for themselves only, not for others of their stem. */
  readonly verbatim: boolean;
  /** Stop words are searched like others. */
  readonly noStopWords: boolean;
  /** Aliases of the fields that words without a field are searched in; undefined for all TEXT fields. */
  readonly inFields: readonly string[] | undefined;
  /** Of stems; undefined for the index's own. */
  readonly language: string | undefined;
  /** How many other words may stand between those of an AND; undefined for any. */
  readonly slop: number | undefined;
  /** The words of an AND follow each other as they are written. */
  readonly inOrder: boolean;
  /** What else a word stands for: see `SearchIndex.synonyms`. */
  readonly synonymsOf: (word: string) => readonly string[];
}

const defaultTextOptions: TextOptions = {
  verbatim: false,
  noStopWords: false,
  inFields: undefined,
  language: undefined,
  slop: undefined,
  inOrder: false,
  synonymsOf: () => [],
};

export class QueryScope {
  readonly limits: QueryLimits;
  readonly text: TextOptions;
  readonly schema: Schema;
  readonly parametersUsed = new Set<string>();
  /** How often a parameter was read. */
  parameterReads = 0;
  readonly #parameters: ReadonlyMap<string, Uint8Array>;
  readonly #distanceNames = new Set<string>();
  #terms = 0;

  constructor({ schema, parameters = new Map(), limits, text }: QueryContext) {
    this.schema = schema;
    this.#parameters = parameters;
    this.limits = { ...defaultQueryLimits, ...limits };
    this.text = { ...defaultTextOptions, ...text };
  }

  field(alias: string, at: number): Field {
    const field = this.schema.field(alias);
    if (field !== undefined) return field;
    throw new QueryError('field', `Index field \`${alias}\` does not exist (Unknown field at offset ${at})`, at);
  }

  /** A field that can be searched. */
  searchedField(alias: string, at: number): Field {
    const field = this.field(alias, at);
    if (field.type === 'VECTOR' || !field.noIndex) return field;
    throw new QueryError('field', `Index field \`${alias}\` is declared NOINDEX and cannot be searched`, at);
  }

  /** The numbers of TEXT fields. */
  textScope(aliases: readonly string[], at: number): ReadonlySet<number> {
    if (this.schema.textFields.length === 0) failText(at);
    return new Set(
      aliases.map((alias) => {
        const number = this.schema.textFields.findIndex((field) => field.alias === alias);
        if (number >= 0) return number;
        this.searchedField(alias, at);
        throw new QueryError('field', `\`${alias}\` is not indexed as a text field`, at);
      }),
    );
  }

  /** The TEXT fields that are searched. */
  textFieldsOf(scope: TextScope): readonly TextField[] {
    const { textFields } = this.schema;
    return scope === undefined ? textFields : textFields.filter((_, number) => scope.has(number));
  }

  vectorField(alias: string, at: number): VectorField {
    const field = this.field(alias, at);
    if (field.type === 'VECTOR') return field;
    throw new QueryError('field', `Index field \`${alias}\` is not a Vector index`, at);
  }

  /** To be called for each leaf of the tree. */
  countTerm(at: number): void {
    if (++this.#terms > this.limits.termsMax) {
      const detail = `max number of terms can't exceed ${this.limits.termsMax}`;
      throw new QueryError('limit', `Query string is too complex: ${detail}`, at);
    }
  }

  parameter(name: string, at: number): Uint8Array {
    const bytes = this.#parameters.get(name);
    if (bytes === undefined) {
      throw new QueryError('parameter', `Parameter ${name} not found: No such parameter \`${name}\``, at);
    }
    this.parametersUsed.add(name);
    this.parameterReads++;
    return bytes;
  }

  /** The text itself, or the value of the parameter when it is `$name`. */
  textOf(text: string, at: number): string {
    return text.startsWith('$') ? decodeText(this.parameter(text.slice(1), at)) : text;
  }

  /** The number that the text, or the parameter it names, stands for. */
  numberOf(text: string, scanner: Scanner, at: number): number {
    const value = this.textOf(text, at);
    return parseNumber(value) ?? scanner.fail(`Invalid number: ${value}`, at);
  }

  /** The query vector in the parameter `$name`. */
  vectorOf(text: string, field: VectorField, at: number): VectorElements {
    const bytes = this.parameter(text.slice(1), at);
    const decoded = decodeVector(bytes, field.dim, field.elementType);
    if (decoded.kind === 'vector') return decoded.vector;
    const detail =
      decoded.kind === 'wrong-size'
        ? `query vector blob size (${bytes.length}) does not match index's expected size (${decoded.expectedBytes}).`
        : `element ${decoded.at} of the query vector is not a finite number`;
    throw new QueryError('vector', `Error parsing vector similarity query: ${detail}`, at);
  }

  /** Claims a name for a distance. */
  distanceName(name: string, at: number): string {
    if (this.schema.field(name) !== undefined) {
      throw new QueryError('field', `Property \`${name}\` already exists in schema`, at);
    }
    if (this.#distanceNames.has(name)) {
      throw new QueryError('field', `Property \`${name}\` specified more than once`, at);
    }
    this.#distanceNames.add(name);
    return name;
  }
}
