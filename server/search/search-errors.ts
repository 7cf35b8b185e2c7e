/**
 * The errors of FT.* commands. Clients decide what happened by substrings, and the servers they know word the same
 * thing differently: a text here holds the words of all of them. None begins with `ERR` but that of FT.INFO's scopes, as theirs.
 */
import { elementTypes } from '@nearkey/index';
import { ReplyError } from '../errors.js';

export const searchErrors = {
  schemaMissing: new ReplyError('Index schema must have at least one attribute: no SCHEMA given'),
  aliasExists: new ReplyError('Alias already exists'),
  aliasMissing: new ReplyError('Alias does not exist'),
  aliasConflicts: new ReplyError('Alias conflicts with an existing index name'),
  noSuchField: new ReplyError('No such field'),
  notATagField: new ReplyError('Not a tag field'),
  alterAction: new ReplyError('Unknown action passed to ALTER SCHEMA: only SCHEMA ADD is supported'),
  profileSubject: new ReplyError(
    'No `SEARCH`, `AGGREGATE` or `HYBRID` command for FT.PROFILE: FT.PROFILE index SEARCH [LIMITED] QUERY query',
  ),
  emptyPunctuation: new ReplyError('PUNCTUATION string cannot be empty'),
  stemSize: new ReplyError('MINSTEMSIZE must be positive'),
  dialect: new ReplyError('DIALECT requires a non negative integer >=1 and <= 4'),
  limit: new ReplyError('LIMIT requires two non negative integers, an offset and a count'),
  timeout: new ReplyError('TIMEOUT must be a positive integer greater than 0 and cannot exceed 60000.'),
  slop: new ReplyError('Bad arguments for SLOP: a non negative integer is required'),
  idleTime: new ReplyError('Bad arguments for TEMPORARY: a positive number of seconds is required'),
  summarize: new ReplyError('Bad arguments for `SUMMARIZE`: FRAGS and LEN are integers from 1 to 10000'),
  suggestionScore: new ReplyError('ERR invalid score'),
  suggestionPayload: new ReplyError('Invalid payload: Expected an argument, but none provided'),
  suggestionPrefix: new ReplyError('Invalid query length'),
  suggestionCount: new ReplyError('MAX: Could not convert argument to expected type'),
  noSuchOption: new ReplyError('Invalid option'),
  optionFixed: new ReplyError('Not modifiable at runtime'),
  spellDistance: new ReplyError('bad distance given, distance must be a natural number between 1 to 4'),
  spellTerms: new ReplyError('bad format, exclude/include operation was not given'),
  hybridKnn: new ReplyError('KNN is not allowed in the SEARCH clause of FT.HYBRID: VSIM names the vector'),
  hybridClauses: new ReplyError('FT.HYBRID index SEARCH query VSIM @field $vector: a clause is missing'),
  cursorMissing: new ReplyError('Cursor does not exist'),
  cursorAction: new ReplyError('Unknown subcommand: FT.CURSOR READ or DEL'),
  badCursorId: new ReplyError('Bad cursor ID'),
  cursorCount: new ReplyError('Bad arguments for COUNT: Value is outside acceptable bounds'),
  cursorIdle: new ReplyError('Bad arguments for MAXIDLE: Value is outside acceptable bounds'),
  parametersInPairs: new ReplyError(
    'Parameter count must be an even number. Parameters must be specified in PARAM VALUE pairs',
  ),
} as const satisfies Record<string, ReplyError>;

/** @param name in errors about indexes: as the catalog keeps it, one character a byte */
export const searchErrorFor = {
  jsonPath: (path: string, alias: string, index: string) =>
    new ReplyError(`Invalid JSONPath '${path}' in attribute '${alias}' in index '${index}'`),
  noSuchIndex: (name: string, db: number) =>
    new ReplyError(
      `Index with name '${shown(name)}' not found in database ${db}: no such index (Unknown index name / Index not found)`,
    ),
  badOption: (name: string, detail: string) =>
    new ReplyError(`${name}: Could not convert argument to expected type: ${detail}`),
  noSuchDictionary: (name: string) => new ReplyError(`Dict does not exist: ${shown(name)}`),
  indexExists: (name: string, db: number) =>
    new ReplyError(`Index ${shown(name)} in database ${db} already exists. (Index already exists)`),
  tooManyIndexes: (max: number) => new ReplyError(`The maximum number of indexes is ${max} (search-max-indexes)`),
  unexpectedArgument: (argument: string) => new ReplyError(`Unexpected argument \`${argument}\``),
  unknownArgument: (argument: string) => new ReplyError(`Unknown argument \`${argument}\``),
  unrecognizedArgument: (argument: string) => new ReplyError(`Unrecognized argument: ${argument}`),
  unknownProperty: (option: string, name: string) =>
    new ReplyError(`Bad arguments for ${option}: Unknown property \`${name}\`. Did you mean \`@${name}\`?`),
  notAVector: (field: string) => new ReplyError(`Invalid VSIM: \`${field}\` is not a vector field of the index`),
  noSuchCursor: (id: number) => new ReplyError(`Cursor not found, id: ${id}`),
  tooManyCursors: (max: number) =>
    new ReplyError(`INDEX_CURSOR_LIMIT of ${max} has been reached for an index: Too many cursors allocated for index`),
  noSuchScorer: (name: string) => new ReplyError(`No such scorer ${name}: Unknown argument \`${name}\``),
  badBound: (text: string) => new ReplyError(`Bad arguments for FILTER: \`${text}\` is not a valid bound`),
  badGeoFilter: (text: string) => new ReplyError(`Bad arguments for GEOFILTER: \`${text}\``),
  missingArguments: (argument: string) =>
    new ReplyError(`Bad arguments for ${argument}: Expected an argument, but none provided`),
  badCount: (argument: string) =>
    new ReplyError(`Bad arguments for ${argument}: the count is outside acceptable bounds`),
  badValue: (parameter: string, detail: string) =>
    new ReplyError(`Error parsing value for the parameter \`${parameter}\` - ${detail}`),
  limitTooLarge: (max: number) => new ReplyError(`LIMIT exceeds maximum of ${max}`),
  duplicateParameter: (name: string) =>
    new ReplyError(`Parameter ${name} is already defined. Duplicate parameter \`${name}\``),
  tooManyPrefixes: (count: number, max: number) =>
    new ReplyError(`Number of prefixes (${count}) exceeds the maximum allowed (${max})`),
  unexpectedParameter: (word: string) => new ReplyError(`Unexpected parameter \`${word}\`, expecting \`SCHEMA\``),
  score: (text: string) =>
    new ReplyError(
      `\`SCORE\` parameter with a value \`${text}\` is not supported. The value must be between 0.0 and 1.0`,
    ),
  tooManyFields: (max: number) => new ReplyError(`The maximum number of attributes cannot exceed ${max}.`),
  fieldWithoutType: (alias: string) => new ReplyError(`Field \`${alias}\` does not have a type`),
  fieldType: (alias: string, type: string) =>
    new ReplyError(`Invalid field type for field \`${alias}\`: Unknown argument \`${type}\``),
  soundMatcher: (matcher: string) =>
    new ReplyError(
      `Matcher Format: <2 chars algorithm>:<2 chars language>. Support algorithms: double metaphone (dm), but got \`${matcher}\``,
    ),
  vectorAlgorithm: (alias: string, algorithm: string) =>
    new ReplyError(
      `Invalid field type for field \`${alias}\`: Unknown argument \`${algorithm}\`, expecting HNSW or FLAT`,
    ),
  vectorArgumentCount: (algorithm: string, expected: string, got: number) =>
    new ReplyError(
      `Expected ${expected} parameters for ${algorithm} but got ${got} parameters. Bad arguments for algorithm ${algorithm}`,
    ),
  vectorType: (type: string) =>
    new ReplyError(
      `Error parsing value for the parameter \`TYPE\` - Unknown argument \`${type}\`, expecting ${elementTypes.join(', ')}`,
    ),
  missingVectorArgument: (algorithm: string, what: string, argument: string) =>
    new ReplyError(
      `Missing ${what} parameter. Missing mandatory parameter: cannot create ${algorithm} index without specifying ${argument} argument`,
    ),
  clusterScope: (scope: string) => new ReplyError(`ERR ${scope} option is not valid in this configuration`),
  /** What the engine refuses, in its words. */
  refused: (message: string) => new ReplyError(message),
} as const;

/** A binary name as text. */
function shown(name: string): string {
  return Buffer.from(name, 'latin1').toString('utf8');
}
