/**
 * What an index holds: an ordered list of fields, each with the *identifier* it is read by from a document and the
 * *alias* it is called by in queries. `defineSchema` fills in defaults and refuses what the engine could not build,
 * so everything behind it may trust a `Schema`.
 */
import { SchemaError } from './errors.js';
import type { CoordinateSystem } from './geometry/relation.js';
import { schemaLimits } from './limits.js';
import type { SoundMatcher } from './text/sound.js';
import { defaultTextSettings, type TextSettings } from './text/text-settings.js';
import type { ElementType } from './vector/elements.js';

export type DistanceMetric = 'L2' | 'IP' | 'COSINE';

/** What a graph is walked by: vectors in short. Distances that are answered are those of the vectors themselves. */
export const codeTypes = ['INT8', 'BFLOAT16', 'FLOAT32'] as const;
export type CodeType = (typeof codeTypes)[number];

interface Named {
  readonly identifier: string;
  readonly alias: string;
}

/** What fields of several types may be declared to be; all false by default. */
interface Declared extends Named {
  /** Only FT.INFO asks for it: any field can be sorted by. */
  readonly sortable: boolean;
  /** The field can be sorted by and returned, and not be searched. */
  readonly noIndex: boolean;
  /** Documents without the field are found by `ismissing(@field)`. */
  readonly indexMissing: boolean;
}

export interface TagField extends Declared {
  readonly type: 'TAG';
  /** One character. */
  readonly separator: string;
  readonly caseSensitive: boolean;
  /** The empty text is a value, which `@field:{""}` finds. */
  readonly indexEmpty: boolean;
}

export interface NumericField extends Declared {
  readonly type: 'NUMERIC';
}

export interface TextField extends Declared {
  readonly type: 'TEXT';
  /** What its words count for, in scores. */
  readonly weight: number;
  readonly noStem: boolean;
  /** Words are kept in order from their end, too, for searches by how they end. */
  readonly withSuffixTrie: boolean;
  /** The empty text is a word, which `@field:""` finds. */
  readonly indexEmpty: boolean;
  /** Sorted by its text as it is, not without regard to case. */
  readonly unf: boolean;
  /** Its words are found by their sound, too. */
  readonly phonetic: SoundMatcher | undefined;
}

/** Longitude and latitude in degrees, as `lon,lat`. */
export interface GeoField extends Declared {
  readonly type: 'GEO';
}

/** Points and polygons, as WKT. */
export interface GeoShapeField extends Declared {
  readonly type: 'GEOSHAPE';
  /** Longitude and latitude on a sphere, or x and y on a plane. */
  readonly coordinates: CoordinateSystem;
}

interface VectorBase extends Named {
  readonly type: 'VECTOR';
  readonly indexMissing: boolean;
  readonly dim: number;
  readonly metric: DistanceMetric;
  readonly elementType: ElementType;
  /** A hint only: memory is taken as vectors arrive. */
  readonly initialCap: number;
}

export interface FlatField extends VectorBase {
  readonly algorithm: 'FLAT';
  readonly blockSize: number;
}

export interface HnswField extends VectorBase {
  readonly algorithm: 'HNSW';
  readonly m: number;
  readonly efConstruction: number;
  readonly efRuntime: number;
  /** Slack of range queries, kept for FT.INFO and for engines that use it. */
  readonly epsilon: number;
  readonly codeType: CodeType;
}

export type VectorField = FlatField | HnswField;
export type Field = TagField | NumericField | TextField | GeoField | GeoShapeField | VectorField;
export type FieldType = Field['type'];

/** What `defineSchema` accepts: a field with its defaults left out. The alias defaults to the identifier. */
type Definition<F extends Field, Required extends keyof F> = Pick<F, 'type' | 'identifier' | Required> &
  Partial<Omit<F, 'type' | 'identifier' | Required>>;

export type FieldDefinition =
  | Definition<TagField, never>
  | Definition<NumericField, never>
  | Definition<TextField, never>
  | Definition<GeoField, never>
  | Definition<GeoShapeField, never>
  | Definition<FlatField, 'algorithm' | 'dim' | 'metric'>
  | Definition<HnswField, 'algorithm' | 'dim' | 'metric'>;

export class Schema {
  readonly fields: readonly Field[];
  readonly text: TextSettings;
  /** The TEXT fields that are searched. Their place is the number the text index knows them by. */
  readonly textFields: readonly TextField[];
  readonly #byAlias: ReadonlyMap<string, Field>;

  /** Use `defineSchema`: the constructor trusts its arguments. */
  constructor(fields: readonly Field[], text: TextSettings) {
    this.fields = fields;
    this.text = text;
    this.textFields = fields.filter((field) => field.type === 'TEXT').filter(({ noIndex }) => !noIndex);
    this.#byAlias = new Map(fields.map((field) => [field.alias, field]));
  }

  /** The field queries call `alias`. Aliases are case-sensitive. */
  field(alias: string): Field | undefined {
    return this.#byAlias.get(alias);
  }
}

/** Fills in defaults, checks every bound, and throws a `SchemaError` worded for the client. */
export function defineSchema(definitions: readonly FieldDefinition[], text: Partial<TextSettings> = {}): Schema {
  if (definitions.length === 0) throw new SchemaError('Index schema must have at least one attribute');
  if (definitions.length > schemaLimits.fieldsMax) {
    throw new SchemaError(`The maximum number of attributes cannot exceed ${schemaLimits.fieldsMax}.`);
  }
  const fields = definitions.map(complete);
  const seen = new Set<string>();
  for (const { alias } of fields) {
    if (seen.has(alias)) throw new SchemaError(`Duplicate field in schema - ${alias}`);
    seen.add(alias);
  }
  const schema = new Schema(fields, { ...defaultTextSettings, ...text });
  if (schema.textFields.length > schemaLimits.textFieldsMax) {
    throw new SchemaError(`The maximum number of TEXT attributes cannot exceed ${schemaLimits.textFieldsMax}.`);
  }
  return schema;
}

function complete(definition: FieldDefinition): Field {
  const { identifier } = definition;
  const alias = definition.alias ?? identifier;
  switch (definition.type) {
    case 'TAG':
      return completeTag(definition, identifier, alias);
    case 'NUMERIC':
      checkName('numeric', alias, schemaLimits.numericNameCharsMax);
      return { type: 'NUMERIC', identifier, alias, ...declared(definition) };
    case 'TEXT':
      return completeText(definition, identifier, alias);
    case 'GEO':
      return { type: 'GEO', identifier, alias, ...declared(definition) };
    case 'GEOSHAPE': {
      const { coordinates = 'SPHERICAL' } = definition;
      return { type: 'GEOSHAPE', identifier, alias, coordinates, ...declared(definition) };
    }
    case 'VECTOR':
      return definition.algorithm === 'FLAT'
        ? completeFlat(definition, identifier, alias)
        : completeHnsw(definition, identifier, alias);
  }
}

function declared({
  sortable = false,
  noIndex = false,
  indexMissing = false,
}: Partial<Declared>): Omit<Declared, keyof Named> {
  return { sortable, noIndex, indexMissing };
}

function completeText(definition: Definition<TextField, never>, identifier: string, alias: string): TextField {
  const { weight = 1, noStem = false, withSuffixTrie = false, indexEmpty = false, unf = false, phonetic } = definition;
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new SchemaError(`WEIGHT must be a finite number, 0 or more, but got ${weight}.`);
  }
  const own = { weight, noStem, withSuffixTrie, indexEmpty, unf, phonetic };
  return { type: 'TEXT', identifier, alias, ...own, ...declared(definition) };
}

function completeTag(definition: Definition<TagField, never>, identifier: string, alias: string): TagField {
  checkName('tag', alias, schemaLimits.tagNameCharsMax);
  const separator = definition.separator ?? ',';
  if (separator.length !== 1) {
    throw new SchemaError(`The separator must be a single character, but got \`${separator}\``);
  }
  const { caseSensitive = false, indexEmpty = false } = definition;
  return { type: 'TAG', identifier, alias, separator, caseSensitive, indexEmpty, ...declared(definition) };
}

function completeFlat(
  definition: Definition<FlatField, 'algorithm' | 'dim' | 'metric'>,
  identifier: string,
  alias: string,
): FlatField {
  const { metric, elementType = 'FLOAT32', indexMissing = false } = definition;
  const { initialCap = schemaLimits.initialCap.default, blockSize = schemaLimits.blockSize.default } = definition;
  const dim = checkDim(definition.dim);
  checkInteger('INITIAL_CAP', initialCap, schemaLimits.initialCap);
  checkInteger('BLOCK_SIZE', blockSize, schemaLimits.blockSize);
  const common = { identifier, alias, dim, metric, elementType, indexMissing, initialCap };
  return { type: 'VECTOR', algorithm: 'FLAT', ...common, blockSize };
}

function completeHnsw(
  definition: Definition<HnswField, 'algorithm' | 'dim' | 'metric'>,
  identifier: string,
  alias: string,
): HnswField {
  const { metric, elementType = 'FLOAT32', codeType = 'INT8', indexMissing = false } = definition;
  const {
    initialCap = schemaLimits.initialCap.default,
    m = schemaLimits.m.default,
    efConstruction = schemaLimits.efConstruction.default,
    efRuntime = schemaLimits.efRuntime.default,
    epsilon = schemaLimits.epsilon.default,
  } = definition;
  const dim = checkDim(definition.dim);
  checkInteger('INITIAL_CAP', initialCap, schemaLimits.initialCap);
  checkInteger('M', m, schemaLimits.m);
  checkInteger('EF_CONSTRUCTION', efConstruction, schemaLimits.efConstruction);
  checkInteger('EF_RUNTIME', efRuntime, schemaLimits.efRuntime);
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) {
    throw new SchemaError(`EPSILON must be a finite number, 0 or more, but got ${epsilon}.`);
  }
  const graph = { m, efConstruction, efRuntime, epsilon, codeType };
  const common = { identifier, alias, dim, metric, elementType, indexMissing, initialCap };
  return { type: 'VECTOR', algorithm: 'HNSW', ...common, ...graph };
}

function checkName(kind: string, alias: string, charsMax: number): void {
  if (alias.length > charsMax) {
    throw new SchemaError(`A ${kind} field name can have at most ${charsMax} characters, but got ${alias.length}.`);
  }
}

function checkDim(dim: number): number {
  const { min, max } = schemaLimits.dim;
  if (!Number.isInteger(dim) || dim < min || dim > max) {
    throw new SchemaError(
      `The dimensions value must be a positive integer greater than 0 and less than or equal to ${max}.`,
    );
  }
  return dim;
}

function checkInteger(name: string, value: number, limit: { readonly min: number; readonly max: number }): void {
  if (!Number.isInteger(value) || value < limit.min || value > limit.max) {
    const floor = limit.min - 1;
    throw new SchemaError(`${name} must be a positive integer greater than ${floor} and cannot exceed ${limit.max}.`);
  }
}
