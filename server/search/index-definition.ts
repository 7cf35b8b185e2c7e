/**
 * What FT.CREATE says of an index: its name, the keys it covers, its fields, and how it reads text; with the options a
 * client reads back by FT.INFO.
 *
 * Names of indexes, prefixes and identifiers are binary strings, one character a byte. Aliases are text, as they are
 * written in queries.
 */
import {
  decodeText,
  defineSchema,
  type Expression,
  type Field,
  type FieldDefinition,
  parseExpression,
  QueryError,
  type Schema,
  SchemaError,
  schemaLimits,
  type TextSettings,
} from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import { decodedText } from './decoded-text.js';
import type { DocumentType } from './document-type.js';
import { pathOf } from './json-document.js';
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

/** The separator of tags that are not cut: no text holds it. */
export const NO_SEPARATOR = '\0';

export type DeclaredFieldDefinition = FieldDefinition & { readonly alias: string };

export interface DeclaredField {
  readonly field: Field;
  readonly flags: ReadonlySet<FieldFlag>;
}

/** Options of an index that are a single word, in the order FT.INFO lists them. */
export const INDEX_OPTIONS = ['NOOFFSETS', 'NOHL', 'NOFIELDS', 'NOFREQS', 'MAXTEXTFIELDS', 'NOSTEM'] as const;
export type IndexOption = (typeof INDEX_OPTIONS)[number];

/** What an index is called and covers. */
interface Coverage {
  readonly name: string;
  /** What keys must hold to be documents. */
  readonly documentType: DocumentType;
  /** Keys that begin with one of these are documents; one empty prefix covers every key. */
  readonly prefixes: readonly string[];
  /** The score of every document. */
  readonly score: number;
  readonly skipInitialScan: boolean;
  /** Undefined: the default list. */
  readonly stopWords: readonly string[] | undefined;
  /** In lower case; undefined for English. */
  readonly language: string | undefined;
  /** The fields of a document that hold its language, score and payload. */
  readonly languageField: string | undefined;
  readonly scoreField: string | undefined;
  readonly payloadField: string | undefined;
  /** An expression that holds of the documents the index covers, as it was written. */
  readonly filter: string | undefined;
  /** How long the index may lie idle before it goes; undefined for ever. */
  readonly idleSecondsMax: number | undefined;
  readonly punctuation: string | undefined;
  readonly stemCharsMin: number | undefined;
  /** Options of a single word, in the order FT.INFO lists them. */
  readonly options: ReadonlySet<IndexOption>;
}

export interface IndexDefinition extends Coverage {
  /** `filter`, parsed. */
  readonly condition: Expression | undefined;
  /** In the order they were declared. */
  readonly fields: readonly DeclaredField[];
  readonly schema: Schema;
}

/** A definition before the engine has checked it and filled in defaults. */
export interface IndexDeclaration extends Coverage {
  readonly fields: readonly {
    readonly field: DeclaredFieldDefinition;
    readonly flags: ReadonlySet<FieldFlag>;
  }[];
}

/** How a name is written in queries. */
export function nameText(name: ByteSlice): string {
  return decodedText(name);
}

/** @throws ReplyError when the fields contradict each other or the engine refuses one */
export function defineIndex(declaration: IndexDeclaration): IndexDefinition {
  const { fields, ...coverage } = declaration;
  if (fields.length === 0) throw searchErrors.schemaMissing;
  if (fields.length > schemaLimits.fieldsMax) throw searchErrorFor.tooManyFields(schemaLimits.fieldsMax);
  const isJson = declaration.documentType === 'JSON';
  const noPath = fields.find(({ field }) => isJson && pathOf(ByteSlice.fromLatin1(field.identifier)) === undefined);
  if (noPath !== undefined) {
    const { identifier, alias } = noPath.field;
    throw searchErrorFor.jsonPath(decodeText(Buffer.from(identifier, 'latin1')), alias, declaration.name);
  }
  const schema = schemaOf(
    fields.map(({ field, flags }) => withFlags(withSeparator(field, declaration), flags, declaration.options)),
    textSettings(declaration),
  );
  const declared = schema.fields.map((field, at): DeclaredField => ({ field, flags: fields[at]?.flags ?? new Set() }));
  return { ...coverage, condition: conditionOf(coverage.filter), fields: declared, schema };
}

function conditionOf(filter: string | undefined): Expression | undefined {
  if (filter === undefined) return undefined;
  try {
    return parseExpression(filter);
  } catch (failure) {
    if (failure instanceof QueryError) throw searchErrorFor.refused(failure.message);
    throw failure;
  }
}

/** Tags of JSON documents are values of arrays: a string is cut only where the index says so. */
function withSeparator(field: DeclaredFieldDefinition, { documentType }: Coverage): DeclaredFieldDefinition {
  if (field.type !== 'TAG' || documentType === 'HASH' || field.separator !== undefined) return field;
  return { ...field, separator: NO_SEPARATOR };
}

/** The definition with more fields. @throws ReplyError when they contradict each other or the engine refuses one */
export function extendIndex(definition: IndexDefinition, fields: IndexDeclaration['fields']): IndexDefinition {
  return defineIndex({ ...definition, fields: [...definition.fields, ...fields] });
}

/** What the engine wants to know of a field's flags. */
function withFlags(
  field: DeclaredFieldDefinition,
  flags: ReadonlySet<FieldFlag>,
  options: ReadonlySet<IndexOption>,
): DeclaredFieldDefinition {
  const common = {
    sortable: flags.has('SORTABLE'),
    noIndex: flags.has('NOINDEX'),
    indexMissing: flags.has('INDEXMISSING'),
  };
  const indexEmpty = flags.has('INDEXEMPTY');
  switch (field.type) {
    case 'TAG':
      return { ...field, ...common, caseSensitive: flags.has('CASESENSITIVE'), indexEmpty };
    case 'TEXT': {
      const noStem = flags.has('NOSTEM') || options.has('NOSTEM');
      return {
        ...field,
        ...common,
        indexEmpty,
        noStem,
        withSuffixTrie: flags.has('WITHSUFFIXTRIE'),
        unf: flags.has('UNF'),
      };
    }
    case 'VECTOR':
      return { ...field, indexMissing: common.indexMissing };
    default:
      return { ...field, ...common };
  }
}

function textSettings({ language, stopWords, punctuation, stemCharsMin, options }: Coverage): Partial<TextSettings> {
  return {
    hasOffsets: !options.has('NOOFFSETS'),
    ...(language === undefined ? {} : { language }),
    ...(stopWords === undefined ? {} : { stopWords: new Set(stopWords.map((word) => word.toLowerCase())) }),
    ...(punctuation === undefined ? {} : { punctuation }),
    ...(stemCharsMin === undefined ? {} : { stemCharsMin }),
  };
}

/** The field that queries and RETURN call `alias`. */
export function declaredField(definition: IndexDefinition, alias: string): DeclaredField | undefined {
  return definition.fields.find(({ field }) => field.alias === alias);
}

/** The FT.CREATE that makes this definition again: what copies of the data are told. */
export function definitionCommand(definition: IndexDefinition): (string | ByteSlice)[] {
  const { name, documentType, prefixes, score, skipInitialScan, stopWords, options, fields } = definition;
  return [
    'FT.CREATE',
    ByteSlice.fromLatin1(name),
    ...['ON', documentType, 'PREFIX', String(prefixes.length)],
    ...prefixes.map(ByteSlice.fromLatin1),
    ...option('FILTER', definition.filter),
    ...option('TEMPORARY', definition.idleSecondsMax),
    ...['SCORE', String(score)],
    ...option('LANGUAGE', definition.language),
    ...option('LANGUAGE_FIELD', definition.languageField, ByteSlice.fromLatin1),
    ...option('SCORE_FIELD', definition.scoreField, ByteSlice.fromLatin1),
    ...option('PAYLOAD_FIELD', definition.payloadField, ByteSlice.fromLatin1),
    ...option('PUNCTUATION', definition.punctuation),
    ...option('MINSTEMSIZE', definition.stemCharsMin),
    ...options,
    ...(skipInitialScan ? ['SKIPINITIALSCAN'] : []),
    ...(stopWords === undefined ? [] : ['STOPWORDS', String(stopWords.length), ...stopWords]),
    'SCHEMA',
    ...fields.flatMap(fieldTokens),
  ];
}

function option(
  name: string,
  value: string | number | undefined,
  encode: (text: string) => ByteSlice = ByteSlice.fromText,
): (string | ByteSlice)[] {
  return value === undefined ? [] : [name, encode(String(value))];
}

function schemaOf(fields: readonly FieldDefinition[], text: Partial<TextSettings>): Schema {
  try {
    return defineSchema(fields, text);
  } catch (failure) {
    if (failure instanceof SchemaError) throw searchErrorFor.refused(failure.message);
    throw failure;
  }
}

/** A field as FT.CREATE and FT.ALTER declare it. */
export function fieldTokens({ field, flags }: DeclaredField): (string | ByteSlice)[] {
  return [ByteSlice.fromLatin1(field.identifier), 'AS', field.alias, ...typeTokens(field), ...flags];
}

function typeTokens(field: Field): string[] {
  switch (field.type) {
    case 'TEXT':
      return [
        'TEXT',
        'WEIGHT',
        String(field.weight),
        ...(field.phonetic === undefined ? [] : ['PHONETIC', field.phonetic]),
      ];
    case 'NUMERIC':
    case 'GEO':
      return [field.type];
    case 'GEOSHAPE':
      return [field.type, field.coordinates];
    case 'TAG':
      return field.separator === NO_SEPARATOR ? ['TAG'] : ['TAG', 'SEPARATOR', field.separator];
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
