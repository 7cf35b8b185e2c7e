/**
 * What FT.CREATE says of an index: its name, the keys it covers, and its fields. The engine's schema holds the fields
 * that are searched; the definition remembers all that were declared, text fields included, with the options a client
 * reads back by FT.INFO.
 *
 * Names of indexes, prefixes and identifiers are binary strings, one character a byte. Aliases are text, as they are
 * written in queries.
 */
import {
  decodeText,
  defineSchema,
  type Field,
  type FieldDefinition,
  type Schema,
  SchemaError,
  schemaLimits,
} from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import { searchErrorFor, searchErrors } from './search-errors.js';

/** Options of a field that are a single word, in the order FT.INFO lists them. */
export const FIELD_FLAGS = [
  'CASESENSITIVE',
  'NOSTEM',
  'WITHSUFFIXTRIE',
  'INDEXMISSING',
  'INDEXEMPTY',
  'SORTABLE',
  'UNF',
  'NOINDEX',
] as const;
export type FieldFlag = (typeof FIELD_FLAGS)[number];

/** A text field: declared and returned, not searched. */
export interface TextField {
  readonly type: 'TEXT';
  readonly identifier: string;
  readonly alias: string;
  readonly weight: number;
}

export type SearchedField = Field;
export type SearchedFieldDefinition = FieldDefinition & { readonly alias: string };

export interface DeclaredField {
  readonly field: SearchedField | TextField;
  readonly flags: ReadonlySet<FieldFlag>;
}

/** What an index is called and covers. */
interface Coverage {
  readonly name: string;
  /** Keys that begin with one of these are documents; one empty prefix covers every key. */
  readonly prefixes: readonly string[];
  /** The score of every document. */
  readonly score: number;
  readonly skipInitialScan: boolean;
  /** Undefined: the default list. */
  readonly stopWords: readonly string[] | undefined;
}

export interface IndexDefinition extends Coverage {
  /** In the order they were declared. */
  readonly fields: readonly DeclaredField[];
  /** The fields that are searched. */
  readonly schema: Schema;
}

/** A definition before the engine has checked it and filled in defaults. */
export interface IndexDeclaration extends Coverage {
  readonly fields: readonly {
    readonly field: SearchedFieldDefinition | TextField;
    readonly flags: ReadonlySet<FieldFlag>;
  }[];
}

/** How a name is written in queries. */
export function nameText(name: ByteSlice): string {
  return decodeText(name.view());
}

/** @throws ReplyError when the fields contradict each other or the engine refuses one */
export function defineIndex(declaration: IndexDeclaration): IndexDefinition {
  const { fields, ...coverage } = declaration;
  if (fields.length === 0) throw searchErrors.schemaMissing;
  if (fields.length > schemaLimits.fieldsMax) throw searchErrorFor.tooManyFields(schemaLimits.fieldsMax);
  const aliases = new Set<string>();
  const searched: SearchedFieldDefinition[] = [];
  for (const { field } of fields) {
    if (aliases.has(field.alias)) throw searchErrorFor.duplicateField(field.alias);
    aliases.add(field.alias);
    if (field.type !== 'TEXT') searched.push(field);
  }
  if (searched.length === 0) throw searchErrors.onlyText;
  const schema = schemaOf(searched);
  const declared = fields.map(({ field, flags }): DeclaredField => {
    if (field.type === 'TEXT') return { field, flags };
    const complete = schema.field(field.alias);
    if (complete === undefined) throw new Error(`the schema has lost field ${field.alias}`);
    return { field: complete, flags };
  });
  return { ...coverage, fields: declared, schema };
}

/** The field that queries and RETURN call `alias`. */
export function declaredField(definition: IndexDefinition, alias: string): DeclaredField | undefined {
  return definition.fields.find(({ field }) => field.alias === alias);
}

/** The FT.CREATE that makes this definition again: what copies of the data are told. */
export function definitionCommand(definition: IndexDefinition): (string | ByteSlice)[] {
  const { name, prefixes, score, skipInitialScan, stopWords, fields } = definition;
  return [
    'FT.CREATE',
    ByteSlice.fromLatin1(name),
    ...['ON', 'HASH', 'PREFIX', String(prefixes.length)],
    ...prefixes.map(ByteSlice.fromLatin1),
    ...['SCORE', String(score)],
    ...(skipInitialScan ? ['SKIPINITIALSCAN'] : []),
    ...(stopWords === undefined ? [] : ['STOPWORDS', String(stopWords.length), ...stopWords]),
    'SCHEMA',
    ...fields.flatMap(fieldTokens),
  ];
}

function schemaOf(fields: readonly FieldDefinition[]): Schema {
  try {
    return defineSchema(fields);
  } catch (failure) {
    if (failure instanceof SchemaError) throw searchErrorFor.refused(failure.message);
    throw failure;
  }
}

function fieldTokens({ field, flags }: DeclaredField): (string | ByteSlice)[] {
  return [ByteSlice.fromLatin1(field.identifier), 'AS', field.alias, ...typeTokens(field), ...flags];
}

function typeTokens(field: SearchedField | TextField): string[] {
  switch (field.type) {
    case 'TEXT':
      return ['TEXT', 'WEIGHT', String(field.weight)];
    case 'NUMERIC':
      return ['NUMERIC'];
    case 'TAG':
      return ['TAG', 'SEPARATOR', field.separator];
    case 'VECTOR': {
      const common = {
        TYPE: field.elementType,
        DIM: field.dim,
        DISTANCE_METRIC: field.metric,
        INITIAL_CAP: field.initialCap,
      };
      // Ours alone: left out where it says nothing, for those who do not know it.
      const codes = field.algorithm === 'HNSW' && field.codeType !== 'INT8' ? { CODES: field.codeType } : {};
      const own =
        field.algorithm === 'FLAT'
          ? { BLOCK_SIZE: field.blockSize }
          : {
              M: field.m,
              EF_CONSTRUCTION: field.efConstruction,
              EF_RUNTIME: field.efRuntime,
              EPSILON: field.epsilon,
              ...codes,
            };
      const tokens = Object.entries({ ...common, ...own }).flatMap(([attribute, value]) => [attribute, String(value)]);
      return ['VECTOR', field.algorithm, String(tokens.length), ...tokens];
    }
  }
}
