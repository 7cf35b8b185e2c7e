/**
 * The two vector clauses:
 *
 *     filter=>[KNN k @field $blob [EF_RUNTIME n] [HYBRID_POLICY p] [BATCH_SIZE n] [AS name]] [=>{attributes}]
 *     @field:[VECTOR_RANGE radius $blob] [=>{attributes}]
 *
 * Keywords are case-insensitive; field and parameter names are not. Numbers and names may be `$parameters`, blobs must
 * be. BATCH_SIZE is checked and has no effect: filters are applied while searching, not batch by batch.
 */
import { QueryError } from '../errors.js';
import { schemaLimits } from '../limits.js';
import type { VectorField } from '../schema.js';
import { parseAttributes, type QueryAttribute } from './attributes-clause.js';
import type { VectorRangePredicate } from './predicate.js';
import type { HybridPolicy, KnnClause } from './query.js';
import type { Scanner } from './scanner.js';
import type { QueryScope } from './scope.js';

/** Options of a KNN clause, from inside the brackets and from the attribute block alike. */
interface KnnOptions {
  efRuntime?: number;
  hybridPolicy?: HybridPolicy;
  hasBatchSize?: boolean;
  distanceName?: string;
}

/** Called after the opening bracket; reads past the closing one, and the attribute block if there is one. */
export function parseKnn(scanner: Scanner, scope: QueryScope): KnnClause {
  scanner.skipBlanks();
  const keyword = takeToken(scanner);
  if (keyword?.text.toUpperCase() !== 'KNN') failKnn(`\`${keyword?.text ?? ''}\`. Expecting \`KNN\``, scanner.at);
  const k = parseK(scanner, scope);
  const name = takeToken(scanner);
  if (name === undefined || !name.text.startsWith('@')) failKnn('Vector field argument is missing', scanner.at);
  const field = scope.vectorField(name.text.slice(1), name.at);
  const blob = takeToken(scanner);
  if (blob === undefined || !blob.text.startsWith('$')) failKnn('Blob attribute argument is missing', scanner.at);
  const vector = scope.vectorOf(blob.text, field, blob.at);
  const options = parseKnnOptions(scanner, scope);
  scanner.take(']');
  for (const attribute of parseAttributes(scanner)) readKnnAttribute(scope, options, attribute);
  if (options.hasBatchSize === true && options.hybridPolicy === 'ADHOC_BF') {
    failVector("'batch size' is irrelevant for the selected policy", name.at);
  }
  const distanceName = scope.distanceName(options.distanceName ?? `__${field.alias}_score`, name.at);
  const { efRuntime, hybridPolicy } = options;
  return { field, k, vector, efRuntime, hybridPolicy, distanceName };
}

function parseK(scanner: Scanner, scope: QueryScope): number {
  const token = takeToken(scanner);
  if (token === undefined) failKnn('KNN argument is missing', scanner.at);
  const text = scope.textOf(token.text, token.at);
  const k = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const { knnMax } = scope.limits;
  if (!(k <= knnMax)) {
    failKnn(`KNN parameter must be a positive integer greater than 0 and cannot exceed ${knnMax}.`, token.at);
  }
  return k;
}

/** Reads up to the closing bracket. */
function parseKnnOptions(scanner: Scanner, scope: QueryScope): KnnOptions {
  const options: KnnOptions = {};
  for (let token = takeToken(scanner); token !== undefined; token = takeToken(scanner)) {
    const name = token.text.toUpperCase();
    if (!knnOptionNames.has(name)) failKnn(`Unexpected argument \`${token.text}\``, token.at);
    const value = takeToken(scanner);
    if (value === undefined) failKnn(`\`${token.text}\` argument is missing`, scanner.at);
    setKnnOption(scope, options, { name, value: value.text, at: value.at });
  }
  if (!scanner.sees(']')) failKnn('Missing closing bracket', scanner.at);
  return options;
}

const knnOptionNames: ReadonlySet<string> = new Set(['EF_RUNTIME', 'HYBRID_POLICY', 'BATCH_SIZE', 'AS']);

function readKnnAttribute(scope: QueryScope, options: KnnOptions, attribute: QueryAttribute): void {
  const { name, at } = attribute;
  if (name === 'EPSILON') failVector('range query attributes were sent for a non-range query', at);
  // One shard holds everything: its share of k is k.
  if (name === 'SHARD_K_RATIO') return;
  const optionName = name === 'YIELD_DISTANCE_AS' ? 'AS' : name;
  if (name === 'AS' || !knnOptionNames.has(optionName)) failAttribute(attribute);
  setKnnOption(scope, options, { ...attribute, name: optionName });
}

function setKnnOption(scope: QueryScope, options: KnnOptions, { name, value, at }: QueryAttribute): void {
  const text = scope.textOf(value, at);
  switch (name) {
    case 'EF_RUNTIME':
      options.efRuntime = parseInteger(name, text, schemaLimits.efRuntime.max, at);
      break;
    case 'BATCH_SIZE':
      parseInteger(name, text, Number.MAX_SAFE_INTEGER, at);
      options.hasBatchSize = true;
      break;
    case 'HYBRID_POLICY':
      options.hybridPolicy = parsePolicy(text, at);
      break;
    case 'AS':
      if (options.distanceName !== undefined) {
        const names = `${options.distanceName} and ${text}`;
        failVector(`Distance field was specified twice for vector query: ${names}`, at);
      }
      options.distanceName = text;
      break;
  }
}

function parsePolicy(text: string, at: number): HybridPolicy {
  const policy = text.toUpperCase();
  if (policy === 'BATCHES' || policy === 'ADHOC_BF') return policy;
  return failVector('invalid hybrid policy was given', at);
}

function parseInteger(name: string, text: string, max: number, at: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= max) return value;
  return failKnn(`${name} must be a positive integer greater than 0 and cannot exceed ${max}.`, at);
}

/** Called after `[VECTOR_RANGE`; reads past the closing bracket, and the attribute block if there is one. */
export function parseVectorRange(scanner: Scanner, scope: QueryScope, field: VectorField): VectorRangePredicate {
  scope.countTerm(scanner.at);
  const radius = takeToken(scanner) ?? scanner.fail('Missing radius of VECTOR_RANGE');
  const radiusDistance = scope.numberOf(radius.text, scanner, radius.at);
  if (radiusDistance < 0) failVector(`negative radius (${radiusDistance}) given in a range query`, radius.at);
  const blob = takeToken(scanner);
  if (blob === undefined || !blob.text.startsWith('$')) failVector('Blob attribute argument is missing', scanner.at);
  const vector = scope.vectorOf(blob.text, field, blob.at);
  scanner.skipBlanks();
  scanner.expect(']', 'Missing closing bracket');
  let distanceName: string | undefined;
  let epsilon: number | undefined;
  for (const attribute of parseAttributes(scanner)) {
    const text = scope.textOf(attribute.value, attribute.at);
    if (attribute.name === 'YIELD_DISTANCE_AS') distanceName = scope.distanceName(text, attribute.at);
    else if (attribute.name === 'EPSILON') epsilon = scope.numberOf(text, scanner, attribute.at);
    else failAttribute(attribute);
  }
  return { kind: 'vector-range', field, vector, radiusDistance, epsilon, distanceName };
}

/** A word up to a blank or the closing bracket. */
function takeToken(scanner: Scanner): { readonly text: string; readonly at: number } | undefined {
  scanner.skipBlanks();
  const { at } = scanner;
  const text = scanner.match(/[^\s\]]+/y);
  return text === undefined ? undefined : { text, at };
}

function failKnn(detail: string, at: number): never {
  throw new QueryError('vector', `Error parsing vector similarity parameters: ${detail}`, at);
}

function failVector(detail: string, at: number): never {
  throw new QueryError('vector', `Error parsing vector similarity query: ${detail}`, at);
}

function failAttribute({ name, at }: QueryAttribute): never {
  throw new QueryError('syntax', `Invalid attribute ${name.toLowerCase()} at offset ${at}`, at);
}
